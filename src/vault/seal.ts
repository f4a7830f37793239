import { UserError } from '../core/error.ts';
import type { Position } from '../core/position.ts';
import { openAnsibleBody, readAnsibleBody } from './ansible-format.ts';
import { type Envelope, readEnvelope, type VaultFormat } from './envelope.ts';
import type { VaultIdentities } from './identities.ts';
import { Identity, NoPassword } from './identity.ts';
import type { PrivateKey } from './private-key.ts';
import type { Recipient } from './recipient.ts';
import { refused, type Unusable } from './refusal.ts';
import { passwordSealer, type Sealer, sealWith } from './sealer.ts';
import { sodium } from './sodium.ts';
import {
  fileKeyByKey,
  fileKeyByPassword,
  openContent,
  readersOf,
  readTsibleBody,
  type TsibleBody,
} from './tsible-format.ts';

export interface Opened {
  readonly content: Buffer;
  readonly format: VaultFormat;
  /** As the envelope names it. */
  readonly label: string;
  /** The public keys that it is sealed to. */
  readonly recipients: readonly Recipient[];
  /** Whose password fitted, or the key that did. */
  readonly identity: Identity | PrivateKey;
  /** Seals another content for the same passwords and keys. */
  readonly sealer: Sealer;
}

/**
 * Opens a sealed file or value. Synchronous, because values are opened in the middle of rendering: an
 * envelope in tsible's format needs `prepare` beforehand, and throws `NotPrepared` without.
 *
 * @param position where it stands, for errors
 * @throws UserError when no password was given or none fits, or the data is damaged
 */
export function openEnvelope(text: string, identities: VaultIdentities, position?: Position): Opened {
  const envelope = readEnvelope(text, position);
  return envelope.format === 'ansible' ? openAnsible(envelope, identities) : openTsible(envelope, identities);
}

/** Whether a password opens an envelope of our own format. */
export function opensWith(text: string, password: Identity): boolean {
  try {
    return fileKeyByPassword(readTsibleBody(readEnvelope(text)), password) !== undefined;
  } catch (error) {
    if (error instanceof NoPassword) return false;
    throw error;
  }
}

/** As `openEnvelope`, for a value in a file: its content must be text. */
export function openText(text: string, identities: VaultIdentities, position?: Position): string {
  const { content } = openEnvelope(text, identities, position);
  const opened = content.toString('utf8');
  if (!Buffer.from(opened).equals(content)) {
    throw new UserError('the encrypted value is not UTF-8 text', {
      position,
      hint: 'binary content goes into an encrypted file of its own',
    });
  }
  return opened;
}

/** Sealed text that ends in a line break. tsible's format needs `prepare` beforehand. */
export function sealEnvelope(
  content: Uint8Array,
  identity: Identity,
  format: VaultFormat,
  label = identity.label,
): string {
  return sealWith(passwordSealer(identity, format, label), content);
}

function openAnsible(envelope: Envelope, identities: VaultIdentities): Opened {
  const { format, label } = envelope;
  // What is wrong with the data itself is found once, before any password is tried.
  const body = readAnsibleBody(envelope);
  const unusable: Unusable = new Map();
  for (const identity of identities.candidates(label)) {
    const content = ifUsable(identity, unusable, () => openAnsibleBody(body, identity));
    if (!content) continue;
    const sealer = passwordSealer(identity, 'ansible', label);
    return { content, format, label, recipients: [], identity, sealer };
  }
  throw refused(envelope, undefined, identities, unusable);
}

function openTsible(envelope: Envelope, identities: VaultIdentities): Opened {
  const { format, label } = envelope;
  const body = readTsibleBody(envelope);
  // Before anybody is asked for anything: what throws NotPrepared is done twice.
  sodium();
  const unusable: Unusable = new Map();
  for (const identity of waysInto(body, identities)) {
    const fileKey =
      identity instanceof Identity
        ? ifUsable(identity, unusable, () => fileKeyByPassword(body, identity))
        : fileKeyByKey(body, identity);
    if (!fileKey) continue;
    const content = openContent(body, fileKey);
    const sealer: Sealer = { format: 'tsible', label, header: { text: body.header, fileKey } };
    return { content, format, label, recipients: readersOf(body).recipients, identity, sealer };
  }
  throw refused(envelope, body, identities, unusable);
}

/** Where one source gives no password, another may fit all the same. */
function ifUsable<T>(identity: Identity, unusable: Unusable, attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof NoPassword)) throw error;
    unusable.set(identity, error);
    return undefined;
  }
}

/**
 * The likeliest first, and what has to ask somebody last: passwords of the label, keys that it is sealed to,
 * other passwords, keys with a passphrase. Nothing is read before its turn.
 */
function* waysInto(body: TsibleBody, identities: VaultIdentities): Generator<Identity | PrivateKey> {
  const { label } = body.envelope;
  const readers = readersOf(body);
  const passwords = readers.password ? identities.candidates(label) : [];
  yield* passwords.filter(identity => !identity.asks && identity.label === label);
  const wanted = new Set(readers.recipients.map(({ blob }) => blob));
  const keys =
    wanted.size === 0
      ? []
      : identities.keys.all.filter(({ recipient }) => recipient && wanted.has(recipient.blob));
  yield* keys.filter(key => !key.locked);
  yield* passwords.filter(identity => !identity.asks && identity.label !== label);
  yield* keys.filter(key => key.locked);
  yield* passwords.filter(identity => identity.asks);
}
