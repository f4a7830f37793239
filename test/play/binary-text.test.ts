import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from './program.ts';

/** Bytes that are no text go through variables, templates and commands, and arrive as they were. */
const folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
let program: Awaited<ReturnType<typeof bundle>>;

const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
// Bytes that look like the beginning of a character, and like halves of a surrogate pair.
const odd = Buffer.from([0xc3, 0xc3, 0xa9, 0xf0, 0x9f, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0xff, 0x0a]);
const binary = Buffer.concat([every, odd, Buffer.from('text, größe'), every]);

const PLAY = `
- hosts: localhost
  gather_facts: false
  vars: {out: ${folder}}
  tasks:
    - slurp: {src: "{{ out }}/in"}
      register: it
    - set_fact: {text: "{{ it.content | b64decode }}"}
    - copy: {content: "{{ it.content | b64decode }}", dest: "{{ out }}/copied"}
    - template: {src: in.j2, dest: "{{ out }}/rendered"}
    - shell: cat >{{ out }}/piped
      args: {stdin: "{{ text }}", stdin_add_newline: false}
    - command: cp in "{{ 'odd-/w==' | regex_replace('.*-') | b64decode }}"
      args: {chdir: "{{ out }}"}
    - copy: {content: "{{ text }}", dest: "{{ out }}/copied"}
      register: again
      failed_when: again is changed
`;

beforeAll(async () => {
  program = await bundle('tsible-binary');
  writeFileSync(join(folder, 'in'), binary);
  writeFileSync(join(folder, 'in.j2'), 'é{{ text }}');
  writeFileSync(join(folder, 'play.yml'), PLAY);
}, 60_000);
afterAll(() => {
  program?.remove();
  rmSync(folder, { recursive: true, force: true });
});

it('a binary file that was slurped is written as it was', () => {
  const [command, ...words] = [...program.command, 'play', 'play.yml'];
  const { stdout, stderr, status } = spawnSync(command!, words, { cwd: folder, encoding: 'utf8', input: '' });
  expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  const read = (name: string | Buffer) => readFileSync(name).toString('hex');
  expect(read(join(folder, 'copied'))).toBe(binary.toString('hex'));
  expect(read(join(folder, 'rendered'))).toBe(`c3a9${binary.toString('hex')}`);
  expect(read(join(folder, 'piped'))).toBe(binary.toString('hex'));
  expect(read(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]))).toBe(binary.toString('hex'));
});
