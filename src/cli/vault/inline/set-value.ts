import { UserError } from '../../../core/error.ts';
import { positionAt } from '../../../core/position.ts';
import {
  keyText,
  lineEnd,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
  type YamlSequence,
} from '../../../load/yaml/outline.ts';
import { formatKeyPath, type KeyPath } from './key-path.ts';
import { doubleQuoted, keyAsYaml, type Written } from './scalar-text.ts';
import type { Splice, YamlText } from './yaml-text.ts';

/** Where a path leads: to a value, or to where it would be. */
export interface Place {
  readonly path: KeyPath;
  /** The value; of a path that does not exist, the deepest part that does. Undefined in an empty file. */
  readonly node: YamlNode | undefined;
  /** What does not exist of the path. */
  readonly rest: KeyPath;
  /** The column of the innermost key or dash on the way, and of the top one when there is none. */
  readonly column: number;
  /** Between brackets. */
  readonly flow: boolean;
}

/** A value as it is to be written: its tag, and its text. */
export interface TaggedText {
  readonly tag: '!vault' | undefined;
  readonly written: Written;
}

/** Follows a path. Throws UserError where it cannot lead on, or leads to two places. */
export function locate(yaml: YamlText, path: KeyPath): Place {
  if (yaml.roots.length > 1) {
    throw yaml.error(
      'this file holds several YAML documents, so a key is not one place',
      yaml.roots[1]!.start,
    );
  }
  let node = yaml.roots[0];
  let flow = false;
  let column = 0;
  for (const [depth, part] of path.entries()) {
    const rest = path.slice(depth);
    if (!node || isNull(node)) return { path, node, rest, column, flow };
    const here = formatKeyPath(path.slice(0, depth)) || 'the file';
    if (node.kind === 'alias') {
      throw new BehindAlias(`${here} is an alias of another value`, {
        position: positionAt(yaml.source, node.start),
        hint: 'change it where its anchor is',
      });
    }
    if (node.kind === 'scalar') {
      throw yaml.error(`${here} is a single value, so there is no ${formatKeyPath(path)} in it`, node.start);
    }
    flow ||= node.flow;
    column = yaml.column(node.start);
    const next: YamlNode | undefined =
      node.kind === 'mapping' ? valueUnder(yaml, node, String(part)) : itemOf(yaml, node, part, here);
    if (!next) return { path, node, rest, column, flow };
    node = next;
  }
  return { path, node, rest: [], column, flow };
}

/** The path leads through an alias, to a value that stands somewhere else. */
export class BehindAlias extends UserError {}

/** The changes that give the place a value; nothing else of the text changes. */
export function setValue(yaml: YamlText, place: Place, value: TaggedText): Splice[] {
  const { node, rest, flow, column } = place;
  const name = formatKeyPath(place.path);
  if (rest.length > 0)
    return flow || isFlow(node) ? insertFlow(yaml, node, rest, value) : insert(yaml, place, value);
  if (node?.kind === 'mapping' || node?.kind === 'sequence') {
    const what = node.kind === 'mapping' ? 'a mapping' : 'a list';
    throw yaml.error(
      `${name} is ${what}, not a single value`,
      node.start,
      `name a value in it: ${name}${node.kind === 'mapping' ? '.KEY' : '[0]'}`,
    );
  }
  const deep = column + bodyStep(yaml);
  if (node?.kind === 'alias') {
    const text = tagged(value);
    const end = lineEnd(yaml.text, node.end);
    return [
      { start: node.start, end: node.end, text },
      { start: end, end, text: yaml.body(value.written, deep) },
    ];
  }
  return [...retag(yaml, node!, value.tag), ...yaml.replace(node!, value.written, node!.indent || deep)];
}

/** Puts another tag before a scalar, or takes the one it has away. */
export function retag(yaml: YamlText, node: YamlScalar, tag: string | undefined): Splice[] {
  const { tag: old } = node;
  if (old && yaml.text.slice(old.start, old.end) === tag) return [];
  if (old) {
    const after = tag === undefined ? /^[ \t]*/.exec(yaml.text.slice(old.end))![0].length : 0;
    return [{ start: old.start, end: old.end + after, text: tag ?? '' }];
  }
  if (tag === undefined) return [];
  const at = node.head.start;
  const space = node.style === 'absent' && !/\s$/.test(yaml.text.slice(0, at)) ? ' ' : '';
  return [{ start: at, end: at, text: `${space}${tag}${node.style === 'absent' ? '' : ' '}` }];
}

function valueUnder(yaml: YamlText, mapping: YamlMapping, key: string): YamlNode | undefined {
  const [entry, second] = mapping.entries.filter(each => keyText(each.key) === key);
  if (second) {
    throw yaml.error(
      `the key "${key}" occurs twice in one mapping`,
      second.key.start,
      'take one of them away first',
    );
  }
  return entry?.value;
}

function itemOf(
  yaml: YamlText,
  list: YamlSequence,
  part: string | number,
  here: string,
): YamlNode | undefined {
  const name = here === 'the file' ? '' : here;
  const index = typeof part === 'number' ? part : /^\d+$/.test(part) ? Number(part) : undefined;
  const { length } = list.items;
  if (index !== undefined && index <= length) return list.items[index];
  throw yaml.error(
    index === undefined
      ? `${here} is a list, which has no key "${part}"`
      : `${here} has ${length} items, so there is no [${index}]`,
    list.start,
    index === undefined ? `name an item of it: ${name}[0]` : `to append one: ${name}[${length}]`,
  );
}

function isNull(node: YamlNode): boolean {
  return (
    node.kind === 'scalar' &&
    node.tag === undefined &&
    (node.style === 'absent' || (node.style === 'plain' && NULLS.has(node.text)))
  );
}

const NULLS = new Set(['~', 'null', 'Null', 'NULL']);

function isFlow(node: YamlNode | undefined): boolean {
  return (node?.kind === 'mapping' || node?.kind === 'sequence') && node.flow;
}

function insert(yaml: YamlText, { node, rest, column }: Place, value: TaggedText): Splice[] {
  if (!node || (node === yaml.roots[0] && node.kind === 'scalar'))
    return insertIntoNothing(yaml, rest, value);
  if (node.kind === 'scalar') {
    // `key:` without a value yet: what is new goes below it.
    const lines = newLines(yaml, rest, value, column + yaml.step());
    const end = lineEnd(yaml.text, node.end);
    return [
      { ...node.head, text: '' },
      { start: end, end, text: lines.map(line => yaml.lineBreak + line).join('') },
    ];
  }
  const last = lastOf(node);
  const at = endOfValue(yaml, last ?? node);
  const lines = newLines(yaml, rest, value, column);
  return [{ start: at, end: at, text: lines.map(line => yaml.lineBreak + line).join('') }];
}

function insertIntoNothing(yaml: YamlText, rest: KeyPath, value: TaggedText): Splice[] {
  const { text, lineBreak } = yaml;
  const root = yaml.roots[0];
  const lines = newLines(yaml, rest, value, 0).join(lineBreak) + lineBreak;
  const before = text === '' || text.endsWith('\n') ? '' : lineBreak;
  const written = root?.kind === 'scalar' && root.style !== 'absent' ? [{ ...root.head, text: '' }] : [];
  return [...written, { start: text.length, end: text.length, text: before + lines }];
}

/** Where a line can be put behind a value: a block that keeps its empty lines reaches to the last of them. */
function endOfValue(yaml: YamlText, node: YamlNode): number {
  const inner = deepestLast(node);
  if (
    inner.kind === 'scalar' &&
    inner.body &&
    yaml.text.slice(inner.head.start, inner.head.end).includes('+')
  ) {
    let end = inner.end;
    while (/^\r?\n[ \t]*(?=\r?\n)/.test(yaml.text.slice(end)))
      end = lineEnd(yaml.text, yaml.text.indexOf('\n', end) + 1);
    return end;
  }
  return lineEnd(yaml.text, node.end);
}

function deepestLast(node: YamlNode): YamlNode {
  const last = lastOf(node);
  return last ? deepestLast(last) : node;
}

function lastOf(node: YamlNode): YamlNode | undefined {
  if (node.kind === 'mapping') return node.entries.at(-1)?.value;
  return node.kind === 'sequence' ? node.items.at(-1) : undefined;
}

/** The lines of what does not exist yet, from a column on. */
function newLines(yaml: YamlText, rest: KeyPath, value: TaggedText, column: number): string[] {
  const [part, ...deeper] = rest;
  const margin = ' '.repeat(column);
  const isItem = typeof part === 'number';
  if (deeper.length === 0) {
    const start = isItem ? '-' : `${keyAsYaml(String(part))}:`;
    const body = ' '.repeat(column + (isItem ? Math.max(2, bodyStep(yaml)) : bodyStep(yaml)));
    const lines = (value.written.lines ?? []).map(line => (line === '' ? '' : body + line));
    return [`${margin}${start} ${tagged(value)}`, ...lines];
  }
  if (isItem) {
    const [first = '', ...more] = newLines(yaml, deeper, value, column + 2);
    return [`${margin}- ${first.trimStart()}`, ...more];
  }
  return [`${margin}${keyAsYaml(String(part))}:`, ...newLines(yaml, deeper, value, column + yaml.step())];
}

function insertFlow(yaml: YamlText, node: YamlNode | undefined, rest: KeyPath, value: TaggedText): Splice[] {
  const json = yaml.text.trimStart().startsWith('{') || yaml.text.trimStart().startsWith('[');
  const text = flowText(rest, value, json);
  if (node?.kind === 'scalar') {
    return [
      {
        ...node.head,
        text: ` ${/^\d+$/.test(String(rest[0])) && typeof rest[0] === 'number' ? `[${text}]` : `{${text}}`}`,
      },
    ];
  }
  const last = node && lastOf(node);
  const at = last ? last.end : node!.start + 1;
  return [{ start: at, end: at, text: last ? `, ${text}` : text }];
}

function flowText([part, ...deeper]: KeyPath, value: TaggedText, json: boolean): string {
  const inner =
    deeper.length === 0
      ? tagged(value)
      : typeof deeper[0] === 'number'
        ? `[${flowText(deeper, value, json)}]`
        : `{${flowText(deeper, value, json)}}`;
  if (typeof part === 'number') return inner;
  return `${json ? doubleQuoted(String(part)) : keyAsYaml(String(part))}: ${inner}`;
}

function tagged({ tag, written }: TaggedText): string {
  return tag === undefined ? written.head : `${tag} ${written.head}`;
}

/** How much deeper than its key a new ciphertext stands: as those that are there already. */
function bodyStep(yaml: YamlText): number {
  for (const { parent, value } of entriesOf(yaml.roots[0])) {
    const { tag } = value;
    if (value.kind === 'scalar' && value.indent > 0 && tag && yaml.text.startsWith('!vault', tag.start)) {
      const step = value.indent - yaml.column(parent.start);
      if (step > 0) return step;
    }
  }
  return yaml.step();
}

function* entriesOf(node: YamlNode | undefined): Generator<{ parent: YamlMapping; value: YamlScalar }> {
  if (node?.kind === 'mapping' && !node.flow) {
    for (const { value } of node.entries) {
      if (value.kind === 'scalar') yield { parent: node, value };
      else yield* entriesOf(value);
    }
  }
  if (node?.kind === 'sequence') for (const item of node.items) yield* entriesOf(item);
}
