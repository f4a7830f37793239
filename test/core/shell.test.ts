import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quote, sequence, sh } from '../../src/core/shell.ts';

describe('quoting', () => {
  const words = [
    '',
    ' ',
    "it's",
    '$HOME',
    '`id`',
    'a\nb',
    '-n',
    'é\u0001',
    '*',
    '~root',
    'A=b',
    'if',
    '\\',
    '"',
    "'''",
    '!',
  ];

  it.each(words.map(word => [JSON.stringify(word), word]))(
    '%s reaches the command as one word',
    (_shown, word) => {
      const script = `for w in ${quote(word)}; do printf '%s' "$w"; done`;
      expect(execFileSync('/bin/sh', ['-c', script]).toString()).toBe(word);
    },
  );

  it('quotes words that would be something else as a command name', () => {
    expect([quote('if'), quote('A=b'), quote('ls')]).toEqual(["'if'", "'A=b'", 'ls']);
  });

  it('refuses what no shell word can hold', () => {
    expect(() => quote('a\0b')).toThrow(TypeError);
  });
});

describe('sh', () => {
  it('makes a list several words and takes shell text as it is', () => {
    const redirect = sh`2>/dev/null`;
    expect(sh`ls ${['a b', 'c']} ${redirect} ${3}`.text).toBe("ls 'a b' c 2>/dev/null 3");
  });

  it('puts commands one after another', () => {
    expect(sequence([sh`true`, sh`false`]).text).toBe('true\nfalse');
  });
});
