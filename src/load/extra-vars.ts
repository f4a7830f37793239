import path from 'node:path';
import { UserError } from '../core/error.ts';
import { type Position, recordPositions, Source } from '../core/position.ts';
import { Secret } from '../core/secret.ts';
import { isDict, type Raw, type RawDict, typeName, type Value } from '../core/value.ts';
import type { LoadContext } from './context.ts';
import { expandHome } from './files.ts';
import { splitKeyValues, UnbalancedText } from './playbook/key-values.ts';
import { loadVarsFile } from './vars-files.ts';
import { textValue } from './yaml/build.ts';
import { parseYaml } from './yaml/parse.ts';

/** The variables of all `-e`: `k=v`, JSON, YAML or `@file`, later ones over earlier ones. */
export function parseExtraVars(options: readonly string[], context: LoadContext): RawDict {
  const all = new Map<Value, Raw>();
  const places = new Map<unknown, Position>();
  let first: Position | undefined;
  for (const text of options) {
    const source = new Source('<-e>', text);
    const position = { source, line: 1, column: 1 };
    first ??= position;
    for (const [name, value] of withoutValues(text, () => readOne(text, source, position, context))) {
      all.set(name, value);
      places.set(name, position);
    }
  }
  if (first) recordPositions(all, first, places);
  return all;
}

/** An error shows what was written, as far as it is no value: `-e "password=$PASSWORD"` lacks quotes for one with blanks. */
function withoutValues<T>(text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const value = /[=:](.*)/s.exec(text)?.[1];
    if (error instanceof UserError && value !== undefined) new Secret(value);
    throw error;
  }
}

function readOne(text: string, source: Source, position: Position, context: LoadContext): RawDict {
  if (text.trim() === '') return new Map();
  if (text.startsWith('@')) {
    const file = expandHome(text.slice(1));
    const vars = loadVarsFile(path.resolve(file), context);
    if (vars) return vars;
    throw new UserError(`there is no file ${file}`, { position: { ...position, column: 2 } });
  }
  if (/^\s*[{[]/.test(text)) {
    const data = parseYaml(source, context)[0] ?? null;
    if (isDict(data)) return data as RawDict;
    throw new UserError(`-e wants variables, not ${typeName(data)}`, { position, hint: EXAMPLE });
  }
  try {
    const { pairs, rest } = splitKeyValues(text);
    if (pairs.length > 0 && rest === '') {
      return new Map(
        pairs.map(({ key, value, offset }) => [key, textValue(value, { ...position, column: offset + 1 })]),
      );
    }
    const data = /:(\s|$)/.test(text) ? (parseYaml(source, context)[0] ?? null) : null;
    if (isDict(data)) return data as RawDict;
    const shown = pairs.length > 0 ? 'something behind the first one' : `"${rest}"`;
    throw new UserError(`-e wants name=value, and ${shown} has no name`, { position, hint: EXAMPLE });
  } catch (error) {
    if (error instanceof UnbalancedText)
      throw new UserError(`${error.message} in -e`, { position, hint: EXAMPLE });
    throw error;
  }
}

const EXAMPLE = `write -e name=value, -e 'name="with spaces"', -e '{"name": [1, 2]}' or -e @file.yml`;
