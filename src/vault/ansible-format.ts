import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { UserError } from '../core/error.ts';
import { DEFAULT_LABEL, damaged, type Envelope, placeOf, wrap } from './envelope.ts';
import type { Identity } from './identity.ts';

/**
 * Ansible's format: `hex(hex(salt) \n hex(hmac) \n hex(ciphertext))` in lines of 80 below a header line.
 * PBKDF2-HMAC-SHA256 with 10000 rounds gives 80 bytes: AES-256 key, HMAC key, counter. AES-CTR over the
 * content with PKCS#7 padding; HMAC-SHA256 over the ciphertext. The header is not authenticated.
 */
export interface AnsibleBody {
  readonly salt: Buffer;
  readonly hmac: Buffer;
  readonly ciphertext: Buffer;
}

const ROUNDS = 10_000;
const BLOCK = 16;

export function readAnsibleBody(envelope: Envelope): AnsibleBody {
  const { lines, position } = envelope;
  const body = fromHex(lines.slice(1).join(''));
  if (!body) {
    const bad = lines.findIndex((line, i) => i > 0 && !/^[0-9a-f]*$/.test(line));
    if (bad === -1) throw damaged('part of it is missing', position);
    throw damaged('a line holds something other than hexadecimal digits (0-9a-f)', placeOf(envelope, bad));
  }
  const parts = body.toString('latin1').split('\n').map(fromHex);
  const [salt, hmac, ciphertext] = parts;
  if (parts.length !== 3 || !salt || !hmac || !ciphertext) {
    throw damaged('it does not consist of salt, checksum and content', position);
  }
  if (salt.length === 0 || hmac.length !== 32 || ciphertext.length === 0 || ciphertext.length % BLOCK !== 0) {
    throw damaged('part of it is missing', position);
  }
  return { salt, hmac, ciphertext };
}

/** The content; undefined when the password does not fit, or the data was altered: the format cannot tell. */
export function openAnsibleBody(body: AnsibleBody, identity: Identity): Buffer | undefined {
  if (!isKeyTo(body, identity)) return undefined;
  const keys = deriveKeys(identity, body.salt);
  const cipher = createDecipheriv('aes-256-ctr', keys.cipher, keys.counter);
  const padded = Buffer.concat([cipher.update(body.ciphertext), cipher.final()]);
  const padding = padded.at(-1)!;
  return padding >= 1 && padding <= BLOCK ? padded.subarray(0, padded.length - padding) : undefined;
}

/** Whether the password fits, and nothing was altered. */
export function isKeyTo(body: AnsibleBody, identity: Identity): boolean {
  const keys = deriveKeys(identity, body.salt);
  return timingSafeEqual(checksum(keys.hmac, body.ciphertext), body.hmac);
}

/** @param label a vault id to name in the header; version 1.1 has none */
export function sealAnsible(
  content: Uint8Array,
  identity: Identity,
  label: string,
  salt: Uint8Array = randomBytes(32),
): string {
  if (!/^[\x20-\x7e]*$/.test(label)) {
    throw new UserError(`Ansible does not read secrets with the vault id "${label}": it is not plain ASCII`, {
      hint: 'use another id, or --format tsible',
    });
  }
  const keys = deriveKeys(identity, salt);
  const padding = BLOCK - (content.length % BLOCK);
  const cipher = createCipheriv('aes-256-ctr', keys.cipher, keys.counter);
  const ciphertext = Buffer.concat([
    cipher.update(content),
    cipher.update(Buffer.alloc(padding, padding)),
    cipher.final(),
  ]);
  const parts = [Buffer.from(salt), checksum(keys.hmac, ciphertext), ciphertext];
  const body = Buffer.from(parts.map(part => part.toString('hex')).join('\n')).toString('hex');
  const header = label === DEFAULT_LABEL ? '$ANSIBLE_VAULT;1.1;AES256' : `$ANSIBLE_VAULT;1.2;AES256;${label}`;
  return `${[header, ...wrap(body)].join('\n')}\n`;
}

/** Derives the key for a body on another thread; undefined when it is there already. */
export function keyAhead(body: AnsibleBody, identity: Identity): Promise<void> | undefined {
  return identity.keyAhead(PURPOSE, body.salt, password =>
    derived(password, body.salt, ROUNDS, KEY_BYTES, 'sha256'),
  );
}

const PURPOSE = 'pbkdf2';
const KEY_BYTES = 80;
const derived = promisify(pbkdf2);

function deriveKeys(identity: Identity, salt: Uint8Array): { cipher: Buffer; hmac: Buffer; counter: Buffer } {
  const bytes = identity.key(PURPOSE, salt, password =>
    pbkdf2Sync(password, salt, ROUNDS, KEY_BYTES, 'sha256'),
  );
  return { cipher: bytes.subarray(0, 32), hmac: bytes.subarray(32, 64), counter: bytes.subarray(64, 80) };
}

function checksum(key: Buffer, ciphertext: Buffer): Buffer {
  return createHmac('sha256', key).update(ciphertext).digest();
}

/** Only what a sealer writes: another spelling of the same bytes means that something touched the file. */
function fromHex(text: string): Buffer | undefined {
  return text.length % 2 === 0 && /^[0-9a-f]*$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}
