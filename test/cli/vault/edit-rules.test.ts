import { describe, expect, it } from 'vitest';
import { changedRules, type RulesChange } from '../../../src/cli/vault/recipients/edit-rules.ts';
import { UserError } from '../../../src/core/error.ts';
import { Source } from '../../../src/core/position.ts';
import { readRecipientRules } from '../../../src/load/index.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIofhT06zJ8fsQ8x+txl40mmRaA9gke7SxpX0ebbSX9M';
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBeEHc0VJ6bKlAq4NEfAU2Ac50/seryuSfzoJ1AWCx7U';

/** `K` stands for a key, so that the texts are short. */
function changed(text: string, change: Partial<RulesChange>): string {
  const whole = text.replaceAll('K', KEY);
  const rules = readRecipientRules(new Source('tsible.yml', whole), '/project/tsible.yml')!;
  return changedRules(whole, rules, { keys: new Map(), lists: [], forget: [], ...change }).replaceAll(
    KEY,
    'K',
  );
}

const adding = (name: string, rule = 0): Partial<RulesChange> => ({
  lists: [{ list: { rule }, add: [name], remove: [] }],
});
const removing = (name: string, rule = 0): Partial<RulesChange> => ({
  lists: [{ list: { rule }, add: [], remove: [name] }],
});
const keys = 'vault:\n  keys: {a: K, b: K}\n';

describe('a name in a rule', () => {
  it.each([
    ['a flow list', '[a] # c', '[a, b] # c'],
    ['a single name', 'a # c', '[a, b] # c'],
    ['a quoted name', '"a"', '["a", b]'],
    ['a block', '\n      - a # c\n      # end', '\n      - a # c\n      - b\n      # end'],
    ['a block at the column of its key', '\n    - a', '\n    - a\n    - b'],
    ['a flow list over several lines', '[\n      a, # c\n    ]', '[\n      a, b, # c\n    ]'],
  ])('is added to %s', (_title, before, after) => {
    const text = (to: string) => `${keys}  recipients:\n  - files: x\n    to: ${to}\nforks: 5 # last\n`;
    expect(changed(text(before), adding('b'))).toBe(text(after));
  });

  it.each([
    ['a flow list', '[a, b] # c', '[a] # c'],
    ['the start of a flow list', '[b, a]', '[a]'],
    ['a quoted one', "[a,'b']", '[a]'],
    ['a block', '\n      - a # c\n      - b # d\n      # end', '\n      - a # c\n      # end'],
    ['the start of a block', '\n      - b\n      - a', '\n      - a'],
  ])('is removed from %s', (_title, before, after) => {
    const text = (to: string) => `${keys}  recipients:\n  - files: x\n    to: ${to}\nforks: 5 # last\n`;
    expect(changed(text(before), removing('b'))).toBe(text(after));
  });

  it('is changed in a rule between brackets, with the file’s line ends', () => {
    const text = (to: string) =>
      `${keys}  recipients: [{files: x, to: a}, {to: ${to}, files: y}]`.replaceAll('\n', '\r\n');
    expect(changed(text('[a]'), adding('b', 1))).toBe(text('[a, b]'));
    const block = (more: string) =>
      `${keys}  recipients:\n    - to:\n        - a\n${more}      files: y`.replaceAll('\n', '\r\n');
    expect(changed(block(''), adding('b'))).toBe(block('        - b\n'));
  });

  it('that is shared by an anchor is left to people', () => {
    const text = `${keys}  recipients:\n    - {files: x, to: &team [a]}\n    - {files: y, to: *team}\n`;
    for (const rule of [0, 1]) expect(() => changed(text, adding('b', rule))).toThrow(UserError);
  });
});

describe('a key', () => {
  const rest = '  recipients: [{files: x, to: K}]\n';

  it.each([
    ['a block', 'vault:\n  keys:\n    a: K # c\n', 'vault:\n  keys:\n    a: K # c\n    n: NEW\n'],
    ['a flow mapping', 'vault:\n  keys: {a: K}\n', 'vault:\n  keys: {a: K, n: NEW}\n'],
    ['an empty one', 'vault:\n  keys:\n', 'vault:\n  keys:\n    n: NEW\n'],
    ['none', 'vault:\n', 'vault:\n  keys:\n    n: NEW\n'],
    [
      'a text of several lines',
      'vault:\n  keys:\n    a: |\n      K\n      K\n\n',
      'vault:\n  keys:\n    a: |\n      K\n      K\n    n: NEW\n\n',
    ],
  ])('is added to %s', (_title, before, after) => {
    const change = { keys: new Map([['n', `${OTHER} n@example.org`]]) };
    expect(changed(before + rest, change)).toBe(after.replace('NEW', `${OTHER} n@example.org`) + rest);
  });

  it('is quoted where its comment would mean something', () => {
    const text = changed(`vault:\n${rest}`, { keys: new Map([['n', `${OTHER} n: # 1`]]) });
    expect(text).toContain(`    n: '${OTHER} n: # 1'\n`);
  });

  it.each([
    ['a block', 'vault:\n  keys:\n    a: K # c\n    n: K # d\n', 'vault:\n  keys:\n    a: K # c\n'],
    ['a block of one', 'vault:\n  keys:\n    n: K\n', 'vault:\n  keys:\n'],
    ['a flow mapping', 'vault:\n  keys: {n: K, a: K}\n', 'vault:\n  keys: {a: K}\n'],
    [
      'a list of keys',
      'vault:\n  keys:\n    n:\n      - K\n      - K\n    a: K\n',
      'vault:\n  keys:\n    a: K\n',
    ],
  ])('is removed from %s', (_title, before, after) => {
    expect(changed(before + rest, { forget: ['n'] })).toBe(after + rest);
  });
});

it('a group is changed as a rule is', () => {
  const text = (members: string) =>
    `${keys}  groups:\n    g: ${members}\n  recipients: [{files: x, to: g}]\n`;
  const change = { lists: [{ list: { group: 'g' }, add: ['b'], remove: ['a'] }] };
  expect(changed(text('[a] # c'), change)).toBe(text('[b] # c'));
});
