import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FILES } from '../template/real-files.ts';
import { referenceCases } from '../template/reference-case.ts';
import { CASES } from '../template/surroundings.ts';
import { caseFiles, readCases } from '../template/template-case.ts';

/** An input of the fuzzer: a template, or a bare expression. */
export interface Input {
  text: string;
  isExpression: boolean;
}

/** The input of this number: the same for the same seed. */
export function inputOf(seed: number, number: number): Input {
  const random = randomNumbers(seed * 1_000_003 + number);
  const base = pick(BASES, random);
  let { text } = base;
  for (let times = 1 + below(4, random); times > 0; times--) text = pick(MUTATIONS, random)(text, random);
  return { text: text.slice(0, LONGEST), isExpression: base.isExpression };
}

const LONGEST = 20_000;

type Random = () => number;

/** Numbers from 0 to 1 (mulberry32), so that a seed tells all. */
function randomNumbers(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function below(count: number, random: Random): number {
  return Math.floor(random() * count);
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[below(items.length, random)]!;
}

/** A part of the text, mostly short. */
function span(text: string, random: Random): [number, number] {
  const start = below(text.length + 1, random);
  const length = below(random() < 0.8 ? 8 : 200, random);
  return [start, Math.min(text.length, start + length)];
}

const MUTATIONS: readonly ((text: string, random: Random) => string)[] = [
  function remove(text, random) {
    const [start, end] = span(text, random);
    return text.slice(0, start) + text.slice(end);
  },
  function insert(text, random) {
    const at = below(text.length + 1, random);
    return text.slice(0, at) + pick(PIECES, random) + text.slice(at);
  },
  function replace(text, random) {
    const [start, end] = span(text, random);
    return text.slice(0, start) + pick(PIECES, random) + text.slice(end);
  },
  function repeat(text, random) {
    const [start, end] = span(text, random);
    const times = random() < 0.9 ? 2 : below(3000, random);
    return text.slice(0, start) + text.slice(start, end).repeat(times) + text.slice(end);
  },
  function move(text, random) {
    const [start, end] = span(text, random);
    const rest = text.slice(0, start) + text.slice(end);
    const at = below(rest.length + 1, random);
    return rest.slice(0, at) + text.slice(start, end) + rest.slice(at);
  },
  function join(text, random) {
    const other = pick(BASES, random).text;
    const [start, end] = [below(text.length + 1, random), below(other.length + 1, random)];
    return text.slice(0, start) + other.slice(end);
  },
  function swapWords(text, random) {
    const words = text.split(/(\W+)/);
    words[below(words.length, random)] = pick(words, random);
    return words.join('');
  },
  function cut(text, random) {
    return text.slice(0, below(text.length + 1, random));
  },
];

const PIECES: readonly string[] = [
  ...'{{ }} {% %} {# #} {%- -%} {%+ {{- -}} {{{ }}} # %} - + ( ) [ ] { } , : . | ~ = == != ! <= ** // % & && || @ $ ? ; \\ ` \' " \' " \\x \\u12 \\N{'.split(
    ' ',
  ),
  ...'if else elif elseif endif for in endfor set endset macro endmacro call endcall caller filter endfilter raw endraw block endblock extends include import from as with without context ignore missing recursive scoped required do print break continue autoescape endautoescape is not and or true None'.split(
    ' ',
  ),
  ...'loop self super varargs kwargs namespace range dict cycler joiner lipsum omit now undef vars'.split(
    ' ',
  ),
  ...'|default |map |select( |join |sort |groupby |regex_replace( |to_json |from_yaml |format( |batch( |indent |combine( |flatten |int |list |string |slice( |ipaddr |to_nice_yaml |from_json |unique |zip( |random |center('.split(
    ' ',
  ),
  ...'is defined,is divisibleby,is match(,is in ,is version(,not in ,if x else y'.split(','),
  ...'0 1 -1 2.5 1e5 1e999 0x1f 1_000 99999999999999999999 10**20 00 1.'.split(' '),
  ...'{} [] () {{ x }} {% raw %} {% endraw %} *args **kw x=1 a.b a[0] a[1:] a[::-1] __proto__ constructor __class__'.split(
    ' ',
  ),
  ' ',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '\0',
  '\v',
  '\u2028',
  'ä',
  '😀',
  '\ud83d',
  '\udc00',
  '\ufeff',
  '\u00a0',
  '%(a)s',
  '{0.a}',
  '{:>9}',
  '(a+)+$',
  '(?P<n>a)',
  '\\1',
  '\\g<n>',
  '&a [*a]',
  '#jinja2: ',
];

/** What has a template in it that reaches out of the program must not be run with something else in it. */
const REACHES_OUT = /pipe|password|lines|['"]url|unvault/;

export function reachesOut(text: string): boolean {
  return REACHES_OUT.test(text);
}

const BASES: readonly Input[] = bases();

function bases(): Input[] {
  const inputs: Input[] = [];
  for (const { e, w, t, v } of caseFiles().flatMap(readCases)) {
    const expression = e ?? w;
    if (expression !== undefined) inputs.push({ text: expression, isExpression: true });
    else if (t !== undefined) inputs.push({ text: t, isExpression: false });
    else if (typeof v === 'string') inputs.push({ text: v, isExpression: false });
  }
  for (const { t } of referenceCases()) inputs.push({ text: t, isExpression: false });
  // More than once each: they are few, and have everything in them.
  for (const name of readdirSync(FILES))
    for (const file of readdirSync(join(FILES, name)))
      if (file.endsWith('.j2')) {
        const text = readFileSync(join(FILES, name, file), 'utf8');
        for (let i = 0; i < 40; i++) inputs.push({ text, isExpression: false });
      }
  for (const file of readdirSync(join(CASES, 'templates')))
    inputs.push({ text: readFileSync(join(CASES, 'templates', file), 'utf8'), isExpression: false });
  return inputs.filter(({ text }) => !reachesOut(text));
}
