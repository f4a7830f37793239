import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expandPath } from '../core/home.ts';
import type { Secret } from '../core/secret.ts';
import { SSH_KEY_TYPES } from '../core/ssh-key-line.ts';
import { BrokenKey, isOpensshKey, readOpensshKey } from './openssh-key.ts';
import { blobOfX25519, fingerprint, type Recipient, readRecipient, x25519OfBlob } from './recipient.ts';
import { sodium } from './sodium.ts';

/**
 * Asks for a key file's passphrase. Synchronous, because secrets are opened in the middle of rendering.
 *
 * @param again the one given before was wrong
 */
export type AskPassphrase = (file: string, again: boolean) => Passphrase;

/** What was typed, or why there is nothing. */
export type Passphrase = Secret | { readonly missing: string };

/** A file with a private key, read when a secret is met that is sealed to somebody's key. */
export class PrivateKey {
  #read: Found | undefined;
  #secret: { value: Uint8Array | undefined } | undefined;
  #trouble: string | undefined;

  constructor(
    /** As it was named. */
    readonly file: string,
    private readonly ask: AskPassphrase,
    /** Tried because it is usual, not because anybody named it: nothing is wrong when it is not there. */
    readonly usual = false,
  ) {}

  /** Its public key; undefined when there is none that can be used. */
  get recipient(): Recipient | undefined {
    return this.#found().recipient;
  }

  /** Whether its passphrase would have to be asked for. */
  get locked(): boolean {
    return this.#secret === undefined && this.#found().locked;
  }

  /** Why it did not help, as far as it was tried: `needs a passphrase, and …`. */
  get trouble(): string | undefined {
    return this.#trouble ?? this.#found().trouble;
  }

  /** The X25519 secret; undefined when it cannot be had. Asks for the passphrase, once. */
  secret(): Uint8Array | undefined {
    this.#secret ??= { value: this.#open() };
    return this.#secret.value;
  }

  /** `~/.ssh/id_ed25519 (SHA256:…)` */
  toString(): string {
    const { recipient } = this;
    const about = [recipient && fingerprint(recipient), this.trouble].filter(Boolean).join(', ');
    return about === '' ? this.file : `${this.file} (${about})`;
  }

  #found(): Found {
    this.#read ??= read(this);
    return this.#read;
  }

  #open(): Uint8Array | undefined {
    const { open, locked } = this.#found();
    try {
      if (!locked) {
        const secret = open(new Uint8Array());
        if (!secret) this.#trouble = this.#found().trouble ?? 'part of it is missing or mistyped';
        return secret;
      }
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const passphrase = this.ask(this.file, attempt > 0);
        if ('missing' in passphrase) {
          this.#trouble = passphrase.missing;
          return undefined;
        }
        const secret = open(Buffer.from(passphrase.reveal(), 'utf8'));
        if (secret) return secret;
      }
      this.#trouble = 'wrong passphrase';
    } catch (error) {
      if (!(error instanceof BrokenKey)) throw error;
      this.#trouble = error.message;
    }
    return undefined;
  }
}

/** As ssh does. */
const ATTEMPTS = 3;

interface Found {
  readonly recipient?: Recipient;
  readonly locked: boolean;
  readonly trouble?: string;
  /** undefined for a wrong passphrase; throws BrokenKey */
  open(passphrase: Uint8Array): Uint8Array | undefined;
}

function read({ file, usual }: PrivateKey): Found {
  let text: string;
  try {
    text = readFileSync(resolve(expandPath(file)), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') return useless(code === 'EISDIR' ? 'it is a folder' : message);
    return useless(usual ? undefined : 'there is no such file');
  }
  try {
    if (isOpensshKey(text)) return fromOpenssh(text);
    const own = OWN_SECRET.exec(text);
    if (own) return fromOwn(own[1]!);
  } catch (error) {
    if (error instanceof BrokenKey) return useless(error.message);
    throw error;
  }
  if ('recipient' in readRecipient(text.split('\n', 1)[0]!)) {
    return useless('it holds a public key: the private one has the same name without .pub');
  }
  if (text.includes('PRIVATE KEY-----')) {
    return useless(
      `it is not in the format of OpenSSH: ssh-keygen -p -f ${file} rewrites it (from OpenSSH 9.6 on)`,
    );
  }
  if (text.startsWith('PuTTY-User-Key-File-')) {
    return useless(
      `it is in the format of PuTTY: puttygen ${file} -O private-openssh -o FILE writes it in that of OpenSSH`,
    );
  }
  return useless('it holds no private key');
}

function useless(trouble: string | undefined): Found {
  return { locked: false, open: () => undefined, ...(trouble !== undefined && { trouble }) };
}

const OWN_SECRET = /^tsible-x25519-secret[ \t]+(\S+)[ \t]*$/m;

function fromOpenssh(text: string): Found {
  const { type, blob, locked, open } = readOpensshKey(text);
  const found = readRecipient(`${type} ${blob}`);
  if (!('recipient' in found)) {
    throw new BrokenKey(
      SSH_KEY_TYPES.has(type) && type !== 'ssh-ed25519'
        ? `${found.fault}: it takes an ssh-ed25519 key`
        : 'part of it is missing or mistyped',
    );
  }
  const { recipient } = found;
  return {
    recipient,
    locked,
    open: passphrase => {
      const key = open(passphrase);
      return key && ofRecipient(sodium().crypto_sign_ed25519_sk_to_curve25519(key), recipient);
    },
  };
}

/** What the format checks is the public key alone: whether the private one is whole shows when it is used. */
function ofRecipient(secret: Uint8Array, { key }: Recipient): Uint8Array {
  const lib = sodium();
  if (lib.memcmp(lib.crypto_scalarmult_base(secret), lib.crypto_sign_ed25519_pk_to_curve25519(key)))
    return secret;
  throw new BrokenKey('its public and its private part do not belong together');
}

function fromOwn(blob: string): Found {
  const secret = x25519OfBlob(blob);
  if (!secret) throw new BrokenKey('part of it is missing or mistyped');
  return { recipient: publicKeyOf(secret), locked: false, open: () => secret };
}

function publicKeyOf(secret: Uint8Array): Recipient {
  const key = Buffer.from(sodium().crypto_scalarmult_base(secret));
  return { type: 'tsible-x25519', blob: blobOfX25519(key), key };
}

/** A new key pair: the public key, and the text of the file for the private one. */
export function newKeyPair(
  comment: string,
  random = (length: number): Uint8Array => sodium().randombytes_buf(length),
): { readonly recipient: Recipient; readonly file: string } {
  const secret = random(32);
  const recipient = publicKeyOf(secret);
  const line = [recipient.type, recipient.blob, comment].filter(word => word !== '').join(' ');
  const file = `# public key: ${line}\ntsible-x25519-secret ${blobOfX25519(secret)}\n`;
  return { recipient, file };
}
