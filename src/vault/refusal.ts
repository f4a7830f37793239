import { UserError } from '../core/error.ts';
import type { Envelope } from './envelope.ts';
import type { VaultIdentities } from './identities.ts';
import type { Identity, NoPassword } from './identity.ts';
import { recipientNames, sameRecipient } from './recipient.ts';
import { readersOf, type TsibleBody } from './tsible-format.ts';

/** Sources that gave no password, and what was wrong with them. */
export type Unusable = Map<Identity, NoPassword>;

/** The error for an envelope that no password and no key opened: what it wants, and what was tried. */
export function refused(
  envelope: Envelope,
  body: TsibleBody | undefined,
  identities: VaultIdentities,
  unusable: Unusable,
): UserError {
  const readers = body && readersOf(body);
  if (readers && !readers.password) return notForUs(envelope, readers, identities);
  const error = wrongPassword(envelope, identities, unusable);
  if (!readers || readers.recipients.length === 0) return error;
  const who = recipientNames(readers.recipients, identities.keys.nameOf);
  return new UserError(`${error.message}; ${keysTried(identities)}`, {
    position: error.position,
    hint: `it was encrypted with the vault id "${envelope.label}", and for ${who}`,
  });
}

function notForUs(
  { position }: Envelope,
  { recipients, unknown }: ReturnType<typeof readersOf>,
  identities: VaultIdentities,
): UserError {
  if (recipients.length === 0) {
    return new UserError(
      `this is encrypted for recipients of a kind that this tsible does not know (${unknown.join(', ')})`,
      { position },
    );
  }
  const fitting = identities.keys.all.find(
    key => key.recipient && recipients.some(each => sameRecipient(each, key.recipient!)),
  );
  const what = `this is encrypted for ${recipientNames(recipients, identities.keys.nameOf)}`;
  if (fitting) {
    return new UserError(`${what}: ${fitting} could not open it`, {
      position,
      hint: fitting.trouble ? undefined : 'the data is damaged: restore it from version control',
    });
  }
  return new UserError(`${what}: ${keysTried(identities)}`, { position, hint: NAME_A_KEY });
}

function keysTried({ keys }: VaultIdentities): string {
  const there = keys.all.filter(key => key.recipient ?? key.trouble);
  if (there.length > 0) return `tried ${there.join(', ')}`;
  const looked = keys.all.map(({ file }) => file).join(', ');
  return looked === '' ? 'no private key was given' : `there is no private key in ${looked}`;
}

const NAME_A_KEY =
  'name your private key with --vault-key-file; it must be a file, because an SSH agent can sign with its keys ' +
  'but not decrypt';

function wrongPassword(
  { label, position, format }: Envelope,
  identities: VaultIdentities,
  unusable: Unusable,
): UserError {
  if (identities.all.length === 0) {
    return new UserError(`this is encrypted (vault id "${label}"), and no vault password was given`, {
      position,
      hint: 'use --vault-password-file, --vault-id or --ask-vault-pass',
    });
  }
  const candidates = identities.candidates(label);
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
