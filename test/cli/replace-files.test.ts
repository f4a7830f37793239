import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile, replaceFiles } from '../../src/cli/replace-files.ts';

const root = mkdtempSync(join(tmpdir(), 'tsible-test-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const everything = () => readdirSync(folder, { recursive: true }).map(String).sort();

describe('what is written over', () => {
  it('is not what somebody else has changed meanwhile', () => {
    writeFileSync(at('a'), 'old');
    writeFileSync(at('b'), 'theirs');
    const changes = [
      { path: at('a'), content: 'new', was: Buffer.from('old') },
      { path: at('b'), content: 'new', was: Buffer.from('old') },
    ];
    expect(() => replaceFiles(changes)).toThrow(`${at('b')} was changed by someone else`);
    expect([read('a'), read('b')]).toEqual(['old', 'theirs']);
    expect(everything()).toEqual(['a', 'b']);
    expect(() => replaceFile(at('gone'), 'new', Buffer.from('old'))).toThrow('was changed');
  });

  it('gets its content back when another cannot be changed', () => {
    writeFileSync(at('a'), 'old');
    mkdirSync(at('folder'));
    // A folder cannot give way to a file: the second rename fails.
    const second = { path: `${at('folder')}/.`, content: 'x' };
    expect(() => replaceFiles([{ path: at('a'), content: 'new' }, second])).toThrow();
    expect(read('a')).toBe('old');
    expect(everything()).toEqual(['a', 'folder']);
  });
});

/** A program that changes three files in two folders, and kills itself when it comes to the given step. */
const killed = join(root, 'killed.mjs');
beforeAll(async () => {
  const source = resolve(import.meta.dirname, '../../src/cli/replace-files.ts');
  await build({
    stdin: {
      contents: `
        import fs from 'node:fs';
        import { syncBuiltinESMExports } from 'node:module';
        let step = 0;
        for (const name of ['openSync', 'writeSync', 'fsyncSync', 'closeSync', 'renameSync', 'rmSync', 'writeFileSync', 'fchmodSync']) {
          const real = fs[name];
          fs[name] = (...args) => {
            if (step++ === Number(process.argv[2])) process.kill(process.pid, 'SIGKILL');
            return real(...args);
          };
        }
        syncBuiltinESMExports();
        const { replaceFiles } = await import(${JSON.stringify(source)});
        replaceFiles(process.argv.slice(3).map(path => ({ path, content: 'new' })));
        process.stdout.write(String(step));
      `,
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: killed,
    external: ['node:*'],
  });
});

describe('killed at any step', () => {
  it('leaves every file old or new, and the next change finishes the work and leaves nothing behind', () => {
    const set = () => {
      rmSync(folder, { recursive: true });
      mkdirSync(at('sub'), { recursive: true });
      writeFileSync(at('real'), 'old', { mode: 0o640 });
      symlinkSync('real', at('link'));
      writeFileSync(at('sub/b'), 'old');
      writeFileSync(at('c'), 'old');
    };
    const paths = ['link', 'sub/b', 'c'].map(at);
    const run = (step: number) =>
      spawnSync(process.execPath, [killed, String(step), ...paths], { encoding: 'utf8' });
    const contents = () => [read('real'), read('sub/b'), read('c')];
    set();
    const steps = Number(run(-1).stdout);
    expect(steps).toBeGreaterThan(20);
    const seen = new Set<string>();
    for (let step = 0; step < steps; step++) {
      set();
      expect(run(step).signal).toBe('SIGKILL');
      const after = contents();
      seen.add(after.join());
      for (const content of after) expect(['old', 'new'], `step ${step}`).toContain(content);
      const again = run(-1);
      expect([step, again.status, again.stderr.replace(/^warning: .*\n/gm, '')]).toEqual([step, 0, '']);
      expect(contents(), `step ${step}`).toEqual(['new', 'new', 'new']);
      expect(everything(), `step ${step}`).toEqual(['c', 'link', 'real', 'sub', 'sub/b']);
    }
    expect([...seen]).toEqual(['old,old,old', 'new,old,old', 'new,new,old', 'new,new,new']);
  }, 60_000);
});

describe('a journal', () => {
  const journal = (content: object) =>
    writeFileSync(at('.tsible-unfinished-1.json'), JSON.stringify(content));
  const staged = '.a.tsible-999999999-0123abcd';
  const gone = { pid: 999_999_999, host: hostname() };

  it('leaves alone what was changed since', () => {
    writeFileSync(at('a'), 'newer');
    writeFileSync(at(staged), 'new');
    journal({ ...gone, files: [{ from: staged, to: 'a', was: 'another hash' }] });
    replaceFile(at('b'), 'x');
    expect(read('a')).toBe('newer');
    expect(everything()).toEqual(['a', 'b']);
  });

  it('of a process that is at work is respected', () => {
    for (const [pid, host] of [
      [1, hostname()],
      [999_999_999, 'another machine'],
    ]) {
      journal({ pid, host, files: [] });
      expect(() => replaceFile(at('a'), 'x')).toThrow('is changing files here');
      expect(everything()).toEqual(['.tsible-unfinished-1.json']);
    }
  });

  it.each([
    ['another folder', 'sub/.a.tsible-999999999-0123abcd', 'a'],
    ['a file of another name', 'other', 'a'],
    ['a folder above', staged, '../a'],
  ])('that would move content from or to %s is refused', (_title, from, to) => {
    journal({ ...gone, files: [{ from, to, was: null }] });
    expect(() => replaceFile(at('b'), 'x')).toThrow('cannot be read as the journal');
  });
});
