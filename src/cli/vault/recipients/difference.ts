import type { RecipientRule, RecipientRules } from '../../../load/index.ts';
import type { EnvelopeReaders } from '../../../vault/readers.ts';
import { type Recipient, recipientNames, sameRecipient } from '../../../vault/recipient.ts';

/** What a secret's recipients are not as the rule wants them. */
export interface Difference {
  readonly missing: readonly Recipient[];
  readonly surplus: readonly Recipient[];
  /** It opens with a password only. */
  readonly unsealed: boolean;
}

/** Undefined: as the rule wants it. */
export function differenceFrom(rule: RecipientRule, readers: EnvelopeReaders): Difference | undefined {
  const { recipients } = readers;
  const missing = rule.recipients.filter(one => !recipients.some(other => sameRecipient(one, other)));
  const surplus = recipients.filter(one => !rule.recipients.some(other => sameRecipient(one, other)));
  if (missing.length + surplus.length === 0) return undefined;
  return { missing, surplus, unsealed: recipients.length === 0 };
}

/** `differs: carol is missing; eve should not be able to open it` */
export function differenceText({ missing, surplus, unsealed }: Difference, rules: RecipientRules): string {
  if (unsealed) return 'differs: not encrypted for recipients yet';
  const parts = [
    ...(missing.length > 0 ? [`not for ${names(missing, rules)}`] : []),
    ...(surplus.length > 0 ? [`but still for ${names(surplus, rules)}`] : []),
  ];
  return `differs: ${parts.join(', ')}`;
}

/** `alice, bob, the password of the vault id "prod"` */
export function readersText(readers: EnvelopeReaders, rules: RecipientRules | undefined): string {
  const { recipients, password, label, unknown } = readers;
  return [
    ...(recipients.length > 0 ? [names(recipients, rules)] : []),
    ...(password ? [`the password of the vault id "${label}"`] : []),
    ...unknown.map(type => `an unknown kind of recipient (${type})`),
  ].join(', ');
}

/** Keys by the names that the project has for them, each name once. */
export function names(recipients: readonly Recipient[], rules: RecipientRules | undefined): string {
  return recipientNames(recipients, recipient => rules?.nameOf(recipient));
}
