import { UserError } from '../core/error.ts';
import type { Position } from '../core/position.ts';
import { openAnsibleBody, readAnsibleBody, sealAnsible } from './ansible-format.ts';
import { type Envelope, readEnvelope, type VaultFormat } from './envelope.ts';
import type { VaultIdentities } from './identities.ts';
import { type Identity, NoPassword } from './identity.ts';
import { openTsibleBody, readTsibleBody, sealTsible } from './tsible-format.ts';

export interface Opened {
  readonly content: Buffer;
  readonly format: VaultFormat;
  /** As the envelope names it. */
  readonly label: string;
  /** Whose password fitted. */
  readonly identity: Identity;
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
  const attempt = opener(envelope);
  const candidates = identities.candidates(envelope.label);
  const unusable = new Map<Identity, NoPassword>();
  for (const identity of candidates) {
    try {
      const content = attempt(identity);
      if (content) return { content, format: envelope.format, label: envelope.label, identity };
    } catch (error) {
      // Another password may fit all the same.
      if (!(error instanceof NoPassword)) throw error;
      unusable.set(identity, error);
    }
  }
  throw refused(envelope, identities, candidates, unusable);
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
  return format === 'ansible' ? sealAnsible(content, identity, label) : sealTsible(content, identity, label);
}

/** What is wrong with the data itself is found once, before any password is tried. */
function opener(envelope: Envelope): (identity: Identity) => Buffer | undefined {
  if (envelope.format === 'ansible') {
    const body = readAnsibleBody(envelope);
    return identity => openAnsibleBody(body, identity);
  }
  const body = readTsibleBody(envelope);
  return identity => openTsibleBody(body, identity);
}

function refused(
  { label, position, format }: Envelope,
  identities: VaultIdentities,
  candidates: readonly Identity[],
  unusable: ReadonlyMap<Identity, NoPassword>,
): UserError {
  if (identities.all.length === 0) {
    return new UserError(`this is encrypted (vault id "${label}"), and no vault password was given`, {
      position,
      hint: 'use --vault-password-file, --vault-id or --ask-vault-pass',
    });
  }
  if (candidates.length === 0) {
    return new UserError(`no password was given for the vault id "${label}"`, {
      position,
      hint: `vault_id_match is on, and passwords were given for: ${identities.all.map(each => each.label).join(', ')}`,
    });
  }
  const [fault] = unusable.values();
  const tried = candidates.filter(identity => !unusable.has(identity));
  if (fault && tried.length === 0) return fault;
  const doubt = format === 'ansible' ? ', or the data is damaged' : '';
  const besides = fault ? `; not tried: ${fault.message}` : '';
  return new UserError(`wrong vault password${doubt}: tried ${tried.map(String).join(', ')}${besides}`, {
    position,
    hint: `it was encrypted with the vault id "${label}"`,
  });
}
