import { extname } from 'node:path';
import { nearest, UserError } from '../../core/error.ts';
import { keyText, type YamlNode } from '../../load/yaml/outline.ts';
import type { FileOfValues } from './files.ts';
import { formatKeyPath, type KeyPath } from './inline/key-path.ts';
import { type Style, type Written, writtenEnvelope, writtenText } from './inline/scalar-text.ts';
import type { VaultValue } from './inline/sealed-values.ts';
import { locate, type Place, setValue } from './inline/set-value.ts';
import { type Splice, spliced, type YamlText } from './inline/yaml-text.ts';

/** The encrypted value under a key. Throws UserError when there is none. */
export function valueAt({ yaml, values, path: file }: FileOfValues, path: KeyPath): VaultValue {
  const { node, rest } = locate(yaml, path);
  const value = rest.length === 0 ? values.find(each => each.node === node) : undefined;
  if (value) return value;
  throw rest.length === 0 && node
    ? yaml.error(`the value of ${formatKeyPath(path)} is not encrypted`, node.start)
    : noSuchKey(file, path, yaml);
}

export function noSuchKey(file: string, path: KeyPath, yaml: YamlText): UserError {
  return new UserError(`there is no ${formatKeyPath(path)} in ${file}`, { hint: alike(yaml, path) });
}

function alike(yaml: YamlText, path: KeyPath): string | undefined {
  try {
    const { node, rest } = locate(yaml, path);
    if (node?.kind !== 'mapping') return undefined;
    const known = node.entries.map(({ key }) => keyText(key));
    const found = nearest(String(rest[0]), known);
    const before = path.slice(0, path.length - rest.length);
    return found && `did you mean ${formatKeyPath([...before, found, ...rest.slice(1)])}?`;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** JSON has no tags. */
export function refuseJson(path: string): void {
  if (extname(path) !== '.json') return;
  throw new UserError(`${path} is JSON, which has no single encrypted values`, {
    hint: `encrypt it as a whole: tsible vault encrypt ${path}`,
  });
}

/** A YAML text in which a key has an encrypted value. */
export function withEnvelope(yaml: YamlText, place: Place, envelope: string): string {
  return spliced(yaml.text, envelopeSplices(yaml, place, envelope));
}

export function envelopeSplices(yaml: YamlText, place: Place, envelope: string): Splice[] {
  return setValue(yaml, place, { tag: '!vault', written: writtenEnvelope(envelope, { flow: place.flow }) });
}

/** A YAML text in which a key has a plain value, written in the style of the one it had. */
export function withText(yaml: YamlText, place: Place, text: string): string {
  const json = /^\s*[[{]/.test(yaml.text);
  const written = plainText(place, text, json);
  return spliced(yaml.text, setValue(yaml, place, { tag: undefined, written }));
}

function plainText({ node, rest, flow }: Place, text: string, json: boolean): Written {
  const before = rest.length === 0 ? node : undefined;
  // A port that is a number stays one.
  if (isNumber(before) && /^(?:0|[1-9]\d*)$/.test(text)) return { head: text };
  return writtenText(text, { style: json ? 'double' : styleOf(before), flow });
}

function isNumber(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && node.style === 'plain' && !node.tag && /^(?:0|[1-9]\d*)$/.test(node.text);
}

function styleOf(node: YamlNode | undefined): Style {
  if (node?.kind !== 'scalar' || node.style === 'absent' || node.style === 'folded') return 'plain';
  return node.style;
}
