import { UserError } from '../core/error.ts';
import { base64 } from './base64.ts';
import { damaged, type Envelope, wrap } from './envelope.ts';
import { type Recipient, recipientText } from './recipient.ts';
import { sodium } from './sodium.ts';
import { FILE_KEY, FILE_KEY_PURPOSE, NONCE, type Random, type Stanza, TAG } from './stanza.ts';

const POINT = 32;

/** Seals the file key to a public key: with a key pair that exists for this one stanza (docs/vault-format.md). */
export function sealToRecipient(fileKey: Uint8Array, recipient: Recipient, random: Random): string[] {
  const lib = sodium();
  const secret = random(POINT);
  const ephemeral = lib.crypto_scalarmult_base(secret);
  const shared = sharedWith(recipient, secret);
  const key = wrapKey(shared, ephemeral, recipient);
  const sealed = lib.crypto_aead_xchacha20poly1305_ietf_encrypt(fileKey, FILE_KEY_PURPOSE, null, ONCE, key);
  return [`-> ${recipientText(recipient)}`, ...wrap(base64(Buffer.concat([ephemeral, sealed])))];
}

/**
 * The file key from a stanza that names `recipient`; undefined when it was altered.
 *
 * @param secret the X25519 secret of that key
 */
export function openWithKey(
  stanza: Stanza,
  recipient: Recipient,
  secret: Uint8Array,
  { position }: Envelope,
): Uint8Array | undefined {
  if (stanza.data.length !== POINT + FILE_KEY + TAG) {
    throw damaged('what its header says about a recipient cannot be read', position);
  }
  const lib = sodium();
  const ephemeral = stanza.data.subarray(0, POINT);
  try {
    const key = wrapKey(lib.crypto_scalarmult(secret, ephemeral), ephemeral, recipient);
    const sealed = stanza.data.subarray(POINT);
    return lib.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, FILE_KEY_PURPOSE, ONCE, key);
  } catch {
    // Not the point of anybody's key pair, or not sealed to this key.
    return undefined;
  }
}

export function isFor(stanza: Stanza, recipient: Recipient): boolean {
  return stanza.type === recipient.type && stanza.args.length === 1 && stanza.args[0] === recipient.blob;
}

/** The key is used for one message, so that the nonce has nothing to tell apart. */
const ONCE = new Uint8Array(NONCE);

function sharedWith(recipient: Recipient, secret: Uint8Array): Uint8Array {
  try {
    return sodium().crypto_scalarmult(secret, curvePoint(recipient));
  } catch {
    // Not every 32 bytes are a point that somebody can have the secret of.
    throw new UserError(
      `secrets cannot be sealed to ${recipientText(recipient)}: nobody can have its private key`,
    );
  }
}

function curvePoint({ type, key }: Recipient): Uint8Array {
  return type === 'ssh-ed25519' ? sodium().crypto_sign_ed25519_pk_to_curve25519(key) : key;
}

function wrapKey(shared: Uint8Array, ephemeral: Uint8Array, recipient: Recipient): Uint8Array {
  const purpose = Buffer.from(`tsible-vault/1 ${recipient.type}\n`);
  // The key as it is written in the header: two Ed25519 keys share a point of the other curve.
  return sodium().crypto_generichash(32, Buffer.concat([purpose, ephemeral, recipient.key]), shared);
}
