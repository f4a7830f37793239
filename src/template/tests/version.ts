import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { asciiDigits } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { type TestTable, test } from './test.ts';

const version = test("value, version, operator='eq', strict=None, version_type=None", ([
  value,
  other,
  operator,
  strict,
  kind,
]) => {
  if (!truth(value)) throw new Fault('Input version value cannot be empty');
  if (!truth(other)) throw new Fault('Version parameter to compare against cannot be empty');
  const holds = OPERATORS.get(toText(operator));
  if (!holds)
    throw new Fault(
      `Invalid operator type (${toText(operator)})`,
      `one of ${[...OPERATORS.keys()].join(', ')}`,
    );
  if (strict !== null && kind !== null)
    throw new Fault("'strict' and 'version_type' cannot be given together");
  const compare =
    kind === null ? (truth(strict) ? strictCompare : looseCompare) : COMPARISONS.get(toText(kind));
  if (!compare)
    throw new Fault(`Invalid version type (${toText(kind)})`, `one of ${[...COMPARISONS.keys()].join(', ')}`);
  return holds(compare(toText(value), toText(other)));
});

/** Ansible's `version` test. */
export const versionTests: TestTable = { version, version_compare: version };

const OPERATORS: ReadonlyMap<string, (order: number) => boolean> = new Map(
  Object.entries<(order: number) => boolean>({
    '==': order => order === 0,
    '=': order => order === 0,
    eq: order => order === 0,
    '<': order => order < 0,
    lt: order => order < 0,
    '<=': order => order <= 0,
    le: order => order <= 0,
    '>': order => order > 0,
    gt: order => order > 0,
    '>=': order => order >= 0,
    ge: order => order >= 0,
    '!=': order => order !== 0,
    '<>': order => order !== 0,
    ne: order => order !== 0,
  }),
);

type Compare = (a: string, b: string) => number;

const COMPARISONS: ReadonlyMap<string, Compare> = new Map(
  Object.entries({
    loose: looseCompare,
    strict: strictCompare,
    semver: semanticCompare,
    semantic: semanticCompare,
    pep440: pep440Compare,
  }),
);

/** Numbers and letters in turn; a number and letters in the same place cannot be compared. */
export function looseCompare(a: string, b: string): number {
  const parts = (text: string): (string | number)[] =>
    (asciiDigits(text).match(/\d+|[a-z]+|[^\da-z.]+/g) ?? []).map(part =>
      /^\d/.test(part) ? Number(part) : part,
    );
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p, q] = [x[i]!, y[i]!];
    if (p === q) continue;
    if (typeof p !== typeof q) {
      const names = (part: string | number): string => (typeof part === 'number' ? 'int' : 'str');
      throw new Fault(
        `Version comparison failed: '<' not supported between instances of '${names(p)}' and '${names(q)}'`,
      );
    }
    return p < q ? -1 : 1;
  }
  return x.length - y.length;
}

function strictCompare(a: string, b: string): number {
  const parse = (text: string): number[] => {
    const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(text);
    if (!match) throw new Fault(`Version comparison failed: invalid version number '${text}'`);
    const stage = match[4] === undefined ? 2 : match[4] === 'a' ? 0 : 1;
    return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0), stage, Number(match[5] ?? 0)];
  };
  return compareLists(parse(a), parse(b));
}

function semanticCompare(a: string, b: string): number {
  const parse = (text: string) => {
    const match =
      /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/.exec(text);
    if (!match) throw new Fault(`Version comparison failed: invalid semantic version '${text}'`);
    const pre = match[4]?.split('.');
    if (pre?.some(part => part === '' || /^0\d+$/.test(part)))
      throw new Fault(`Version comparison failed: invalid semantic version '${text}'`);
    return { core: [Number(match[1]), Number(match[2]), Number(match[3])], pre };
  };
  const [x, y] = [parse(a), parse(b)];
  const core = compareLists(x.core, y.core);
  if (core !== 0) return core;
  if (!x.pre || !y.pre) return x.pre ? -1 : y.pre ? 1 : 0;
  for (let i = 0; i < Math.min(x.pre.length, y.pre.length); i++) {
    const [p, q] = [x.pre[i]!, y.pre[i]!];
    if (p === q) continue;
    const [np, nq] = [/^\d+$/.test(p), /^\d+$/.test(q)];
    if (np && nq) return Number(p) - Number(q);
    if (np !== nq) return np ? -1 : 1;
    return p < q ? -1 : 1;
  }
  return x.pre.length - y.pre.length;
}

const STAGES: Readonly<Record<string, number>> = {
  a: 0,
  alpha: 0,
  b: 1,
  beta: 1,
  c: 2,
  rc: 2,
  pre: 2,
  preview: 2,
};

function pep440Compare(a: string, b: string): number {
  const parse = (text: string): (number | string)[][] => {
    const match =
      /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)[-_.]?(?:(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i.exec(
        text.trim(),
      );
    if (!match) throw new Fault(`Version comparison failed: Invalid version: '${text}'`);
    const [
      ,
      epoch = '0',
      release = '',
      stage,
      stageNumber,
      postShort,
      post,
      postNumber,
      dev,
      devNumber,
      local,
    ] = match;
    const numbers = release.split('.').map(Number);
    while (numbers.length > 1 && numbers.at(-1) === 0) numbers.pop();
    const hasPost = post !== undefined || postShort !== undefined;
    const devOnly = dev !== undefined && stage === undefined && !hasPost;
    return [
      [Number(epoch)],
      numbers,
      stage === undefined ? [devOnly ? -1 : 9] : [STAGES[stage.toLowerCase()]!, Number(stageNumber || 0)],
      [hasPost ? Number(postShort ?? (postNumber || 0)) : -1],
      [dev === undefined ? Infinity : Number(devNumber || 0)],
      (local?.toLowerCase().split(/[-_.]/) ?? []).map(part => (/^\d+$/.test(part) ? Number(part) : part)),
    ];
  };
  const [x, y] = [parse(a), parse(b)];
  for (let i = 0; i < x.length; i++) {
    const order = compareLists(x[i]!, y[i]!);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers are more than letters. */
function compareLists(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [p, q] = [a[i]!, b[i]!];
    if (p === q) continue;
    if (typeof p !== typeof q) return typeof p === 'number' ? 1 : -1;
    return p < q ? -1 : 1;
  }
  return a.length - b.length;
}
