import type { Host } from '../../core/inventory.ts';
import { MASK, redact, Secret } from '../../core/secret.ts';
import { isDict, isList, type Raw, type RawDict, Sealed, TemplateText } from '../../core/value.ts';
import { holdsTemplate } from '../../template/index.ts';

/** The variables that the inventory gives a host, by name; nothing is rendered and nothing is decrypted. */
export function variablesOf(host: Host): ReadonlyMap<string, Raw> {
  const merged = new Map<string, Raw>();
  for (const { vars } of host.layers) for (const [name, value] of vars) merged.set(String(name), value);
  return new Map([...merged].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A value as it stands in the inventory: templates as text, single secrets as their ciphertext, other secrets as
 * stars. JSON tells ciphertext and text that is no template by the marks that Ansible reads there.
 */
export function plain(raw: Raw, marked: boolean): Raw {
  if (typeof raw === 'string') {
    const text = redact(raw);
    return marked && holdsTemplate(text) ? mark('__ansible_unsafe', text) : text;
  }
  if (raw instanceof TemplateText) return redact(raw.text);
  if (raw instanceof Sealed) return marked ? mark('__ansible_vault', raw.envelope) : raw;
  if (raw instanceof Secret) return MASK;
  if (isList(raw)) return (raw as readonly Raw[]).map(item => plain(item, marked));
  if (isDict(raw)) return plainDict(raw as RawDict, marked);
  return raw;
}

export function plainDict(variables: RawDict, marked: boolean): RawDict {
  return new Map([...variables].map(([name, value]) => [name, plain(value, marked)]));
}

function mark(name: string, text: string): RawDict {
  return new Map([[name, text]]);
}
