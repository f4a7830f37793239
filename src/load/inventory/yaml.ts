import { didYouMean, UserError } from '../../core/error.ts';
import { positionOf, type Source } from '../../core/position.ts';
import { isDict, type Raw, type RawDict, typeName, type Value } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { Draft } from './draft.ts';
import { readHostNames } from './host-name.ts';
import { RangeMistake } from './ranges.ts';

/** Reads a YAML inventory into the draft: groups with `hosts`, `vars` and `children`. */
export function readYamlInventory(source: Source, file: string, draft: Draft): void {
  const data = parseYaml(source, draft.context)[0] ?? null;
  if (data === null) return;
  if (!isDict(data)) {
    throw new UserError(`an inventory is a mapping of groups, not ${typeName(data)}`, {
      position: { source, line: 1, column: 1 },
      hint: 'begin with "all:" and put "hosts:" and "children:" below it',
    });
  }
  const groups = data as RawDict;
  if (groups.has('plugin')) {
    throw new UserError('inventory plugins are not supported', {
      position: keyPosition(groups, 'plugin'),
      hint: 'use a static inventory or an executable script that prints JSON for --list',
    });
  }
  for (const [name, body] of groups) readGroup(name, body, groups, { source, file, draft });
}

interface Reading {
  readonly source: Source;
  readonly file: string;
  readonly draft: Draft;
}

const SECTIONS = ['hosts', 'vars', 'children'];

function readGroup(key: Value, body: Raw, within: RawDict, reading: Reading): string {
  const { draft, source } = reading;
  const position = keyPosition(within, key);
  const name = String(key);
  if (SECTIONS.includes(name) && !reading.draft.groups.has(name)) {
    draft.context.warn(`"${name}" stands where a group is expected`, position);
  }
  draft.group(name, position);
  if (body === null) return name;
  if (!isDict(body)) {
    throw new UserError(
      `the group "${name}" must be a mapping with hosts, vars or children, not ${typeName(body)}`,
      {
        position: positionOf(within, key),
      },
    );
  }
  const group = body as RawDict;
  for (const section of group.keys()) {
    if (SECTIONS.includes(String(section))) continue;
    draft.context.warn(
      `"${String(section)}" in the group "${name}" is ignored: a group has hosts, vars and children` +
        hintIn(didYouMean(String(section), SECTIONS)),
      keyPosition(group, section),
    );
  }
  const vars = sectionOf(group, 'vars', name);
  if (vars) draft.addGroupVars(name, { origin: `${source.file} [${name}]`, vars });
  const children = sectionOf(group, 'children', name);
  for (const [child, childBody] of children ?? []) {
    const childName = readGroup(child, childBody, children!, reading);
    draft.addChild(name, childName, keyPosition(children!, child));
  }
  const hosts = sectionOf(group, 'hosts', name);
  for (const [host, hostVars] of hosts ?? []) readHost(host, hostVars, hosts!, name, reading);
  return name;
}

function hintIn(hint: string | undefined): string {
  return hint ? `; ${hint}` : '';
}

/** `hosts: web1` is short for a mapping with one key. */
function sectionOf(group: RawDict, section: string, name: string): RawDict | undefined {
  const value = group.get(section);
  if (value === undefined || value === null) return undefined;
  if (isDict(value)) return value as RawDict;
  if (typeof value === 'string' && section !== 'vars') return new Map<Value, Raw>([[value, null]]);
  throw new UserError(`"${section}" of the group "${name}" must be a mapping, not ${typeName(value)}`, {
    position: positionOf(group, section),
    hint: Array.isArray(value) ? 'write each name as a key, "web1:", without a dash' : undefined,
  });
}

function readHost(
  key: Value,
  vars: Raw,
  within: RawDict,
  group: string,
  { draft, file, source }: Reading,
): void {
  const position = keyPosition(within, key);
  if (vars !== null && !isDict(vars)) {
    throw new UserError(
      `the variables of the host "${String(key)}" must be a mapping, not ${typeName(vars)}`,
      {
        position: positionOf(within, key),
      },
    );
  }
  let found: ReturnType<typeof readHostNames>;
  try {
    found = readHostNames(String(key));
  } catch (error) {
    if (error instanceof RangeMistake) throw new UserError(error.message, { position });
    throw error;
  }
  for (const name of found.names) {
    const host = draft.addHost(name, group, { position, file, port: found.port });
    const origin = `${source.file}:${position?.line ?? 1}`;
    if (vars && (vars as RawDict).size > 0) host.layers.push({ origin, vars: vars as RawDict });
  }
}
