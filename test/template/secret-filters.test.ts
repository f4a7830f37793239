import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Secret, type SecretContent } from '../../src/core/secret.ts';
import { Float, type Raw } from '../../src/core/value.ts';
import { findFilter } from '../../src/template/filters/index.ts';
import { filterNames } from '../../src/template/index.ts';
import { templarWith } from './surroundings.ts';

/*
 * No filter lets a secret out. Each is run on two values of the same shape, plain, and then with a secret in the
 * place of the first: as the filtered value, inside of it, and as an argument. Wherever the two plain results
 * differ, the result depends on the secret, and must be one itself.
 */

/** Two texts of a shape that some filter understands. */
const PAIRS: readonly (readonly [SecretContent, SecretContent])[] = [
  ['alpha one', 'bravo two three'],
  ['41', '1097'],
  [41, 1097],
  [new Float(2.5), new Float(7.25)],
  ['{"a": 12, "b": [3]}', '{"c": "dd"}'],
  ['YWxwaGE=', 'YnJhdm8gdHdv'],
  ['192.0.2.17/24', '198.51.100.70/25'],
  ['192.0.2.17', '198.51.100.70'],
  ['2001:db8::17/64', '2001:db8:5::7/48'],
  ['2001:db8::17', '2001:db8:5::7'],
  ['02:00:5e:10:00:17', '02:00:5e:aa:bb:cc'],
  ['/srv/alpha/one.txt', '/etc/bravo.d/two.conf'],
  ['C:\\alpha\\one.txt', 'D:\\bravo\\two.conf'],
  ['https://al:pha@one.example/p?q=1#f', 'http://two.example:8080/r'],
  ['2024-01-02 03:04:05', '2025-12-11 10:09:08'],
  ['[alpha]\none = 1\n', '[bravo]\ntwo = 2\n'],
  ['name,uid\nalpha,1\n', 'name,uid\nbravo,2\n'],
  ['1.5 GB', '22 MB'],
  ['3h 20m', '1d'],
  ['alpha=1 one=2', 'bravo=3 two=4'],
  ['{{ alpha }}', '{{ bravo }}'],
  ['upper', 'lower'],
  ['name', 'alt'],
];

/** What stands around a secret: alone, among others, in a mapping. */
const SHAPES: readonly ((inner: Raw) => Raw)[] = [
  inner => inner,
  inner => [inner, 'other'],
  inner => [
    [inner, 1],
    ['other', 2],
  ],
  inner => new Map([['k', inner]]) as Raw,
  inner =>
    [
      new Map<string, Raw>([
        ['name', inner],
        ['alt', 'x'],
        ['key', 'k1'],
        ['value', inner],
      ]),
    ] as Raw,
  inner => new Map([['section', new Map([['k', inner]])]]) as Raw,
  inner =>
    [
      new Map<string, Raw>([
        [
          'data',
          [
            new Map<string, Raw>([
              ['name', 'x'],
              ['v', inner],
            ]) as Raw,
          ],
        ],
        ['match_key', 'name'],
        ['name', 'n'],
      ]),
    ] as Raw,
];

const ARGUMENTS: readonly (readonly Raw[])[] = [
  [],
  ['name'],
  ['upper'],
  ['a', 'b'],
  [1],
  [['other', 'x']],
  [new Map([['q', 1]]) as Raw],
  ['name', 'eq', 'x'],
  ['%Y'],
  ['10.0.0.0/8'],
  ['sha256'],
  ['[*]'],
  ['compress'],
  ['k'],
  [
    [
      new Map([
        ['before', 'name'],
        ['after', 'renamed'],
      ]) as Raw,
    ],
  ],
];

/** Values for a filter that is given the secret as an argument. */
const SUBJECTS: readonly Raw[] = [
  'alpha one other',
  12,
  [1, 2, 'other'],
  new Map([['k', 'v']]) as Raw,
  [
    new Map([
      ['name', 'x'],
      ['alt', 'y'],
    ]) as Raw,
  ],
  true,
  '192.0.2.9',
];

/** What they give is chance, so that it cannot be compared. */
const BY_CHANCE = new Set([
  'random',
  'ansible_random',
  'shuffle',
  'password_hash',
  'random_mac',
  'to_uuid',
  'vault',
]);

/** Their results tell something of a secret, and why they may. */
const MAY_TELL: Readonly<Record<string, string>> = {
  type_debug: 'the type of a value is no secret',
  to_datetime: 'dates have methods and an arithmetic of their own, which a wrapped one would lose',
  undef: 'it gives no value',
  attr: 'it gives what the engine itself offers, of which no secret is a part',
};

describe('a secret stays one through', () => {
  for (const name of filterNames()) {
    test(name, () => {
      const tried = attempts(name);
      if (name in MAY_TELL) return;
      expect(tried.length, `no attempt at ${name} came to a result`).toBeGreaterThan(0);
      for (const { expression, told } of tried) expect(told, expression).toEqual([]);
    });
  }
});

interface Attempt {
  readonly expression: string;
  /** What the result says openly of the secret. */
  readonly told: readonly string[];
}

const COLLECTIONS = ['', 'ansible.builtin.', 'ansible.utils.', 'community.general.', 'ansible.netcommon.'];

/** So many attempts that came to something are enough; some filters take their time on purpose. */
const ENOUGH = 60;
const SLOW = new Set(['password_hash', 'vault', 'unvault', 'permutations', 'combinations', 'product']);

function attempts(filter: string): Attempt[] {
  const collection = COLLECTIONS.find(one => findFilter(one + filter)) ?? '';
  const found: Attempt[] = [];
  for (const one of allAttempts(collection + filter, filter)) {
    found.push(one);
    if (found.length >= (SLOW.has(filter) ? 2 : ENOUGH)) break;
  }
  return found;
}

function* allAttempts(written: string, filter: string): Generator<Attempt> {
  const parameters = findFilter(written)?.signature.text ?? '';
  const most = parameters.includes('*') ? 3 : parameters.split(', ').length - 1;
  // Of a long text there are too many permutations.
  for (const [one, two] of SLOW.has(filter) ? PAIRS.slice(1, 3) : PAIRS) {
    for (const shape of SHAPES) {
      for (const args of ARGUMENTS)
        if (args.length <= most) yield* attempt(written, filter, inner => [shape(inner), args], one, two);
      for (const subject of most === 0 ? [] : SUBJECTS) {
        yield* attempt(written, filter, inner => [subject, [shape(inner)]], one, two);
        if (most > 1) yield* attempt(written, filter, inner => [subject, ['a', shape(inner)]], one, two);
      }
    }
  }
}

function* attempt(
  written: string,
  filter: string,
  parts: (inner: Raw) => readonly [Raw, readonly Raw[]],
  one: SecretContent,
  two: SecretContent,
): Generator<Attempt> {
  const run = (inner: Raw): { expression: string; value: unknown } | undefined => {
    const [subject, args] = parts(inner);
    const variables: Record<string, Raw> = { v: subject };
    args.forEach((arg, i) => {
      variables[`a${i}`] = arg;
    });
    const call = args.length === 0 ? '' : `(${args.map((_, i) => `a${i}`).join(', ')})`;
    const expression = `v | ${written}${call}`;
    try {
      return { expression, value: templarWith(variables).evaluate(expression) };
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  };
  const hidden = run(new Secret(one));
  if (!hidden) return;
  const [first, second] = [run(one), run(two)];
  if (!first || !second) return;
  const told: string[] = [];
  if (BY_CHANCE.has(filter)) {
    if (!isHidden(hidden.value)) told.push(`${print(hidden.value)} is open`);
  } else compare(hidden.value, first.value, second.value, told);
  yield { expression: `${hidden.expression} with ${print(one)}`, told };
}

/** Notes every part that is open although it differs between two values: true, false and none tell no more than a condition does. */
function compare(hidden: unknown, one: unknown, two: unknown, told: string[]): void {
  if (hidden instanceof Secret || print(one) === print(two)) return;
  if (typeof hidden === 'boolean' || hidden === null) return;
  if (Array.isArray(hidden) && Array.isArray(one)) {
    const others = Array.isArray(two) && two.length === one.length ? two : undefined;
    hidden.forEach((item, i) => {
      compare(item, one[i], others ? others[i] : NOWHERE, told);
    });
  } else if (hidden instanceof Map && one instanceof Map) {
    // Keys stay readable: they are how values are reached.
    for (const [key, item] of hidden)
      compare(item, one.get(key), two instanceof Map ? two.get(key) : NOWHERE, told);
  } else if (!isKnownPart(hidden)) told.push(`${print(hidden)} is open`);
}

const NOWHERE = Symbol('nothing to compare with');

/** What the attempts themselves have put beside the secret. */
function isKnownPart(value: unknown): boolean {
  return [
    'other',
    'x',
    'y',
    'k',
    'k1',
    'key',
    'value',
    'name',
    'alt',
    'n',
    'a',
    'b',
    'q',
    1,
    2,
    12,
    'v',
    '',
  ].includes(value as string);
}

function isHidden(value: unknown): boolean {
  if (value instanceof Secret || typeof value === 'boolean' || value === null || isKnownPart(value))
    return true;
  if (Array.isArray(value)) return value.every(isHidden);
  return value instanceof Map && [...value.values()].every(isHidden);
}

function print(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Secret) return `<${part.reveal()}>`;
    if (part instanceof Map) return { map: [...part] };
    return typeof part === 'bigint' || typeof part === 'symbol' ? String(part) : part;
  });
}
