import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeLeftovers } from './oracle.ts';

it('removes what killed runs have left, once it is a day old', () => {
  const root = mkdtempSync(join(tmpdir(), 'tsible-leftovers-'));
  try {
    const hours = { 'oracle-old': 25, 'oracle-new': 23, usr: 100 };
    for (const [name, age] of Object.entries(hours)) {
      mkdirSync(join(root, name));
      const then = new Date(Date.now() - age * 60 * 60 * 1000);
      utimesSync(join(root, name), then, then);
    }
    removeLeftovers(root);
    expect(readdirSync(root).sort()).toEqual(['oracle-new', 'usr']);
  } finally {
    rmSync(root, { recursive: true });
  }
});
