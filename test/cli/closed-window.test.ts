import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { program, tsible } from './run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
  writeFileSync(join(folder, 'pw'), 'first\n');
  writeFileSync(join(folder, 'a.yml'), 'a: 1\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function appears(name: string): Promise<string> {
  const path = join(folder, name);
  await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8'), { timeout: 20_000 }).toBeTruthy();
  return readFileSync(path, 'utf8').trim();
}

it('a window that is closed while its secret is edited ends the program, and dumps no memory', async () => {
  await tsible(['vault', 'encrypt', 'a.yml', '--vault-password-file', 'pw'], { cwd: folder });
  const before = readFileSync(join(folder, 'a.yml'), 'utf8');
  const words = [...(await program()), 'vault', 'edit', 'a.yml', '--vault-password-file', 'pw'];
  // The shell stays, to see how the program ended, and hands on the signal that only it gets.
  const line = `${words.join(' ')} & trap "kill -HUP $!" HUP; wait $!; wait $!; echo $? > status`;
  const EDITOR = `sh -c 'echo junk > "$1"; dirname "$1" > place; exec sleep 20' x`;
  const window = spawn('script', ['-qec', line, 'typescript'], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, EDITOR, SHELL: '/bin/sh' },
  });
  const place = await appears('place');
  window.kill('SIGKILL');
  expect(await appears('status')).toBe('129');
  expect(existsSync(place)).toBe(false);
  expect(readFileSync(join(folder, 'a.yml'), 'utf8')).toBe(before);
  expect(readdirSync(folder).sort()).toEqual(['a.yml', 'place', 'pw', 'status', 'typescript']);
});
