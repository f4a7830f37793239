import { createHash, timingSafeEqual } from 'node:crypto';
import { SSH_KEY_TYPES, splitKeyLine } from '../core/ssh-key-line.ts';

export type RecipientType = 'ssh-ed25519' | 'tsible-x25519';

/** A public key that secrets are sealed to. */
export interface Recipient {
  readonly type: RecipientType;
  /** As a .pub file has it; together with the type, what keys are told apart by. */
  readonly blob: string;
  /** The 32 bytes of the key itself. */
  readonly key: Buffer;
}

/** `ssh-ed25519 AAAA…`, as in a .pub file. */
export function recipientText({ type, blob }: Pick<Recipient, 'type' | 'blob'>): string {
  return `${type} ${blob}`;
}

export function sameRecipient(a: Recipient, b: Recipient): boolean {
  return a.type === b.type && a.blob === b.blob;
}

/** For people: `SHA256:…`, as `ssh-keygen -l` prints it; keys of our own are short enough to be shown whole. */
export function fingerprint({ type, blob }: Recipient): string {
  if (type === 'tsible-x25519') return blob;
  return `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}`;
}

/** For people: keys by the names that the project has for them, each name once. */
export function recipientNames(
  recipients: readonly Recipient[],
  nameOf: (recipient: Recipient) => string | undefined,
): string {
  const names = recipients.map(each => nameOf(each) ?? `${each.type} ${fingerprint(each)}`);
  return [...new Set(names)].join(', ');
}

/** A line of text that was read for a public key: the key with its comment, or what is wrong with it. */
export type ReadRecipient =
  | { readonly recipient: Recipient; readonly comment: string }
  | { readonly fault: string; readonly hint?: string };

/** Reads `TYPE BLOB COMMENT`, also behind options as in authorized_keys. */
export function readRecipient(line: string): ReadRecipient {
  const found = splitKeyLine(line, KNOWN_TYPES);
  if (!found) {
    if (/^-----BEGIN|^tsible-x25519-secret/.test(line.trim())) {
      return { fault: 'this is a private key', hint: 'recipients are named by their public keys' };
    }
    return { fault: 'this is not a public key', hint: 'expected: ssh-ed25519 AAAA… or tsible-x25519 …' };
  }
  const { options, type, blob, comment } = found;
  if (!isRecipientType(type)) {
    if (type.endsWith('-cert-v01@openssh.com')) {
      return {
        fault: 'this is a certificate',
        hint: 'name the key itself, whose file is called the same without -cert',
      };
    }
    return {
      fault: `secrets cannot be sealed to a key of the type ${type}`,
      hint: 'RSA, ECDSA and security keys cannot be used: it takes an ssh-ed25519 key (ssh-keygen -t ed25519)',
    };
  }
  const key = KEY_OF[type](blob);
  if (!key) return { fault: `this ${type} key is damaged: part of it is missing or mistyped` };
  return faultInOptions(options) ?? { recipient: { type, blob, key }, comment };
}

/** Whom sshd would not let in with this line of authorized_keys, nothing is sealed to. */
function faultInOptions(options: string): { fault: string; hint?: string } | undefined {
  for (const option of options.match(/(?:[^\s,"]|"(?:\\.|[^"\\])*")+/g) ?? []) {
    const name = option.split('=', 1)[0]!.toLowerCase();
    if (name === 'cert-authority' || name === '@cert-authority') {
      return {
        fault: 'this is the key of a certificate authority',
        hint: 'name the keys of people and machines',
      };
    }
    if (name === '@revoked') return { fault: 'this key is marked as revoked' };
    if (name === 'expiry-time' && isPast(option)) return { fault: `this key has expired (${option})` };
  }
  return undefined;
}

/** `expiry-time="20270131"`, with hours, minutes and seconds or without, in local time or, with a Z, in UTC. */
function isPast(option: string): boolean {
  const found = /="?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)"?$/i.exec(option);
  if (!found) return false;
  const [, year, month, day, hours = '00', minutes = '00', seconds = '00', zone] = found;
  return (
    Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}${zone!.toUpperCase()}`) <= Date.now()
  );
}

const OWN = 'tsible-x25519';
const KNOWN_TYPES = new Set([...SSH_KEY_TYPES, OWN]);

function isRecipientType(type: string): type is RecipientType {
  return type === 'ssh-ed25519' || type === OWN;
}

/** The bytes of a key of our own, and of its secret, as text: with a checksum, so that a slip is noticed. */
export function blobOfX25519(key: Uint8Array): string {
  return Buffer.concat([key, checksum(key)]).toString('base64');
}

/** undefined: it was mistyped, or cut off. */
export function x25519OfBlob(blob: string): Buffer | undefined {
  const bytes = Buffer.from(blob, 'base64');
  if (bytes.length !== 36 || bytes.toString('base64') !== blob) return undefined;
  const key = bytes.subarray(0, 32);
  return timingSafeEqual(checksum(key), bytes.subarray(32)) ? key : undefined;
}

function checksum(key: Uint8Array): Buffer {
  return createHash('sha256').update('tsible-vault/1 key text').update(key).digest().subarray(0, 4);
}

const WIRE_START = Buffer.concat([lengthOf(11), Buffer.from('ssh-ed25519'), lengthOf(32)]);

function ed25519OfBlob(blob: string): Buffer | undefined {
  const bytes = Buffer.from(blob, 'base64');
  if (bytes.length !== WIRE_START.length + 32 || bytes.toString('base64') !== blob) return undefined;
  return bytes.subarray(0, WIRE_START.length).equals(WIRE_START)
    ? bytes.subarray(WIRE_START.length)
    : undefined;
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

const KEY_OF: Record<RecipientType, (blob: string) => Buffer | undefined> = {
  'ssh-ed25519': ed25519OfBlob,
  'tsible-x25519': x25519OfBlob,
};
