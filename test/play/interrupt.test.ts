import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './program.ts';

let program: Awaited<ReturnType<typeof bundle>>;
let folder: string;
beforeAll(async () => {
  program = await bundle();
  folder = mkdtempSync(join(tmpdir(), 'tsible-interrupt-'));
});
afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true, force: true });
});

const PLAY = `
- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: begun}
    - block:
        - command: sleep {{ item }}
          loop: [60, 61]
          register: r
          until: r is success
      rescue:
        - debug: {msg: an interruption is no failure}
      always:
        - debug: {msg: nothing more is begun}
`;

/** Interrupts a play in its second task. */
async function interrupted(signal: NodeJS.Signals): Promise<{ status: number | null; output: string }> {
  writeFileSync(join(folder, 'play.yml'), PLAY);
  writeFileSync(join(folder, 'hosts'), 'a ansible_connection=local\nb ansible_connection=local\n');
  const [node, ...words] = [...program.command, 'play', '-i', 'hosts', 'play.yml'];
  const child = spawn(node!, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const take = (text: Buffer) => {
    if (!output.includes('[command]') && `${output}${text}`.includes('[command]'))
      setTimeout(() => child.kill(signal), 300);
    output += text;
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const status = await new Promise<number | null>(resolve => child.on('close', resolve));
  return { status, output };
}

describe('an interrupted run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s: ends at once, with the recap and status 130', async signal => {
    const { status, output } = await interrupted(signal);
    expect(status).toBe(130);
    expect(output).toContain('PLAY RECAP');
    expect(output).toMatch(/^a +: ok=1 /m);
    expect(output).toMatch(/^b +: ok=1 /m);
    expect(output).not.toContain('nothing more is begun');
    expect(output).not.toContain('no failure');
    expect(output).toContain('interrupted while this was running');
    expect(output).not.toContain('item=61');
  });
});
