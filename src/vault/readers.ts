import type { Position } from '../core/position.ts';
import { readEnvelope, type VaultFormat } from './envelope.ts';
import { type Recipient, sameRecipient } from './recipient.ts';
import { readersOf, readTsibleBody } from './tsible-format.ts';

/** Who can open an envelope, as far as it tells without being opened. */
export interface EnvelopeReaders {
  readonly format: VaultFormat;
  /** The vault id of its password. */
  readonly label: string;
  readonly password: boolean;
  readonly recipients: readonly Recipient[];
  /** Ways of opening it that this version does not know. */
  readonly unknown: readonly string[];
}

/** Throws UserError for a text that is no envelope, or a damaged one. */
export function readReaders(text: string, position?: Position): EnvelopeReaders {
  const envelope = readEnvelope(text, position);
  const { format, label } = envelope;
  if (format === 'ansible') return { format, label, password: true, recipients: [], unknown: [] };
  return { format, label, ...readersOf(readTsibleBody(envelope)) };
}

export function sameRecipients(a: readonly Recipient[], b: readonly Recipient[]): boolean {
  return a.length === b.length && a.every(one => b.some(other => sameRecipient(one, other)));
}
