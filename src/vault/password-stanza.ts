import { base64, fromBase64 } from './base64.ts';
import { damaged, type Envelope, wrap } from './envelope.ts';
import type { Identity } from './identity.ts';
import { sodium } from './sodium.ts';
import { FILE_KEY, FILE_KEY_PURPOSE, NONCE, type Random, type Stanza, TAG } from './stanza.ts';

export interface Cost {
  readonly passes: number;
  readonly kibibytes: number;
}

/** Argon2id for new secrets: RFC 9106's second recommendation, in one lane (a quarter of a second). */
export const USUAL_COST: Cost = { passes: 3, kibibytes: 65_536 };
/** What a file may ask for: more would let a file bring the machine down. */
const LIMIT = { passes: 32, kibibytes: 1_048_576 };

export const PASSWORD_STANZA = 'argon2id';

export function sealToPassword(
  fileKey: Uint8Array,
  identity: Identity,
  random: Random,
  cost: Cost = USUAL_COST,
): string[] {
  const lib = sodium();
  // Secrets with the same password share a salt, so that opening them all derives one key.
  const salt = identity.saltForSealing(() => random(lib.crypto_pwhash_SALTBYTES));
  const nonce = random(NONCE);
  const key = passwordKey(identity, salt, cost);
  const sealed = lib.crypto_aead_xchacha20poly1305_ietf_encrypt(fileKey, FILE_KEY_PURPOSE, null, nonce, key);
  return [
    `-> ${PASSWORD_STANZA} ${cost.passes} ${cost.kibibytes} ${base64(salt)}`,
    ...wrap(base64(Buffer.concat([nonce, sealed]))),
  ];
}

/** The file key; undefined when the password does not fit. Throws UserError for a stanza that cannot be. */
export function openWithPassword(
  stanza: Stanza,
  identity: Identity,
  { position }: Envelope,
): Uint8Array | undefined {
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
  const cost = { passes: Number(passes), kibibytes: Number(kibibytes) };
  if (cost.passes > LIMIT.passes || cost.kibibytes > LIMIT.kibibytes || cost.kibibytes < 8) {
    throw damaged(
      `its header asks for ${passes} passes over ${kibibytes} KiB, which is outside of what is sane`,
      position,
    );
  }
  const key = passwordKey(identity, salt, cost);
  const nonce = stanza.data.subarray(0, NONCE);
  try {
    const sealed = stanza.data.subarray(NONCE);
    const fileKey = lib.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      sealed,
      FILE_KEY_PURPOSE,
      nonce,
      key,
    );
    if (isUsual(cost)) identity.shareSalt(salt);
    return fileKey;
  } catch {
    return undefined;
  }
}

function isUsual({ passes, kibibytes }: Cost): boolean {
  return passes === USUAL_COST.passes && kibibytes === USUAL_COST.kibibytes;
}

function passwordKey(identity: Identity, salt: Uint8Array, { passes, kibibytes }: Cost): Buffer {
  const lib = sodium();
  return identity.key(`argon2id ${passes} ${kibibytes}`, salt, password =>
    Buffer.from(
      lib.crypto_pwhash(32, password, salt, passes, kibibytes * 1024, lib.crypto_pwhash_ALG_ARGON2ID13),
    ),
  );
}
