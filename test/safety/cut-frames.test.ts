import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { askFrame, helloFrame, type Request, runFrame } from '../../src/connection/frame.ts';

/**
 * A connection can be lost, or tsible be killed, when only the beginning of what it sent has arrived. The shell
 * then reads end of file, and a shell takes that for the end of a here-document: what is cut must not be run.
 */
const shells = ['sh', 'bash', 'busybox'].filter(
  shell => spawnSync(shell, shell === 'busybox' ? ['true'] : ['-c', ':']).status === 0,
);
const folder = mkdtempSync(join(tmpdir(), 'tsible-cut-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const marker = 'a1b2c3d4'.repeat(4);
const TEXT = 'first line\nsecond line\nthird line\n';
const BINARY = Buffer.concat([Buffer.from([0, 255]), Buffer.from('tsible '.repeat(40))]);

function feed(shell: string, text: string): void {
  spawnSync(shell, shell === 'busybox' ? ['sh'] : [], { input: helloFrame(marker) + text, cwd: folder });
}

/** What a shell has left in `file` when it was sent only the first `length` characters of a frame. */
function leftBehind(shell: string, frame: string, length: number): string | null {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  feed(shell, frame.slice(0, length));
  if (!readdirSync(folder).includes('file')) return null;
  return readFileSync(join(folder, 'file'), 'latin1');
}

/** Lengths that matter: each of a short frame, and of a long one the ends and some in between. */
function lengths(frame: string): number[] {
  const all = Array.from({ length: frame.length }, (_, length) => length);
  const every = Math.ceil(frame.length / 120);
  return all.filter(length => length % every === 0 || length > frame.length - 100);
}

const write: Request = { script: 'cat >new && mv new file', options: { stdin: TEXT } };
const cases: readonly { title: string; frame: (base64: boolean) => string; whole: string }[] = [
  { title: 'a file of text', frame: base64 => askFrame(marker, write, { base64 }), whole: TEXT },
  {
    title: 'a file of bytes',
    frame: base64 => askFrame(marker, { ...write, options: { stdin: BINARY } }, { base64 }),
    whole: BINARY.toString('latin1'),
  },
  {
    title: "a user's command",
    frame: base64 =>
      runFrame(
        marker,
        { script: "printf 'first\\n'>file\nprintf second>>file", options: {} },
        { base64 },
        'sh',
      ),
    whole: 'first\nsecond',
  },
  {
    title: "a user's command that reads",
    frame: base64 => runFrame(marker, write, { base64 }, 'sh'),
    whole: TEXT,
  },
];

describe.each(shells)('cut anywhere on its way to %s', shell => {
  describe.each(cases)('$title', ({ frame, whole }) => {
    it.each([{ base64: true }, { base64: false }])(
      'is done as a whole or not at all ($base64)',
      ({ base64 }) => {
        const text = frame(base64);
        expect(leftBehind(shell, text, text.length)).toBe(whole);
        for (const length of lengths(text)) {
          expect([null, whole], `cut after ${length} of ${text.length}`).toContain(
            leftBehind(shell, text, length),
          );
        }
      },
      60_000,
    );
  });
});
