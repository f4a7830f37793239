import type { Dice } from './dice.ts';
import type { Names } from './grammar.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Variables that every case sees (variables.json), by what they are. */
export const KNOWN: Names = {
  int: ['i', 'neg', 'users[0].uid', 'd.a', 'result.rc', 'xs[0]', 'i', 'big'],
  float: ['f', 'whole', 'tiny'],
  bool: ['t', 'users[0].admin', 'result.changed', 'users[1].admin'],
  text: [
    's',
    'empty',
    'uni',
    'multi',
    'html',
    'num',
    'quote',
    'both',
    'path',
    'csv',
    'padded',
    'users[0].name',
    's',
    'intkeys["1"]',
  ],
  texts: ['words', 'users[0].groups', 'words', 'result.stdout_lines'],
  numbers: ['xs', 'd.c.d', 'nested[0]'],
  list: ['none', 'mixed', 'nested', 'xs', 'words'],
  records: ['users', 'users', 'loopresult.results'],
  dict: ['d', 'items_dict', 'intkeys', 'd.c', 'users[1]'],
  outcome: ['result', 'loopresult.results[0]'],
  missing: [
    'nope',
    'nope.a',
    'nope.a.b',
    'd.nope',
    'users[9]',
    'xs[7]',
    's.nope',
    'nope[0]',
    'd["x"]["y"]',
    'users[0].shell',
  ],
};

interface Maker {
  sort: string;
  make(dice: Dice): Json;
}

/** Variables of a single case. */
const OWN: Readonly<Record<string, Maker>> = {
  vi: { sort: 'int', make: whole },
  vj: { sort: 'int', make: whole },
  vf: { sort: 'float', make: dice => dice.pick([0.1, -2.5, 1e-7, 123.456, 1e21, 3.999, -0.5]) },
  vt: { sort: 'text', make: text },
  vu: { sort: 'text', make: text },
  vw: { sort: 'text', make: dice => dice.pick(TEMPLATES) },
  vb: { sort: 'bool', make: dice => dice.chance(0.5) },
  vn: { sort: 'any', make: () => null },
  vx: { sort: 'numbers', make: dice => dice.some<Json>(0, 5, () => (dice.chance(0.8) ? whole(dice) : 1.5)) },
  vs: { sort: 'texts', make: dice => dice.some(0, 4, () => text(dice)) },
  vl: { sort: 'list', make: dice => dice.some(0, 4, () => anything(dice, 2)) },
  vd: { sort: 'dict', make: dice => dict(dice, 2) },
  vr: {
    sort: 'records',
    make: dice =>
      dice.some(0, 4, () => ({
        name: text(dice),
        uid: whole(dice),
        groups: dice.some(0, 2, () => text(dice)),
      })),
  },
};

export function randomVariables(dice: Dice): { values: Record<string, Json>; names: Names } {
  const values: Record<string, Json> = {};
  const names: Record<string, string[]> = {};
  for (const [name, { sort, make }] of Object.entries(OWN)) {
    if (!dice.chance(0.35)) continue;
    values[name] = make(dice);
    names[sort] = [...(names[sort] ?? []), name];
  }
  return { values, names };
}

/** The same variables with one of them made smaller or left out. */
export function* smallerValues(values: Record<string, Json>): Generator<Record<string, Json>> {
  for (const name of Object.keys(values)) {
    const { [name]: value, ...rest } = values;
    yield rest;
    for (const smaller of smallerJson(value!)) yield { ...values, [name]: smaller };
  }
}

function* smallerJson(value: Json): Generator<Json> {
  if (typeof value === 'string' && value.length > 1) {
    const half = Math.ceil(value.length / 2);
    yield value.slice(0, half);
    yield value.slice(half);
    yield value.slice(1);
    yield value.slice(0, -1);
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      yield value.toSpliced(i, 1);
      for (const smaller of smallerJson(value[i]!)) yield value.with(i, smaller);
    }
  } else if (typeof value === 'object' && value !== null) yield* smallerValues(value);
}

/** Of playbooks' variables, those that are themselves templates. */
const TEMPLATES = [
  ...[
    '{{ s }}',
    '{{ i + 1 }}',
    '{{ xs }}',
    '<{{ words|join(" ") }}>',
    '{{ users[0].name }}',
    '{{ nope }}',
    '{{ d }}',
  ],
  ...[
    '{{ f }}',
    '{% if t %}yes{% endif %}',
    '{{ s|upper }} {{ i }}',
    '{{ none }}',
    '{{ nope|default("") }}',
    '{# c #}x',
  ],
];

function whole(dice: Dice): number {
  return dice.chance(0.7) ? dice.below(20) - 5 : dice.pick([100, 1024, 65535, -1000000, 4294967296]);
}

function text(dice: Dice): string {
  return dice.some(0, 3, () => dice.pick(PIECES)).join('');
}

function anything(dice: Dice, room: number): Json {
  const makers: ((dice: Dice) => Json)[] = [
    whole,
    text,
    text,
    () => null,
    throws => throws.chance(0.5),
    () => 0.5,
  ];
  if (room > 0) {
    makers.push(
      throws => throws.some(0, 3, () => anything(throws, room - 1)),
      throws => dict(throws, room - 1),
    );
  }
  return dice.pick(makers)(dice);
}

function dict(dice: Dice, room: number): Json {
  return Object.fromEntries(dice.some(0, 4, () => [dice.pick(KEYS), anything(dice, room)]));
}

const KEYS = ['a', 'b', 'key', 'name', 'x y', '10', '2', 'items', 'é', '__proto__', 'uid', 'value', ''];

const PIECES = [
  ...[
    'a',
    'B',
    'foo bar',
    '1',
    '-7',
    '3.0',
    ' ',
    '\n',
    ',',
    '/',
    '.',
    'é',
    'ß',
    '日本',
    '😀',
    "'",
    '"',
    '<a>',
    '&',
    '%',
    '=',
    '\\',
  ],
  ...[
    'key: value',
    '[1, 2]',
    '{"a": 1}',
    'yes',
    'null',
    '2024-01-31 10:20:30',
    '10.1.2.3/24',
    '1KB',
    '~',
    '#',
    '- a',
    '1.2.3',
    '\t',
  ],
];
