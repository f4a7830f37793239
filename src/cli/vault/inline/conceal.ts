import { writtenEnvelope } from './scalar-text.ts';
import { type VaultValue, vaultValues } from './sealed-values.ts';
import { type Splice, spliced, type YamlText } from './yaml-text.ts';

/** A value that was shown decrypted, behind its tag. */
export interface Shown {
  readonly value: VaultValue;
  readonly text: string;
}

/**
 * The way back from a revealed text that somebody has edited: what stands behind `!vault` is encrypted. A value
 * that is the same as before keeps its ciphertext, to the byte where its key is the same as well.
 *
 * @param seal encrypts a value; `before` is what the key had until now, if it had anything
 */
export function concealed(
  before: YamlText,
  shown: readonly Shown[],
  edited: YamlText,
  seal: (text: string, before: Shown | undefined) => string,
): string {
  const unused = new Set(shown);
  const values = vaultValues(edited).filter(value => !value.sealed);
  const matches = new Map<VaultValue, Shown>();
  // Keys that kept their values first, so that no other takes those.
  for (const same of [samePath, () => true]) {
    for (const value of values) {
      if (matches.has(value)) continue;
      const match = [...unused].find(each => each.text === value.text && same(each.value, value));
      if (!match) continue;
      unused.delete(match);
      matches.set(value, match);
    }
  }
  const splices = values.flatMap(value => {
    const match = matches.get(value);
    const kept = match && asItWas(before, match.value, edited, value);
    if (kept) return kept;
    const was = shown.find(each => samePath(each.value, value));
    const envelope = match ? match.value.text : seal(value.text, was);
    const { node, flow, column } = value;
    const usual = was?.value.column === column ? was.value.node.indent : 0;
    const indent = usual || node.indent || column + Math.max(2, edited.step());
    return edited.replace(node, writtenEnvelope(envelope, { flow }), indent);
  });
  return spliced(edited.text, splices);
}

/** The very bytes from before, where they fit in: the lines of a block stand deeper than its key. */
function asItWas(before: YamlText, old: VaultValue, edited: YamlText, now: VaultValue): Splice[] | undefined {
  const { head, body, indent } = old.node;
  const fits = body ? !now.flow && indent > now.column && old.column === now.column : true;
  if (!fits || !samePath(old, now)) return undefined;
  const text = (span: { start: number; end: number } | undefined) =>
    span ? before.text.slice(span.start, span.end) : '';
  return edited.replaceRaw(now.node, text(head), text(body));
}

function samePath(a: VaultValue, b: VaultValue): boolean {
  return a.path.length === b.path.length && a.path.every((part, i) => part === b.path[i]);
}
