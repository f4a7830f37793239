import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE } from '../../src/core/patience.ts';
import { withBlock } from '../../src/modules/blockinfile/block.ts';
import { ParameterFailure } from '../../src/modules/failure.ts';
import { withLine, withoutLines } from '../../src/modules/lineinfile/lines.ts';
import { ParameterPattern } from '../../src/modules/parameter-pattern.ts';

const SLOW = '(a+)+$';
const TEXT = `plain\n${'a'.repeat(40)}b\n`;
const LINE = { line: 'x', backrefs: false, firstmatch: false };
const BLOCK = {
  block: 'x',
  marker: '# {mark}',
  marker_begin: 'BEGIN',
  marker_end: 'END',
  prepend_newline: false,
  append_newline: false,
  state: 'present',
} as const;

const usual = PATIENCE.milliseconds;
beforeAll(() => {
  PATIENCE.milliseconds = 50;
});
afterAll(() => {
  PATIENCE.milliseconds = usual;
});

describe('a pattern that would take for ever is stopped, and its parameter named', () => {
  const cases: readonly (readonly [string, string, () => unknown])[] = [
    ['lineinfile', 'regexp', () => withLine(TEXT, { ...LINE, regexp: SLOW })],
    ['lineinfile, absent', 'regexp', () => withoutLines(TEXT, { regexp: SLOW })],
    ['lineinfile', 'insertafter', () => withLine(TEXT, { ...LINE, insertafter: SLOW })],
    ['lineinfile', 'insertbefore', () => withLine(TEXT, { ...LINE, insertbefore: SLOW })],
    ['blockinfile', 'insertafter', () => withBlock(TEXT, { ...BLOCK, insertafter: SLOW })],
    ['blockinfile', 'insertbefore', () => withBlock(TEXT, { ...BLOCK, insertbefore: SLOW })],
    [
      'blockinfile, many lines',
      'insertafter',
      () => withBlock(TEXT, { ...BLOCK, insertafter: `(?m)${SLOW}` }),
    ],
    ['any', 'before', () => new ParameterPattern('before', SLOW, { dotAll: true }).exec(TEXT)],
  ];
  it.each(cases)('%s: %s', (_, parameter, work) => {
    let failure: unknown;
    try {
      work();
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(ParameterFailure);
    expect((failure as ParameterFailure).parameter).toBe(parameter);
    expect((failure as ParameterFailure).message).toMatch(/takes too long to match/);
  });
});

it('lets a pattern go over many short lines, however long that takes', () => {
  const many = 'Port 22 and more\n'.repeat(200_000);
  expect(withoutLines(many, { regexp: '^(Port|Host)\\s+\\d{2,5}$' }).found).toBe(0);
});
