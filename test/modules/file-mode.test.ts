import { expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { resolveMode } from '../../src/modules/file-mode.ts';
import { t } from '../../src/modules/parameters.ts';
import { readVectors } from './vectors.ts';

/** Answers of ansible-core 2.14 with the umask 022: mode, present permissions, directory, permissions. */
type Vector = [mode: string, present: number, directory: boolean, expected: number];

it('a symbolic mode means what it means to the original', () => {
  const wrong = readVectors<Vector>('mode').flatMap(([mode, present, directory, expected]) => {
    const got = resolveMode(t.mode().read(mode) ?? '', present, directory);
    return got === expected ? [] : [{ mode, present, directory, expected, got }];
  });
  expect(wrong).toEqual([]);
});

it.each([
  ['0644', 0o644],
  ['644', 0o644],
  ['2755', 0o2755],
  [0o640, 0o640],
  [new Secret(0o640), 0o640],
])('an octal mode is taken as it stands: %s', (mode, expected) => {
  expect(resolveMode(t.mode().read(mode) ?? '', 0o777, false)).toBe(expected);
});
