import { describe, expect, it } from 'vitest';
import { didYouMean, UserError } from '../../src/core/error.ts';
import { positionAt, positionOf, recordPositions, Source } from '../../src/core/position.ts';

describe('an error', () => {
  const source = new Source('site.yml', '- hosts: web\n  tasks:\n\t- sysclt: {}\n');

  it('shows place, line, caret and hint', () => {
    const error = new UserError('unknown module "sysclt"', {
      position: positionAt(source, source.text.indexOf('sysclt')),
      hint: 'did you mean "sysctl"?',
    });
    expect(error.format()).toBe(
      'site.yml:3:4: unknown module "sysclt"\n  3 | \t- sysclt: {}\n    | \t  ^\nhint: did you mean "sysctl"?',
    );
  });

  it('never quotes a line of a decrypted file', () => {
    const secret = new Source('vault.yml', 'key: hunter2 {{\n', true);
    const text = new UserError('unclosed expression', {
      position: { source: secret, line: 1, column: 5 },
    }).format();
    expect(text).toBe('vault.yml:1:5: unclosed expression');
  });
});

describe('did you mean', () => {
  it.each([
    ['sysclt', 'sysctl'],
    ['coppy', 'copy'],
    ['Template', 'template'],
    ['with_item', 'with_items'],
  ])('%s -> %s', (typed, meant) => {
    expect(didYouMean(typed, ['sysctl', 'copy', 'template', 'with_items', 'user'])).toBe(
      `did you mean "${meant}"?`,
    );
  });

  it('does not guess where nothing is near', () => {
    expect(didYouMean('frobnicate', ['copy', 'file'])).toBeUndefined();
  });
});

describe('positions of data', () => {
  it('are kept beside it', () => {
    const source = new Source('x', 'a: 1');
    const data = new Map([['a', 1]]);
    recordPositions(data, { source, line: 1, column: 1 }, new Map([['a', { source, line: 1, column: 4 }]]));
    expect(positionOf(data)?.column).toBe(1);
    expect(positionOf(data, 'a')?.column).toBe(4);
    expect(positionOf(data, 'b')).toBeUndefined();
    expect(positionOf(new Map())).toBeUndefined();
  });
});
