import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ownRolesFrom } from '../../src/cli/play/project.ts';

const root = mkdtempSync(join(tmpdir(), 'tsible-test-'));
afterAll(() => rmSync(root, { recursive: true }));

describe("tsible's own roles lie in the root of the package", () => {
  for (const name of [
    'package.json',
    'dist/package.json',
    'roles/users/tasks/main.yml',
    'src/cli/play/x.ts',
  ]) {
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), '');
  }

  it.each(['dist', 'src/cli/play'])('seen from %s', folder => {
    expect(ownRolesFrom(join(root, folder))).toBe(join(root, 'roles'));
  });
});
