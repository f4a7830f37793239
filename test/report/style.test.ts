import { describe, expect, it } from 'vitest';
import { durationText } from '../../src/report/duration-text.ts';
import { cut, displayWidth } from '../../src/report/page.ts';
import { wantsColour } from '../../src/report/style.ts';
import { blockText } from '../../src/report/value-text.ts';
import { dict } from './scene.ts';

describe('colours', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ ANSIBLE_NOCOLOR: 'true' }, true, false],
    [{ ANSIBLE_NOCOLOR: '0' }, true, true],
    [{ ANSIBLE_FORCE_COLOR: 'true' }, false, true],
    [{ ANSIBLE_FORCE_COLOR: 'no' }, false, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ NO_COLOR: '1', ANSIBLE_FORCE_COLOR: '1' }, false, false],
    [{ TERM: 'dumb' }, true, false],
  ])('%j, terminal %s: %s', (environment, terminal, wanted) => {
    expect(wantsColour(environment, terminal)).toBe(wanted);
  });
});

describe('durations', () => {
  it.each([
    [0, '0.0 s'],
    [9940, '9.9 s'],
    [9960, '10 s'],
    [59_600, '1 min'],
    [185_000, '3 min 5 s'],
    [3_599_900, '1 h 0 min'],
    [7_260_000, '2 h 1 min'],
  ])('%d ms: %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});

describe('widths', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['🚀', 2],
  ])('%s takes %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('cuts between characters', () => {
    expect(cut('日本語', 4)).toBe('日…');
    expect(cut('abc', 3)).toBe('abc');
  });
});

describe('values for reading', () => {
  it('are written in the manner of YAML', () => {
    const value = dict({
      name: 'web',
      port: 80,
      text: '80',
      empty: '',
      none: null,
      list: [1, 'two'],
      users: [
        { name: 'a', keys: ['k1'] },
        { name: 'b', keys: [] },
      ],
      out: 'one\ntwo\n',
      odd: '- x: y',
    });
    expect(blockText(value)).toBe(`name: web
port: 80
text: "80"
empty: ""
none: null
list: [1, two]
users:
- name: a
  keys: [k1]
- name: b
  keys: []
out: |
  one
  two
odd: "- x: y"`);
  });
});
