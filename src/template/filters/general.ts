import { randomBytes } from 'node:crypto';
import { operate } from '../compile/operators.ts';
import { Fault } from '../grammar/fault.ts';
import { compareText, getKey, setKey } from '../python/compare.ts';
import { addAll } from '../python/container-methods.ts';
import { toText } from '../python/print.ts';
import { PythonRandom } from '../python/random.ts';
import { iterate } from '../python/sequences.ts';
import { pythonType, Range, Tuple } from '../python/values.ts';
import { looseCompare } from '../tests/version.ts';
import { type FilterTable, filter, opaque, textIn } from './filter.ts';

/** community.general's filters that are no family. */
export const generalFilters: FilterTable = {
  dict: opaque('sequence', ([sequence]) => {
    const dict = new Map<unknown, unknown>();
    addAll(dict, sequence);
    return dict;
  }),
  dict_kv: opaque('value, key', ([value, key]) => {
    const dict = new Map<unknown, unknown>();
    setKey(dict, key, value);
    return dict;
  }),
  counter: opaque('sequence', ([sequence]) => {
    const counts = new Map<unknown, unknown>();
    for (const item of sequenceItems('counter', sequence))
      setKey(counts, item, ((getKey(counts, item) as number | undefined) ?? 0) + 1);
    return counts;
  }),
  accumulate: filter('sequence', ([sequence], engine) => {
    const sums: unknown[] = [];
    for (const item of sequenceItems('accumulate', sequence))
      sums.push(sums.length === 0 ? item : operate(engine, '+', sums.at(-1), item));
    return sums;
  }),
  groupby_as_dict: opaque('sequence, attribute', ([sequence, attribute]) => {
    const groups = new Map<unknown, unknown>();
    sequenceItems('groupby_as_dict', sequence).forEach((item, i) => {
      if (!(item instanceof Map))
        throw new Fault(`groupby_as_dict: element ${i} is not a dictionary but ${pythonType(item)}`);
      if (!item.has(attribute))
        throw new Fault(`groupby_as_dict: element ${i} has no attribute '${toText(attribute)}'`);
      const by = item.get(attribute);
      if (getKey(groups, by) !== undefined)
        throw new Fault(`groupby_as_dict: several elements have the attribute value '${toText(by)}'`);
      setKey(groups, by, item);
    });
    return groups;
  }),
  version_sort: filter('value, reverse=False', ([value, reverse]) => {
    const versions = iterate(value).map(version => textIn('version_sort', version));
    if (versions.includes('')) throw new Fault('version_sort: a version is empty');
    versions.sort(looseCompare);
    return reverse === true ? stableReverse(versions) : versions;
  }),
  crc32: filter('data', ([data]) => {
    const text = textIn('crc32', data);
    return crc32(Buffer.from(text, 'utf8')).toString(16);
  }),
  unicode_normalize: filter("data, form='NFC'", ([data, form]) => {
    const text = textIn('unicode_normalize', data);
    if (!FORMS.has(form)) throw new Fault(`unicode_normalize: the form is one of ${[...FORMS].join(', ')}`);
    return text.normalize(form as string);
  }),
  reveal_ansible_type: filter('data, alias=None', ([data, alias]) => describedType(data, alias)),
};

/** Those that were Ansible's own once. */
export const movedFilters: FilterTable = {
  random_mac: filter('value, seed=None', ([value, seed]) => randomMac(textIn('random_mac', value), seed)),
};

function sequenceItems(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value) || value instanceof Tuple || value instanceof Range || typeof value === 'string')
    return iterate(value);
  throw new Fault(`${name} takes a list, not ${pythonType(value)}`);
}

const FORMS = new Set<unknown>(['NFC', 'NFD', 'NFKC', 'NFKD']);

/** The last first, with equal ones in their order. */
function stableReverse(versions: readonly string[]): string[] {
  return [...versions].reverse().sort((a, b) => looseCompare(b, a));
}

let crcTable: Uint32Array | undefined;

function crc32(bytes: Uint8Array): number {
  crcTable ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    return sum;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = crcTable[(sum ^ byte) & 0xff]! ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** Python's bounds, so that a seed gives the same address as it gives there. */
const LEAST_MAC = 0x1000000000;
const MOST_MAC = 0xffffffffff;

function randomMac(prefix: string, seed: unknown): string {
  const start = prefix.toLowerCase();
  const parts = start.split(':');
  if (parts.length > 5)
    throw new Fault(`random_mac: '${prefix}' is a whole address, nothing is left to choose`);
  for (const part of parts) {
    if (!/^[0-9a-f]{2}/.test(part)) throw new Fault(`random_mac: '${part}' is no byte in hexadecimal digits`);
  }
  const random = new PythonRandom(seed ?? randomBytes(16).toString('hex'));
  const digits = (LEAST_MAC + Number(random.below(MOST_MAC - LEAST_MAC + 1))).toString(16).padStart(10, '0');
  return [start, ...digits.match(/../g)!.slice(0, 6 - parts.length)].join(':');
}

/** A type with those of the elements: `list[int|str]`; `alias` has other names for types. */
export function describedType(data: unknown, alias: unknown): string {
  const named = (value: unknown): string => {
    const type = pythonType(value);
    return alias instanceof Map ? toText(alias.get(type) ?? type) : type;
  };
  const types = (items: Iterable<unknown>): string =>
    [...new Set([...items].map(named))].sort(compareText).join('|');
  if (Array.isArray(data) && data.length > 0) return `${named(data)}[${types(data)}]`;
  if (data instanceof Map && data.size > 0)
    return `${named(data)}[${types(data.keys())}, ${types(data.values())}]`;
  return named(data);
}
