import { randomBytes } from 'node:crypto';
import { base64, fromBase64 } from './base64.ts';
import { damaged, type Envelope, wrap } from './envelope.ts';
import type { Identity } from './identity.ts';
import { type Cost, openWithPassword, PASSWORD_STANZA, sealToPassword } from './password-stanza.ts';
import type { PrivateKey } from './private-key.ts';
import { type Recipient, readRecipient } from './recipient.ts';
import { isFor, openWithKey, sealToRecipient } from './recipient-stanza.ts';
import { sodium } from './sodium.ts';
import { FILE_KEY, NONCE, type Random, readStanzas, type Stanza, TAG } from './stanza.ts';

/**
 * tsible's own format, specified in docs/vault-format.md: a random file key seals the content; the header
 * holds the file key, itself sealed once for every way of opening it: a password, or somebody's public key.
 */
export interface TsibleBody {
  /** The header's lines as they were written, up to the `---` that ends it. */
  readonly header: string;
  readonly stanzas: readonly Stanza[];
  /** Proves that header and file key belong together. */
  readonly mac: Buffer;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly envelope: Envelope;
}

/** A header with the key that it holds: what another content can be sealed under, for the same readers. */
export interface OpenHeader {
  readonly text: string;
  readonly fileKey: Uint8Array;
}

/** Who can open a new envelope. */
export interface Readers {
  /** The vault id in the header. */
  readonly label: string;
  readonly password?: Identity | undefined;
  readonly recipients: readonly Recipient[];
}

/** Contents are padded to whole blocks of this, so that the length of a short password does not show. */
const PADDING = 32;

export function readTsibleBody(envelope: Envelope): TsibleBody {
  const { lines, position } = envelope;
  const end = lines.findIndex(line => line.startsWith('---'));
  if (end === -1) throw damaged('the line "---" that ends its header is missing', position);
  const mac = fromBase64(lines[end]!.slice(4));
  if (!lines[end]!.startsWith('--- ') || mac?.length !== 32) {
    throw damaged('the line "---" that ends its header does not hold a checksum', position);
  }
  const body = fromBase64(lines.slice(end + 1).join(''));
  if (!body || body.length < NONCE + PADDING + TAG)
    throw damaged('its content is not complete base64', position);
  return {
    header: `${[...lines.slice(0, end), '---'].join('\n')}\n`,
    stanzas: readStanzas(envelope, 1, end),
    mac,
    nonce: body.subarray(0, NONCE),
    ciphertext: body.subarray(NONCE),
    envelope,
  };
}

/** Who can open it, as far as the header tells. */
export function readersOf({ stanzas }: TsibleBody): {
  readonly password: boolean;
  readonly recipients: readonly Recipient[];
  /** Stanzas of types that this version does not know. */
  readonly unknown: readonly string[];
} {
  const recipients: Recipient[] = [];
  const unknown: string[] = [];
  for (const { type, args } of stanzas) {
    if (type === PASSWORD_STANZA) continue;
    const read = readRecipient(`${type} ${args.join(' ')}`);
    if ('recipient' in read) recipients.push(read.recipient);
    else unknown.push(type);
  }
  return { password: stanzas.some(({ type }) => type === PASSWORD_STANZA), recipients, unknown };
}

/** The file key; undefined when the password does not fit. Throws UserError when data was altered. */
export function fileKeyByPassword(body: TsibleBody, identity: Identity): Uint8Array | undefined {
  for (const stanza of body.stanzas.filter(({ type }) => type === PASSWORD_STANZA)) {
    const fileKey = openWithPassword(stanza, identity, body.envelope);
    if (fileKey) return fileKey;
  }
  return undefined;
}

/** The file key; undefined when it is not sealed to this key, or its passphrase cannot be had. */
export function fileKeyByKey(body: TsibleBody, key: PrivateKey): Uint8Array | undefined {
  const { recipient } = key;
  if (!recipient) return undefined;
  for (const stanza of body.stanzas.filter(each => isFor(each, recipient))) {
    const secret = key.secret();
    const fileKey = secret && openWithKey(stanza, recipient, secret, body.envelope);
    if (fileKey) return fileKey;
  }
  return undefined;
}

/** Throws UserError when header or content were altered. */
export function openContent(body: TsibleBody, fileKey: Uint8Array): Buffer {
  const lib = sodium();
  const { position } = body.envelope;
  if (!lib.memcmp(headerMac(fileKey, body.header), body.mac))
    throw damaged('its header was altered', position);
  try {
    const padded = lib.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      body.ciphertext,
      body.mac,
      body.nonce,
      contentKey(fileKey),
    );
    return Buffer.from(lib.unpad(padded, PADDING));
  } catch {
    throw damaged('its content was altered', position);
  }
}

export interface SealSettings {
  /** Gives the bytes that are otherwise random: for known answers. */
  readonly random: Random;
  readonly cost: Cost;
}

export function sealTsible(
  content: Uint8Array,
  readers: Readers,
  settings: Partial<SealSettings> = {},
): string {
  const { random = systemRandom, cost } = settings;
  const fileKey = random(FILE_KEY);
  const { label, password, recipients } = readers;
  const header = [
    `$TSIBLE_VAULT;1;${label}`,
    ...(password ? sealToPassword(fileKey, password, random, cost) : []),
    ...recipients.flatMap(recipient => sealToRecipient(fileKey, recipient, random)),
    '---',
  ];
  return sealUnder({ text: `${header.join('\n')}\n`, fileKey }, content, random);
}

/** Another content for those who can open what the header came from. */
export function sealUnder(header: OpenHeader, content: Uint8Array, random: Random = systemRandom): string {
  const { text, fileKey } = header;
  const lib = sodium();
  const mac = headerMac(fileKey, text);
  const nonce = random(NONCE);
  const sealed = lib.crypto_aead_xchacha20poly1305_ietf_encrypt(
    lib.pad(content as Uint8Array, PADDING),
    mac,
    null,
    nonce,
    contentKey(fileKey),
  );
  const body = base64(Buffer.concat([nonce, sealed]));
  return `${[`${text.trimEnd()} ${base64(mac)}`, ...wrap(body)].join('\n')}\n`;
}

/** The header with stanzas for more readers. */
export function extended({ text, fileKey }: OpenHeader, more: readonly Recipient[]): OpenHeader {
  const stanzas = more.flatMap(recipient => sealToRecipient(fileKey, recipient, systemRandom));
  const lines = [...text.split('\n').slice(0, -2), ...stanzas, '---', ''];
  return { text: lines.join('\n'), fileKey };
}

/** libsodium would ask for four bytes at a time, of the same source. */
const systemRandom: Random = length => randomBytes(length);

// One key, several purposes: each has words of its own, so that no output can serve as another.

function headerMac(fileKey: Uint8Array, header: string): Uint8Array {
  return sodium().crypto_generichash(32, `tsible-vault/1 header\n${header}`, fileKey);
}

function contentKey(fileKey: Uint8Array): Uint8Array {
  return sodium().crypto_generichash(32, 'tsible-vault/1 content', fileKey);
}
