import { type Position, positionAt } from '../../../core/position.ts';
import { childrenOf, type YamlNode, type YamlScalar } from '../../../load/yaml/outline.ts';
import { isSealed } from '../../../vault/envelope.ts';
import type { KeyPath } from './key-path.ts';
import type { YamlText } from './yaml-text.ts';

/** A value in a file that has the tag `!vault`. */
export interface VaultValue {
  readonly path: KeyPath;
  readonly node: YamlScalar;
  /** Its text: an envelope, or what somebody has yet to encrypt. */
  readonly text: string;
  readonly sealed: boolean;
  readonly position: Position;
  /** Between brackets, where there are no blocks. */
  readonly flow: boolean;
  /** Where its key, or its dash, stands. */
  readonly column: number;
}

export function vaultValues(yaml: YamlText): VaultValue[] {
  return yaml.roots.flatMap(root => [...valuesIn(yaml, root, { path: [], flow: false, column: 0 })]);
}

const TAGS = new Set(['!vault', '!vault-encrypted', '!<!vault>']);

type Surroundings = Pick<VaultValue, 'path' | 'flow' | 'column'>;

function* valuesIn(yaml: YamlText, node: YamlNode, around: Surroundings): Generator<VaultValue> {
  if (node.kind === 'scalar') {
    const { tag, text } = node;
    if (!tag || !TAGS.has(yaml.text.slice(tag.start, tag.end))) return;
    yield { ...around, node, text, sealed: isSealed(text), position: positionAt(yaml.source, tag.start) };
  } else if (node.kind !== 'alias') {
    const [flow, column] = [around.flow || node.flow, yaml.column(node.start)];
    for (const [part, child] of childrenOf(node)) {
      yield* valuesIn(yaml, child, { path: [...around.path, part], flow, column });
    }
  }
}
