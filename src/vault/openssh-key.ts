import { createDecipheriv } from 'node:crypto';
import { pbkdf } from 'bcrypt-pbkdf';
import { sodium } from './sodium.ts';

/** A private key file of OpenSSH's own format (openssh-key-v1), as ssh-keygen writes it. */
export interface OpensshKey {
  /** The type of the public key, `ssh-ed25519`, and its base64 text: readable without the passphrase. */
  readonly type: string;
  readonly blob: string;
  readonly locked: boolean;
  /**
   * The 64 bytes of an Ed25519 private key: seed, then public key.
   *
   * @returns undefined when the passphrase is wrong
   * @throws BrokenKey
   */
  open(passphrase: Uint8Array): Buffer | undefined;
}

export class BrokenKey extends Error {
  override readonly name = 'BrokenKey';
}

export function isOpensshKey(text: string): boolean {
  return text.trimStart().startsWith(BEGIN);
}

/** Throws BrokenKey. */
export function readOpensshKey(text: string): OpensshKey {
  const from = text.indexOf(BEGIN) + BEGIN.length;
  const to = text.indexOf('-----END OPENSSH PRIVATE KEY-----', from);
  if (to === -1) throw new BrokenKey('its end is missing');
  const wire = new Wire(Buffer.from(text.slice(from, to).replace(/\s/g, ''), 'base64'));
  if (!wire.take(MAGIC.length).equals(MAGIC)) throw new BrokenKey('it is not in the format openssh-key-v1');
  const cipher = wire.string().toString();
  const kdf = wire.string().toString();
  const kdfOptions = wire.string();
  if (wire.number() !== 1) throw new BrokenKey('it does not hold one key');
  const publicKey = wire.string();
  const sealed = wire.string();
  const tag = wire.rest();
  return {
    type: new Wire(publicKey).string().toString(),
    blob: publicKey.toString('base64'),
    locked: cipher !== 'none',
    open: passphrase => {
      if (cipher !== 'none' && passphrase.length === 0) return undefined;
      const plain =
        cipher === 'none'
          ? sealed
          : decrypt(cipher, sealed, tag, keyFor(cipher, kdf, kdfOptions, passphrase));
      return plain && ed25519In(plain, publicKey);
    },
  };
}

const BEGIN = '-----BEGIN OPENSSH PRIVATE KEY-----';
const MAGIC = Buffer.from('openssh-key-v1\0');

interface Cipher {
  readonly key: number;
  readonly iv: number;
  decrypt(sealed: Buffer, key: Buffer, iv: Buffer, tag: Buffer): Buffer | undefined;
}

const CIPHERS: Readonly<Record<string, Cipher>> = {
  'aes128-ctr': plain('aes-128-ctr', 16, 16),
  'aes192-ctr': plain('aes-192-ctr', 24, 16),
  'aes256-ctr': plain('aes-256-ctr', 32, 16),
  'aes128-cbc': plain('aes-128-cbc', 16, 16),
  'aes192-cbc': plain('aes-192-cbc', 24, 16),
  'aes256-cbc': plain('aes-256-cbc', 32, 16),
  '3des-cbc': plain('des-ede3-cbc', 24, 8),
  'aes128-gcm@openssh.com': gcm('aes-128-gcm', 16),
  'aes256-gcm@openssh.com': gcm('aes-256-gcm', 32),
  'chacha20-poly1305@openssh.com': { key: 64, iv: 0, decrypt: chacha },
};

/** Without a checksum of its own. */
function plain(name: string, key: number, iv: number): Cipher {
  return {
    key,
    iv,
    decrypt: (sealed, bytes, start) => {
      const decipher = createDecipheriv(name, bytes, start).setAutoPadding(false);
      return Buffer.concat([decipher.update(sealed), decipher.final()]);
    },
  };
}

function gcm(name: 'aes-128-gcm' | 'aes-256-gcm', key: number): Cipher {
  return {
    key,
    iv: 12,
    decrypt: (sealed, bytes, iv, tag) => {
      if (tag.length !== 16) throw new BrokenKey('its checksum is missing');
      const decipher = createDecipheriv(name, bytes, iv).setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(sealed), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}

/** As for packet 0 of a connection: the second half of the key is for lengths of packets, which there are none of. */
function chacha(sealed: Buffer, key: Buffer, _iv: Buffer, tag: Buffer): Buffer | undefined {
  if (tag.length !== 16) throw new BrokenKey('its checksum is missing');
  const stream = (counter: number) => {
    const iv = Buffer.alloc(16);
    iv[0] = counter;
    return createDecipheriv('chacha20', key.subarray(0, 32), iv);
  };
  const tagKey = stream(0).update(Buffer.alloc(32));
  if (!sodium().crypto_onetimeauth_verify(tag, sealed, tagKey)) return undefined;
  return stream(1).update(sealed);
}

function decrypt(cipher: string, sealed: Buffer, tag: Buffer, bytes: Buffer): Buffer | undefined {
  const { key, decrypt } = CIPHERS[cipher]!;
  if (sealed.length === 0 || sealed.length % 8 !== 0) throw new BrokenKey('part of it is missing');
  return decrypt(sealed, bytes.subarray(0, key), bytes.subarray(key), tag);
}

function keyFor(cipher: string, kdf: string, options: Buffer, passphrase: Uint8Array): Buffer {
  if (!Object.hasOwn(CIPHERS, cipher) || kdf !== 'bcrypt') {
    throw new BrokenKey(`it is encrypted in a way that is not supported${named(cipher)}`);
  }
  const wire = new Wire(options);
  const salt = wire.string();
  const rounds = wire.number();
  const key = Buffer.alloc(CIPHERS[cipher]!.key + CIPHERS[cipher]!.iv);
  if (salt.length === 0 || rounds === 0 || rounds > MOST_ROUNDS) {
    throw new BrokenKey('how it is encrypted cannot be read');
  }
  pbkdf(passphrase, passphrase.length, salt, salt.length, key, key.length, rounds);
  return key;
}

/** Where a length was damaged, the name of a cipher may go on into the key: that is shown to nobody. */
function named(cipher: string): string {
  return /^[a-z][\w.@-]{2,40}$/.test(cipher) ? ` (${cipher})` : '';
}

/** A minute or so; ssh-keygen uses 24 where it is not told otherwise. */
const MOST_ROUNDS = 4096;

/** Two equal numbers come first: with a wrong passphrase they differ. */
function ed25519In(plain: Buffer, publicKey: Buffer): Buffer | undefined {
  if (plain.length < 8 || plain.readUInt32BE(0) !== plain.readUInt32BE(4)) return undefined;
  const wire = new Wire(plain.subarray(8));
  // Nothing of this is quoted: it is the private key.
  if (wire.string().toString() !== 'ssh-ed25519') throw new BrokenKey('it does not hold an ssh-ed25519 key');
  const point = wire.string();
  const key = wire.string();
  if (key.length !== 64 || !key.subarray(32).equals(point) || !publicKey.subarray(-32).equals(point)) {
    throw new BrokenKey('its public and its private part do not belong together');
  }
  return key;
}

/** The parts of SSH's wire format, one after the other. */
class Wire {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  take(length: number): Buffer {
    if (length > this.bytes.length - this.#at) throw new BrokenKey('part of it is missing');
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  number(): number {
    return this.take(4).readUInt32BE();
  }

  string(): Buffer {
    return this.take(this.number());
  }

  rest(): Buffer {
    return this.take(this.bytes.length - this.#at);
  }
}
