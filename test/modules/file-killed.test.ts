import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askFrame, helloFrame, newMarker } from '../../src/connection/frame.ts';
import type { ShellText } from '../../src/core/shell.ts';
import type { Writer } from '../../src/modules/host/access.ts';
import { applyFile } from '../../src/modules/kinds/file-apply.ts';
import { contentOf, type RegularFile } from '../../src/modules/kinds/file-state.ts';

const shells = ['sh', 'busybox sh'];

/** What goes to the host for one file, as bytes that can be cut off anywhere. */
async function framesFor(path: string, content: Buffer): Promise<Buffer> {
  let frame = '';
  const host = {
    ask: async (script: ShellText, options: { stdin?: Buffer }) => {
      frame = askFrame(newMarker(), { script: script.text, options }, { base64: true });
      return { status: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
    },
  } as unknown as Writer;
  const attributes = { mode: 0o644, uid: process.getuid!(), gid: process.getgid!(), owner: '', group: '' };
  const before: RegularFile = { type: 'file', ...attributes, size: 3 };
  await applyFile(host, path, before, { ...before, size: content.length, content: contentOf(content) }, {});
  return Buffer.from(helloFrame(newMarker()) + frame);
}

describe.each(shells)('a write that is cut off on its way to %s', shell => {
  it.skipIf(spawnSync(shell.split(' ')[0]!, ['-c', 'true']).error).each([
    ['text', Buffer.from('one\ntwo\nthree\n'.repeat(20))],
    ['bytes', Buffer.from('\0\xffno end'.repeat(40), 'latin1')],
  ])(
    'leaves the old file or the new one (%s)',
    async (_name, content) => {
      const folder = mkdtempSync(join(tmpdir(), 'tsible-killed-'));
      const path = join(folder, 'file');
      const all = await framesFor(path, content);
      const cuts = [...Array(40).keys()].map(i => Math.floor(((i + 1) * all.length) / 40));
      for (const cut of [...cuts.filter(each => each < all.length), all.length - 1, all.length]) {
        writeFileSync(path, 'old');
        await new Promise<void>(done => {
          const [program, ...args] = shell.split(' ');
          const child = spawn(program!, args, { stdio: ['pipe', 'ignore', 'ignore'] });
          child.on('close', () => done());
          child.stdin.on('error', () => {});
          child.stdin.end(all.subarray(0, cut));
        });
        const now = readFileSync(path);
        expect([cut, now.equals(content) || now.toString() === 'old']).toEqual([cut, true]);
      }
      expect(readFileSync(path).equals(content)).toBe(true);
      expect(readdirSync(folder)).toEqual(['file']);
      rmSync(folder, { recursive: true });
    },
    30_000,
  );
});
