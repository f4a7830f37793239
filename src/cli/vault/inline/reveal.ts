import { writtenText } from './scalar-text.ts';
import type { VaultValue } from './sealed-values.ts';
import { retag } from './set-value.ts';
import { type Splice, spliced, type YamlText } from './yaml-text.ts';

/**
 * A file's text with plain values in the place of encrypted ones; all else is as it was. With the tag kept
 * (`!vault text`), they can be found and encrypted again.
 */
export function revealed(
  yaml: YamlText,
  values: readonly { readonly value: VaultValue; readonly text: string }[],
  { keepTags }: { keepTags: boolean },
): string {
  return spliced(
    yaml.text,
    values.flatMap(({ value, text }) => [
      ...(keepTags ? [] : retag(yaml, value.node, undefined)),
      ...plainSplices(yaml, value, text),
    ]),
  );
}

function plainSplices(yaml: YamlText, { node, flow }: VaultValue, text: string): Splice[] {
  // Only where there was a block is it known how deep a new one has to stand.
  const written = writtenText(text, { style: 'plain', flow: flow || node.body === undefined });
  return yaml.replace(node, written, node.indent);
}
