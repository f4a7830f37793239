import { floatText } from '../../core/number.ts';
import { Secret } from '../../core/secret.ts';
import { Float, LazyDict, Unknown, UnknownValue } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { joinTexts, repeatText, spend } from '../limits.ts';
import { truth } from '../python/compare.ts';
import { sorted } from '../python/container-methods.ts';
import { DateTime } from '../python/dates.ts';
import { index, parseInteger } from '../python/numbers.ts';
import { toRepr, toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { text as strictText } from '../python/string-methods.ts';
import { pythonType, Range, Tuple, Undefined } from '../python/values.ts';
import { type FilterTable, filter } from './filter.ts';

/** JSON, written as Python's json module writes it. */
export const jsonFilters: FilterTable = {
  to_json: filter('a, profile=None, **kw', ([value, profile, named]) =>
    writeJson(value, jsonOptions('to_json', profile, named as Map<string, unknown>)),
  ),
  to_nice_json: filter('a, indent=4, sort_keys=True, **kw', ([value, indent, sortKeys, named]) => {
    const options = jsonOptions('to_nice_json', null, named as Map<string, unknown>);
    return writeJson(value, {
      ...options,
      separators: undefined,
      indent: indentOf(indent),
      sortKeys: truth(sortKeys),
    });
  }),
  from_json: filter('value, profile=None, strict=True', ([value, profile, strict]) => {
    refuseProfile('from_json', profile);
    return readJson(strictText(value), truth(strict));
  }),
};

interface JsonOptions {
  indent: string | undefined;
  /** Python's encoder sorts keys as they are, Ansible's what they are written as. */
  sortKeys: boolean | 'as values';
  ascii: boolean;
  separators: [string, string] | undefined;
}

/** Beside those that are used: parameters of Python's encoder that make no difference here. */
const OPTIONS = [
  'indent',
  'sort_keys',
  'ensure_ascii',
  'separators',
  'skipkeys',
  'check_circular',
  'allow_nan',
];
const OWN_OPTIONS = ['default', 'vault_to_text', 'preprocess_unsafe'];

function jsonOptions(name: string, profile: unknown, named: ReadonlyMap<string, unknown>): JsonOptions {
  refuseProfile(name, profile);
  for (const key of named.keys()) {
    if (!OPTIONS.includes(key) && !OWN_OPTIONS.includes(key))
      throw new Fault(`${name} has no parameter '${key}'`, `it has ${OPTIONS.join(', ')}`);
  }
  const separators = named.get('separators');
  return {
    indent: indentOf(named.get('indent') ?? null),
    sortKeys: truth(named.get('sort_keys') ?? false),
    ascii: truth(named.get('ensure_ascii') ?? true),
    separators: separators ? (iterate(separators).map(toText) as [string, string]) : undefined,
  };
}

export function indentOf(value: unknown): string | undefined {
  if (value === null) return undefined;
  return typeof value === 'string' ? value : repeatText(' ', index(value));
}

function refuseProfile(name: string, profile: unknown): void {
  if (profile !== null) throw new Fault(`${name} knows no profile ${toRepr(profile)}`);
}

export function writeJson(value: unknown, options: JsonOptions): string {
  const [comma, colon] = options.separators ?? [options.indent === undefined ? ', ' : ',', ': '];
  const write = (item: unknown, margin: string): string => {
    spend(4);
    const plain = plainData(item);
    if (plain === null) return 'null';
    if (typeof plain === 'string') return jsonText(plain, options.ascii);
    if (typeof plain === 'boolean' || typeof plain === 'number' || typeof plain === 'bigint')
      return String(plain);
    if (plain instanceof Float) return jsonFloat(plain.value);
    const inner = options.indent === undefined ? '' : `${margin}${options.indent}`;
    const isDict = plain instanceof Map;
    const parts = isDict
      ? jsonEntries(plain, options.sortKeys).map(
          ([key, one]) => `${jsonText(jsonKey(key), options.ascii)}${colon}${write(one, inner)}`,
        )
      : (plain as readonly unknown[]).map(one => write(one, inner));
    const [open, close] = isDict ? '{}' : '[]';
    if (parts.length === 0) return `${open}${close}`;
    if (options.indent === undefined) return open + joinTexts(parts, comma) + close;
    return `${open}\n${inner}${joinTexts(parts, `${comma}\n${inner}`)}\n${margin}${close}`;
  };
  return write(value, '');
}

/** What JSON and YAML can hold: a container as array or Map. */
export function plainData(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Float || Array.isArray(value) || value instanceof Map) return value;
  if (value instanceof Tuple) return value.items;
  if (value instanceof Range) return iterate(value);
  if (value instanceof Secret) return value.content;
  if (value instanceof LazyDict) return new Map([...value.keys()].map(key => [key, value.get(key)]));
  if (value instanceof Undefined) value.fail();
  if (value instanceof Unknown) throw new UnknownValue(value.reason);
  if (value instanceof DateTime) return value.iso('T');
  throw new Fault(`Object of type ${pythonType(value)} is not JSON serializable`);
}

function jsonEntries(
  dict: ReadonlyMap<unknown, unknown>,
  sortKeys: boolean | 'as values',
): [unknown, unknown][] {
  const entries = [...dict];
  if (sortKeys === false) return entries;
  const key = ([one]: [unknown, unknown]): unknown => (sortKeys === true ? jsonKey(one) : one);
  return sorted(entries, false, entry => key(entry as [unknown, unknown])) as [unknown, unknown][];
}

function jsonKey(key: unknown): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return String(key);
  if (key instanceof Float) return jsonFloat(key.value);
  if (key instanceof Secret) return key.reveal();
  return toText(key);
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

export function jsonText(text: string, ascii: boolean): string {
  const escaped = text.replace(/["\\\x00-\x1f]/g, character => SHORT[character] ?? unicodeEscape(character));
  return `"${ascii ? escaped.replace(/[\x7f-\uffff]/g, unicodeEscape) : escaped}"`;
}

const SHORT: Readonly<Record<string, string | undefined>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** JSON as Python reads it: whole numbers and floats stay apart, whatever their size. */
export function readJson(text: string, strict = true): unknown {
  spend(text.length >> 2);
  const reader = new JsonReader(text, strict);
  return reader.document();
}

class JsonReader {
  private at = 0;
  constructor(
    private readonly text: string,
    private readonly strict: boolean,
  ) {}

  document(): unknown {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) this.fail('Extra data');
    return value;
  }

  private value(depth: number): unknown {
    if (depth > 2000) this.fail('nested too deeply');
    this.space();
    const character = this.text[this.at];
    if (character === '{') return this.dict(depth);
    if (character === '[') return this.list(depth);
    if (character === '"') return this.string();
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0];
    if (word === undefined) return this.fail('Expecting value');
    this.at += word.length;
    const constant = WORDS.get(word);
    if (constant !== undefined) return constant;
    return /[.eE]/.test(word) ? new Float(Number(word)) : parseInteger(word);
  }

  private dict(depth: number): Map<unknown, unknown> {
    const dict = new Map<unknown, unknown>();
    this.at++;
    this.space();
    if (this.take('}')) return dict;
    do {
      this.space();
      if (this.text[this.at] !== '"') this.fail('Expecting property name enclosed in double quotes');
      const key = this.string();
      this.space();
      if (!this.take(':')) this.fail("Expecting ':' delimiter");
      dict.set(key, this.value(depth + 1));
      this.space();
    } while (this.take(','));
    if (!this.take('}')) this.fail("Expecting ',' delimiter");
    return dict;
  }

  private list(depth: number): unknown[] {
    const list: unknown[] = [];
    this.at++;
    this.space();
    if (this.take(']')) return list;
    do {
      list.push(this.value(depth + 1));
      this.space();
    } while (this.take(','));
    if (!this.take(']')) this.fail("Expecting ',' delimiter");
    return list;
  }

  private string(): string {
    STRING.lastIndex = this.at;
    const match = STRING.exec(this.text);
    if (!match) return this.fail('Unterminated string');
    this.at += match[0].length;
    const given = this.strict ? match[0] : match[0].replace(/[\x00-\x1f]/g, unicodeEscape);
    let read: string;
    try {
      read = JSON.parse(given) as string;
    } catch {
      return this.fail('Invalid \\escape or control character');
    }
    return /[\ud800-\udfff]/.test(read) && /\p{Cs}/u.test(read) ? this.fail('half of a character') : read;
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  private fail(message: string): never {
    const before = this.text.slice(0, this.at).split('\n');
    throw new Fault(
      `from_json: ${message}: line ${before.length} column ${before.at(-1)!.length + 1} (char ${this.at})`,
    );
  }
}

const STRING = /"(?:[^"\\]|\\[\s\S])*"/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])|true\b|false\b|null\b|NaN\b|-?Infinity\b/y;
const WORDS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', new Float(Number.NaN)],
  ['Infinity', new Float(Infinity)],
  ['-Infinity', new Float(-Infinity)],
]);
