import { UserError } from '../../core/error.ts';
import type { Text } from '../../core/play.ts';
import { type Position, positionOf, recordPositions } from '../../core/position.ts';
import { revealed, Secret } from '../../core/secret.ts';
import { Float, isDict, isList, type Raw, type RawDict, TemplateText, typeName } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';

/** Readers of keyword values. Absent and empty (`become:`) are the same; a wrong type is an error with its place. */

const YES = new Set(['y', 'yes', 'true', 't', 'on', '1', '1.0']);
const NO = new Set(['n', 'no', 'false', 'f', 'off', '0', '0.0']);

/** Yes or no, or a template that says it. */
export function yesNo(data: RawDict, key: string): Raw | undefined {
  const value = get(data, key);
  if (value === undefined || typeof value === 'boolean' || value instanceof TemplateText) return value;
  const text = String(value instanceof Float ? value.value : value).toLowerCase();
  if (YES.has(text)) return true;
  if (NO.has(text)) return false;
  throw wrong(data, key, 'yes or no', value);
}

/** A whole number, or a template that says it. */
export function wholeNumber(data: RawDict, key: string): Raw | undefined {
  const value = get(data, key);
  if (value === undefined || typeof value === 'number' || value instanceof TemplateText) return value;
  if (typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value)) return Number(value);
  throw wrong(data, key, 'a whole number', value);
}

/** A number, perhaps with a fraction, or a template that says it. */
export function anyNumber(data: RawDict, key: string): Raw | undefined {
  const value = get(data, key);
  if (
    value === undefined ||
    typeof value === 'number' ||
    value instanceof Float ||
    value instanceof TemplateText
  ) {
    return value;
  }
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
    return new Float(Number(value));
  throw wrong(data, key, 'a number', value);
}

/** Text; numbers are taken as they print. */
export function text(data: RawDict, key: string): Text | undefined {
  const value = get(data, key);
  return value === undefined ? undefined : (asText(value) ?? fail(wrong(data, key, 'text', value)));
}

/** Text that must be known now. */
export function plainText(data: RawDict, key: string): string | undefined {
  const value = text(data, key);
  if (value instanceof TemplateText) throw wrong(data, key, 'plain text', value);
  return value;
}

/** One text or a list of them. */
export function textList(data: RawDict, key: string): readonly Text[] | undefined {
  const list = rawList(data, key);
  return (
    list &&
    positioned(
      list,
      list.map((item, i) => {
        if (item === null) return '';
        return asText(item) ?? fail(wrong(data, key, 'text or a list of texts', item, positionOf(list, i)));
      }),
    )
  );
}

/** Tags: one, several separated by commas, or a list of either. */
export function tagList(data: RawDict): readonly Text[] | undefined {
  const list = textList(data, 'tags');
  return list?.flatMap((tag): readonly Text[] =>
    tag instanceof TemplateText
      ? [tag]
      : tag
          .split(',')
          .map(part => part.trim())
          .filter(part => part !== ''),
  );
}

/** One value or a list of them, as a list whose items have their places. */
export function rawList(data: RawDict, key: string): readonly Raw[] | undefined {
  const value = get(data, key);
  if (value === undefined) return undefined;
  if (isList(value)) return revealedItems(value);
  const place = positionOf(data, key);
  const list: readonly Raw[] = [value];
  if (place) recordPositions(list as object, place, new Map([[0, place]]));
  return list;
}

/** Conditions: expressions, booleans, or a list of them. */
export function conditions(data: RawDict, key: string): readonly Raw[] | undefined {
  const list = rawList(data, key);
  list?.forEach((item, i) => {
    if (isDict(item) || isList(item)) {
      const hint = isDict(item) ? 'a condition with ": " in it goes in quotes as a whole' : undefined;
      throw wrong(data, key, 'a condition or a list of conditions', item, positionOf(list, i), hint);
    }
  });
  return list;
}

/** A mapping; `what` says of what, for the error. */
export function mapping(data: RawDict, key: string, what: string): RawDict | undefined {
  const value = get(data, key);
  if (value === undefined) return undefined;
  if (isDict(value)) return value as RawDict;
  throw wrong(data, key, `a mapping of ${what}`, value);
}

/** A list of mappings or other items that are read one by one. */
export function itemList(data: RawDict, key: string): readonly Raw[] {
  const value = get(data, key);
  if (value === undefined) return [];
  if (isList(value)) return value;
  throw wrong(data, key, 'a list', value, undefined, isDict(value) ? 'begin each item with "- "' : undefined);
}

/** `vars:`, whose names must be usable as variables. Older content has a list of mappings, which is merged. */
export function variables(data: RawDict, key = 'vars'): RawDict | undefined {
  const value = get(data, key);
  const vars =
    isList(value) && (value as readonly Raw[]).every(item => isDict(item))
      ? new Map((value as readonly RawDict[]).flatMap(item => [...item]))
      : mapping(data, key, 'variables');
  if (!vars) return undefined;
  for (const name of vars.keys()) {
    if (typeof name === 'string' && isIdentifier(name)) continue;
    throw new UserError(`"${String(name)}" is not a valid variable name`, {
      position: keyPosition(vars, name),
      hint: 'names are made of letters, digits and underscores and do not begin with a digit',
    });
  }
  return vars;
}

/** A variable's name, as `register` and `loop_var` want one. */
export function identifier(data: RawDict, key: string): string | undefined {
  const value = get(data, key);
  if (value === undefined) return undefined;
  if (typeof value === 'string' && isIdentifier(value)) return value;
  const shown = typeof value === 'string' ? `"${value}" is not a valid variable name` : undefined;
  throw new UserError(shown ?? `"${key}" wants the name of a variable, not ${typeName(value)}`, {
    position: positionOf(data, key) ?? positionOf(data),
    hint:
      value instanceof TemplateText
        ? 'write the bare name, without {{ }}'
        : 'names are made of letters, digits and underscores and do not begin with a digit',
  });
}

const RESERVED = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name);
}

/** The value under a key, also of an encrypted playbook; undefined when it is absent or empty. */
export function get(data: RawDict, key: string): Raw | undefined {
  return revealed(data.get(key) ?? undefined);
}

/** In an encrypted playbook every word of a list is a secret, also those that say what is to be done. */
export function revealedItems(list: readonly Raw[]): readonly Raw[] {
  return list.some(item => item instanceof Secret) ? positioned(list, list.map(revealed)) : list;
}

export function wrong(
  data: RawDict,
  key: string,
  expected: string,
  value: Raw,
  position: Position | undefined = positionOf(data, key),
  hint?: string,
): UserError {
  const shown =
    typeof value === 'string' && value.length < 40 && !value.includes('\n') ? `"${value}"` : typeName(value);
  return new UserError(`"${key}" wants ${expected}, not ${shown}`, {
    position: position ?? positionOf(data),
    hint,
  });
}

function asText(value: Raw): Text | undefined {
  if (typeof value === 'string' || value instanceof TemplateText) return value;
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Float) return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return undefined;
}

function positioned<T>(from: readonly Raw[], to: readonly T[]): readonly T[] {
  const self = positionOf(from);
  if (self) recordPositions(to as object, self, new Map(to.map((_, i) => [i, positionOf(from, i) ?? self])));
  return to;
}

function fail(error: UserError): never {
  throw error;
}
