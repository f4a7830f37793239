import { sealAnsible } from './ansible-format.ts';
import type { VaultFormat } from './envelope.ts';
import type { Identity } from './identity.ts';
import type { Recipient } from './recipient.ts';
import { whenPrepared } from './sodium.ts';
import { extended, type OpenHeader, type Readers, sealTsible, sealUnder } from './tsible-format.ts';

/** In which format a secret is sealed, and who will be able to open it. */
export type Sealer =
  | { readonly format: 'ansible'; readonly label: string; readonly password: Identity }
  | ({ readonly format: 'tsible' } & Readers)
  /** For whoever could open the envelope before: also where their passwords are not known. */
  | { readonly format: 'tsible'; readonly label: string; readonly header: OpenHeader };

/** Seals with a password. */
export function passwordSealer(password: Identity, format: VaultFormat, label = password.label): Sealer {
  return format === 'ansible' ? { format, label, password } : { format, label, password, recipients: [] };
}

/** Lets more people open what was opened with a header; whoever could open it still can. */
export function withMoreRecipients(header: OpenHeader, label: string, more: readonly Recipient[]): Sealer {
  return { format: 'tsible', label, header: extended(header, more) };
}

/** As `sealWith`, loading libsodium where it is needed. */
export function seal(sealer: Sealer, content: Uint8Array): Promise<string> {
  return whenPrepared(() => sealWith(sealer, content));
}

/** Sealed text that ends in a line break. tsible's format needs `prepare` beforehand. */
export function sealWith(sealer: Sealer, content: Uint8Array): string {
  if (sealer.format === 'ansible') return sealAnsible(content, sealer.password, sealer.label);
  return 'header' in sealer ? sealUnder(sealer.header, content) : sealTsible(content, sealer);
}
