import { type Position, positionAt } from '../../../core/position.ts';
import { scalarsIn, type YamlNode, type YamlScalar } from '../../../load/yaml/outline.ts';
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
}

export function vaultValues(yaml: YamlText): VaultValue[] {
  return yaml.roots.flatMap(root =>
    [...scalarsIn(root)]
      .filter(({ node: { tag } }) => tag && TAGS.has(yaml.text.slice(tag.start, tag.end)))
      .map(({ path, node }) => ({
        path,
        node,
        text: node.text,
        sealed: isSealed(node.text),
        position: positionAt(yaml.source, node.tag!.start),
        flow: inFlow(root, node),
      })),
  );
}

const TAGS = new Set(['!vault', '!vault-encrypted', '!<!vault>']);

function inFlow(node: YamlNode, wanted: YamlScalar): boolean {
  if (node.kind !== 'mapping' && node.kind !== 'sequence') return false;
  if (wanted.start < node.start || wanted.start >= node.end) return false;
  if (node.flow) return true;
  const children = node.kind === 'mapping' ? node.entries.map(({ value }) => value) : node.items;
  return children.some(child => inFlow(child, wanted));
}
