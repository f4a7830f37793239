import { Secret } from '../../core/secret.ts';
import { Float, LazyDict, Unknown, UnknownValue } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { joinTexts, spend } from '../limits.ts';
import { Blank, NamedTuple, Omit, Range, Thing, Tuple, Undefined } from './values.ts';

/**
 * Python's str(). Text of a secret must not leave its wrapping unnoticed, so a Secret is refused here: callers
 * unwrap first and hide the result.
 */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : print(value, false, 0);
}

/** Python's repr(). */
export function toRepr(value: unknown): string {
  return print(value, true, 0);
}

/** As `{{ }}` prints it beside other text: tuples have become lists by then, None and what is omitted nothing. */
export function toOutput(value: unknown): string {
  return value === null || value instanceof Omit ? '' : print(value, false, 0, true);
}

const DEEPEST = 500;

function print(value: unknown, quoted: boolean, depth: number, asLists = false): string {
  switch (typeof value) {
    case 'string':
      return quoted ? quoteText(value) : value;
    case 'number':
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
  }
  if (value === null) return 'None';
  if (depth > DEEPEST) throw new Fault('the value is nested too deeply to be printed');
  if (value instanceof Float) return String(value);
  if (Array.isArray(value)) return `[${joinTexts(printItems(value, depth, asLists), ', ')}]`;
  if (value instanceof Map) return printDict(value, depth, asLists);
  if (value instanceof Tuple) {
    // Ansible takes a tuple with names for a value of its own kind, and leaves it as it is.
    const isList = asLists && !(value instanceof NamedTuple);
    const items = printItems(value.items, depth, isList);
    if (value instanceof NamedTuple && value.printed !== undefined)
      return `${value.printed}(${value.names.map((name, i) => `${name}=${items[i]}`).join(', ')})`;
    if (isList) return `[${joinTexts(items, ', ')}]`;
    return items.length === 1 ? `(${items[0]},)` : `(${joinTexts(items, ', ')})`;
  }
  if (value instanceof Undefined) return value instanceof Blank && !quoted ? '' : value.fail();
  if (value instanceof Unknown) throw new UnknownValue(value.reason);
  if (value instanceof Secret) return quoted ? quoteText(String(value)) : String(value);
  if (value instanceof Range) {
    const { start, stop, step } = value;
    return step === 1 ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
  }
  if (value instanceof Thing) return value.print(quoted);
  if (value instanceof Omit) return value.toString();
  if (value instanceof LazyDict) return '{...}';
  throw new Fault(`a value of this kind cannot be printed`);
}

function printItems(items: readonly unknown[], depth: number, asLists: boolean): string[] {
  spend(2 * items.length);
  const kept = asLists ? items.filter(item => !(item instanceof Omit)) : items;
  return kept.map(item => print(item, true, depth + 1, asLists));
}

function printDict(dict: ReadonlyMap<unknown, unknown>, depth: number, asLists: boolean): string {
  const pairs: string[] = [];
  for (const [key, item] of dict) {
    if (asLists && item instanceof Omit) continue;
    if (asLists && key instanceof Tuple)
      throw new Fault('a tuple cannot be the key of a mapping outside of templates');
    pairs.push(`${print(key, true, depth + 1, asLists)}: ${print(item, true, depth + 1, asLists)}`);
  }
  return `{${joinTexts(pairs, ', ')}}`;
}

const PLAIN = /^[ !#-&(-[\]-~]*$/;

/** A string literal as Python chooses to write it. */
export function quoteText(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/["'\\]|(?! )[\p{C}\p{Z}]/gu, character => {
    if (character === quote) return `\\${quote}`;
    if (character === '"' || character === "'") return character;
    return NAMED[character] ?? codeEscape(character);
  });
  return quote + body + quote;
}

const NAMED: Readonly<Record<string, string | undefined>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

export function codeEscape(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
