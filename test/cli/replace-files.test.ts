import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { replaceFile, replaceFiles, writeOutput } from '../../src/cli/replace-files.ts';

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

  it('is not what another tsible is about to change', () => {
    writeFileSync(at('a'), 'old');
    writeFileSync(at('b'), 'old');
    // Process 1 is always there.
    writeFileSync(at('.b.tsible-1-0123abcd'), 'theirs');
    const both = ['a', 'b'].map(name => ({ path: at(name), content: 'new' }));
    expect(() => replaceFiles(both)).toThrow(`another tsible (process 1) is changing ${at('b')}`);
    expect([read('a'), read('b')]).toEqual(['old', 'old']);
    expect(everything()).toEqual(['.b.tsible-1-0123abcd', 'a', 'b']);
  });

  it.each([
    ['a pipe', () => expect(spawnSync('mkfifo', [at('special')]).status).toBe(0)],
    ['a folder', () => mkdirSync(at('special'))],
  ])('is never %s', (kind, make) => {
    make();
    writeFileSync(at('a'), 'old');
    const both = ['a', 'special'].map(name => ({ path: at(name), content: 'new' }));
    expect(() => replaceFiles(both)).toThrow(`${at('special')} is ${kind}`);
    expect(read('a')).toBe('old');
    expect(everything()).toEqual(['a', 'special']);
  });

  it('says which file could not be written and why', () => {
    writeFileSync(at('a'), 'old');
    expect(() => replaceFile(at('none/b'), 'x')).toThrow(
      `cannot write ${at('none/b')}: there is no such folder; nothing was changed`,
    );
    expect(() => replaceFile(at('a/b'), 'x')).toThrow('what should be its folder is a file');
    symlinkSync('loop', at('loop'));
    expect(() => replaceFile(at('loop'), 'x')).toThrow('it is a link that leads to itself');
  });
});

describe('a result that is written somewhere', () => {
  it('goes into a pipe, and into a file', () => {
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
    // Open both ways, because each end would wait for the other.
    const reader = openSync(at('pipe'), constants.O_RDWR);
    writeOutput(at('pipe'), 'result');
    const read = Buffer.alloc(6);
    readSync(reader, read);
    closeSync(reader);
    expect(read.toString()).toBe('result');
    expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
    writeOutput(at('a'), 'result');
    expect(statSync(at('a')).mode & 0o777).toBe(0o600);
    expect(() => writeOutput(folder, 'result')).toThrow('is a folder');
  });
});

describe('what a file keeps', () => {
  it('is its place behind links, also when nothing was there yet', () => {
    mkdirSync(at('sub'));
    symlinkSync('sub/first', at('link'));
    symlinkSync('second', at('sub/first'));
    for (const content of ['one', 'two']) {
      replaceFile(at('link'), content);
      expect(read('sub/second')).toBe(content);
    }
    expect(everything()).toEqual(['link', 'sub', 'sub/first', 'sub/second']);
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
  });

  it('is its permissions', () => {
    for (const mode of [0o600, 0o640, 0o444, 0o2755]) {
      writeFileSync(at('a'), 'old');
      chmodSync(at('a'), mode);
      replaceFile(at('a'), 'new');
      expect((statSync(at('a')).mode & 0o7777).toString(8)).toBe(mode.toString(8));
      rmSync(at('a'));
    }
  });

  it('is its access control list', () => {
    const list = ['user::rw-', 'user:54321:rw-', 'group::r--', 'mask::rw-', 'other::---'].join('\n');
    writeFileSync(at('a'), 'old');
    // tar knows these lists, and is everywhere.
    const tar = (...words: string[]) =>
      spawnSync('tar', ['-C', folder, '--format=pax', '--acls', '--numeric-owner', ...words], {
        encoding: 'latin1',
      });
    expect(tar('-cf', at('t'), `--pax-option=SCHILY.acl.access:=${list}`, 'a').status).toBe(0);
    expect(tar('-xf', at('t')).status).toBe(0);
    replaceFile(at('a'), 'new');
    expect(read('a')).toBe('new');
    expect(tar('-cf', '-', 'a').stdout).toContain(list);
  });

  it('is not its hard links, which is said', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    writeFileSync(at('a'), 'old');
    linkSync(at('a'), at('other'));
    replaceFile(at('a'), 'new');
    const words = said.mock.calls.join('');
    said.mockRestore();
    expect(words).toBe(
      `warning: the old content of ${at('a')} is still there under another name (a hard link)\n`,
    );
    expect([read('a'), read('other')]).toEqual(['new', 'old']);
  });
});

/**
 * A program that changes files, and kills itself when it comes to the given step, or cannot do the given rename
 * (`rename 2`).
 */
const killed = join(root, 'killed.mjs');
beforeAll(async () => {
  const source = resolve(import.meta.dirname, '../../src/cli/replace-files.ts');
  await build({
    stdin: {
      contents: `
        import fs from 'node:fs';
        import { syncBuiltinESMExports } from 'node:module';
        let [step, renames] = [0, 0];
        for (const name of ['openSync', 'writeSync', 'renameSync', 'rmSync', 'writeFileSync', 'fchmodSync']) {
          const real = fs[name];
          fs[name] = (...args) => {
            if (step++ === Number(process.argv[2])) process.kill(process.pid, 'SIGKILL');
            if (name === 'renameSync' && process.argv[2] === 'rename ' + ++renames) {
              throw Object.assign(new Error(), { code: 'EBUSY' });
            }
            return real(...args);
          };
        }
        syncBuiltinESMExports();
        const { replaceFiles } = await import(${JSON.stringify(source)});
        try {
          replaceFiles(process.argv.slice(3).map(path => ({ path, content: 'new' })));
        } catch (error) {
          console.error(error.message);
        }
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

describe('three files in two folders', () => {
  const set = () => {
    rmSync(folder, { recursive: true });
    mkdirSync(at('sub'), { recursive: true });
    writeFileSync(at('real'), 'old', { mode: 0o640 });
    symlinkSync('real', at('link'));
    writeFileSync(at('sub/b'), 'old');
    writeFileSync(at('c'), 'old');
  };
  const paths = () => ['link', 'sub/b', 'c'].map(at);
  const run = (how: string | number) =>
    spawnSync(process.execPath, [killed, String(how), ...paths()], { encoding: 'utf8' });
  const contents = () => [read('real'), read('sub/b'), read('c')].join();

  it('are old or new when it is killed at any step; any change after that finishes the work', () => {
    set();
    const steps = Number(run(-1).stdout);
    expect(steps).toBeGreaterThan(20);
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const seen = new Set<string>();
    for (let step = 0; step < steps; step++) {
      set();
      expect(run(step).signal).toBe('SIGKILL');
      const after = contents();
      seen.add(after);
      // The journal is found from each of the folders.
      const began = readdirSync(folder).some(name => name.endsWith('.json'));
      replaceFile(at('sub/b'), 'new');
      expect(readdirSync(at('sub')), `step ${step}`).toEqual(['b']);
      const all = began || after === 'new,new,new';
      expect([step, contents()]).toEqual([step, all ? 'new,new,new' : 'old,new,old']);
      replaceFiles(paths().map(path => ({ path, content: 'new' })));
      expect([step, contents()]).toEqual([step, 'new,new,new']);
      expect(everything(), `step ${step}`).toEqual(['c', 'link', 'real', 'sub', 'sub/b']);
    }
    said.mockRestore();
    expect([...seen]).toEqual(['old,old,old', 'new,old,old', 'new,new,old', 'new,new,new']);
  }, 60_000);

  it('get their old content back when one of them cannot be changed', () => {
    // Those before are the journals' own.
    for (const [rename, file] of [
      [3, 'link'],
      [4, 'sub/b'],
      [5, 'c'],
    ] as const) {
      set();
      const { stderr } = run(`rename ${rename}`);
      expect(stderr).toBe(`cannot write ${at(file)}: something is mounted there; nothing was changed\n`);
      expect(contents()).toBe('old,old,old');
      expect(everything()).toEqual(['c', 'link', 'real', 'sub', 'sub/b']);
    }
    set();
    run('rename 1');
    expect(contents()).toBe('old,old,old');
    expect(everything()).toEqual(['c', 'link', 'real', 'sub', 'sub/b']);
  });

  it.each(['000', '077', '777'])('are for their owner only when they are new, with the umask %s', umask => {
    mkdirSync(at('sub'));
    const line = `umask ${umask}; exec "$0" "$@"`;
    spawnSync('/bin/sh', ['-c', line, process.execPath, killed, '-1', ...paths()]);
    for (const path of paths()) expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  });
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

  it('that cannot be finished says so, and that is no fault of ours', () => {
    mkdirSync(at('a'));
    writeFileSync(at(staged), 'new');
    journal({ ...gone, files: [{ from: staged, to: 'a', was: 'a hash' }] });
    expect(() => replaceFile(at('b'), 'x')).toThrow(
      'an interrupted change of files here cannot be finished: EISDIR',
    );
    expect(everything()).toEqual([staged, '.tsible-unfinished-1.json', 'a']);
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
