import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases, run, runCase } from './case.ts';
import { bundle } from './program.ts';

let program: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  program = await bundle();
});
afterAll(() => program.remove());

/**
 * Playbooks with something wrong, and all that tsible says of it (`says.txt`, written anew by `vitest -u`):
 * the place, the fault, what to do, the exit status, and no task of any play where it can be known before.
 */
describe('says what is wrong', { concurrent: true }, () => {
  for (const one of cases('mistakes')) {
    it(one.name, async ({ expect: wanted }) => {
      const { status, stdout, stderr } = await runCase(one, [...program.command, 'play']);
      const said = `${stdout}${stderr}exit ${status}\n`.replaceAll(/\b\d+(\.\d+)? ?(ms|s)\b/g, 'TIME');
      await wanted(said).toMatchFileSnapshot(join(one.folder, 'says.txt'));
    });
  }
});

it.each([
  ['all', 'there is no inventory here'],
  ['[localhost, web]', 'there is no inventory here'],
  ['localhost', undefined],
  ['"{{ target | default(\'localhost\') }}"', undefined],
])('without an inventory, hosts: %s', async (hosts, warning) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsible-play-'));
  writeFileSync(join(folder, 'play.yml'), `- hosts: ${hosts}\n  gather_facts: false\n`);
  const { stderr } = await run([...program.command, 'play', 'play.yml'], folder, { PATH: process.env.PATH! });
  rmSync(folder, { recursive: true });
  if (warning === undefined) expect(stderr).toBe('');
  else expect(stderr).toContain(warning);
});

it('has a message for each', () => {
  expect(cases('mistakes').length).toBeGreaterThan(40);
});
