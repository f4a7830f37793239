import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tsible } from '../run.ts';

const PASSWORD = ['--vault-password-file', 'pw'];

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
  writeFileSync(join(folder, 'pw'), 'first\n');
  writeFileSync(join(folder, 'big'), Array.from({ length: 60_000 }, (_, i) => `${i + 1}\n`).join(''));
  await tsible(['vault', 'encrypt', 'big', ...PASSWORD], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['is left after a part', 'head -n 2', /^1\r\n2\r\n$/],
  ['gets a Ctrl-C and goes on', 'kill -INT $PPID; head -n 2', /^1\r\n2\r\n$/],
  ['is not there', '/does/not/exist 2>&-', /^1\r\n2\r\n.*60000\r\n$/s],
])('the terminal shows what the pager shows, and no more: one that %s', async (_title, PAGER, expected) => {
  const ran = await tsible(['vault', 'view', 'big', ...PASSWORD], {
    cwd: folder,
    terminal: true,
    env: { PAGER },
  });
  expect(ran.status).toBe(0);
  expect(ran.stdout).toMatch(expected);
});
