import { UserError } from '../core/error.ts';
import { damaged, type Envelope, wrap } from './envelope.ts';
import type { Identity } from './identity.ts';
import { sodium } from './sodium.ts';

/**
 * tsible's own format, specified in docs/vault-format.md: a random file key seals the content; the header
 * holds the file key, itself sealed once for every way of opening it (a password here; recipients later).
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

/** One way of getting at the file key: `-> TYPE ARGUMENTS…`, and lines of data. */
interface Stanza {
  readonly type: string;
  readonly args: readonly string[];
  readonly data: Buffer;
}

const NONCE = 24;
const TAG = 16;
const FILE_KEY = 32;
/** Contents are padded to whole blocks of this, so that the length of a short password does not show. */
const PADDING = 32;

/** Argon2id for new secrets: RFC 9106's second recommendation, in one lane (a quarter of a second). */
const NEW = { passes: 3, kibibytes: 65_536 };
/** What a file may ask for: more would let a file bring the machine down. */
const LIMIT = { passes: 32, kibibytes: 1_048_576 };

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
    stanzas: readStanzas(lines.slice(1, end), envelope),
    mac,
    nonce: body.subarray(0, NONCE),
    ciphertext: body.subarray(NONCE),
    envelope,
  };
}

/** The content; undefined when the password does not fit. Throws UserError when data was altered. */
export function openTsibleBody(body: TsibleBody, identity: Identity): Buffer | undefined {
  const passwords = body.stanzas.filter(stanza => stanza.type === 'argon2id');
  if (passwords.length === 0) {
    const wanted = [...new Set(body.stanzas.map(stanza => stanza.type))].join(', ');
    throw new UserError(`this is not encrypted with a password, but for recipients (${wanted})`, {
      position: body.envelope.position,
    });
  }
  for (const stanza of passwords) {
    const fileKey = openStanza(stanza, identity, body.envelope);
    if (fileKey) return openContent(body, fileKey);
  }
  return undefined;
}

export interface SealSettings {
  /** Gives the bytes that are otherwise random: for known answers. */
  readonly random: (length: number) => Uint8Array;
  readonly cost: { readonly passes: number; readonly kibibytes: number };
}

export function sealTsible(
  content: Uint8Array,
  identity: Identity,
  label: string,
  settings: Partial<SealSettings> = {},
): string {
  const { random = length => sodium().randombytes_buf(length), cost = NEW } = settings;
  const lib = sodium();
  const fileKey = random(FILE_KEY);
  const header = [`$TSIBLE_VAULT;1;${label}`, ...sealStanza(fileKey, identity, { random, cost }), '---'].join(
    '\n',
  );
  const mac = headerMac(fileKey, `${header}\n`);
  const nonce = random(NONCE);
  const sealed = lib.crypto_aead_xchacha20poly1305_ietf_encrypt(
    lib.pad(content as Uint8Array, PADDING),
    mac,
    null,
    nonce,
    contentKey(fileKey),
  );
  const body = Buffer.concat([nonce, sealed]).toString('base64');
  return `${[`${header} ${base64(mac)}`, ...wrap(body)].join('\n')}\n`;
}

function sealStanza(fileKey: Uint8Array, identity: Identity, { random, cost }: SealSettings): string[] {
  const lib = sodium();
  // Secrets of one run share a salt, so that opening them all derives one key.
  const salt = identity.newSalt(() => random(lib.crypto_pwhash_SALTBYTES));
  const nonce = random(NONCE);
  const key = passwordKey(identity, salt, cost.passes, cost.kibibytes);
  const sealed = lib.crypto_aead_xchacha20poly1305_ietf_encrypt(fileKey, WRAP, null, nonce, key);
  return [
    `-> argon2id ${cost.passes} ${cost.kibibytes} ${base64(salt)}`,
    ...wrap(base64(Buffer.concat([nonce, sealed]))),
  ];
}

function openStanza(stanza: Stanza, identity: Identity, { position }: Envelope): Uint8Array | undefined {
  const lib = sodium();
  const [passes, kibibytes, saltText, ...more] = stanza.args;
  const salt = fromBase64(saltText ?? '');
  const valid =
    /^[1-9]\d{0,2}$/.test(passes ?? '') &&
    /^[1-9]\d{0,7}$/.test(kibibytes ?? '') &&
    salt?.length === lib.crypto_pwhash_SALTBYTES &&
    more.length === 0 &&
    stanza.data.length === NONCE + FILE_KEY + TAG;
  if (!valid) throw damaged('what its header says about the password cannot be read', position);
  if (Number(passes) > LIMIT.passes || Number(kibibytes) > LIMIT.kibibytes || Number(kibibytes) < 8) {
    throw damaged(
      `its header asks for ${passes} passes over ${kibibytes} KiB, which is outside of what is sane`,
      position,
    );
  }
  const key = passwordKey(identity, salt, Number(passes), Number(kibibytes));
  const nonce = stanza.data.subarray(0, NONCE);
  try {
    const sealed = stanza.data.subarray(NONCE);
    return lib.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, WRAP, nonce, key);
  } catch {
    return undefined;
  }
}

function openContent(body: TsibleBody, fileKey: Uint8Array): Buffer {
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

function passwordKey(identity: Identity, salt: Uint8Array, passes: number, kibibytes: number): Buffer {
  const lib = sodium();
  return identity.key(`argon2id ${passes} ${kibibytes}`, salt, password =>
    Buffer.from(
      lib.crypto_pwhash(32, password, salt, passes, kibibytes * 1024, lib.crypto_pwhash_ALG_ARGON2ID13),
    ),
  );
}

// One key, several purposes: each has words of its own, so that no output can serve as another.
const WRAP = 'tsible-vault/1 file key';

function headerMac(fileKey: Uint8Array, header: string): Uint8Array {
  return sodium().crypto_generichash(32, `tsible-vault/1 header\n${header}`, fileKey);
}

function contentKey(fileKey: Uint8Array): Uint8Array {
  return sodium().crypto_generichash(32, 'tsible-vault/1 content', fileKey);
}

function readStanzas(lines: readonly string[], { position }: Envelope): Stanza[] {
  const stanzas: { words: string[]; data: string }[] = [];
  for (const line of lines) {
    if (line.startsWith('-> ')) {
      stanzas.push({ words: line.slice(3).split(' '), data: '' });
    } else {
      const last = stanzas.at(-1);
      if (!last) throw damaged('its header does not start with a "->" line', position);
      last.data += line;
    }
  }
  if (stanzas.length === 0) throw damaged('its header names no way to open it', position);
  return stanzas.map(({ words: [type = '', ...args], data }) => {
    const bytes = fromBase64(data);
    if (type === '' || !bytes) throw damaged('a part of its header is not base64', position);
    return { type, args, data: bytes };
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Only the one spelling that a sealer writes. */
function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
}
