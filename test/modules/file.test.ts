import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Memory } from '../../src/modules/host/memory.ts';
import { LocalHost } from './local-host.ts';

const host = new LocalHost();
const at = (name: string) => `${host.folder}/${name}`;
afterAll(() => host.close());

describe('copy', () => {
  it('writes a new file and then leaves it alone, in one round trip of two processes', async () => {
    const args = { dest: at('new'), content: 'hello\n', mode: '0640' };
    const first = await host.run('copy', args);
    expect(first.status).toBe('changed');
    expect(first.differences).toEqual([{ type: 'text', header: at('new'), before: null, after: 'hello\n' }]);
    expect(readFileSync(at('new'), 'utf8')).toBe('hello\n');
    expect(statSync(at('new')).mode & 0o7777).toBe(0o640);
    host.asked.length = 0;
    expect((await host.run('copy', args)).status).toBe('ok');
    expect(host.asked).toHaveLength(2);
  });

  it('refuses a missing folder, and sees one that was foreseen', async () => {
    const args = { dest: at('deep/er/file'), content: 'x' };
    expect((await host.run('copy', args)).message).toContain('does not exist');
    const memory = new Memory();
    const check = { check: true, memory };
    expect((await host.run('file', { path: at('deep/er'), state: 'directory' }, check)).status).toBe(
      'changed',
    );
    expect((await host.run('copy', args, check)).status).toBe('changed');
    expect((await host.run('copy', args, check)).status).toBe('ok');
    const seen = await host.run('stat', { path: at('deep/er/file') }, check);
    expect(seen.result).toMatchObject({
      stat: { exists: true, size: 1, checksum: expect.stringMatching(/^11f6ad/) },
    });
    expect((await host.run('file', { path: at('deep'), state: 'absent' }, check)).status).toBe('changed');
    expect((await host.run('stat', { path: at('deep/er/file') }, check)).result).toEqual({
      stat: { exists: false },
    });
    expect(existsSync(at('deep'))).toBe(false);
  });

  it('keeps contents that are binary, large, or end without a newline', async () => {
    const bytes = Buffer.alloc(700_000, Buffer.from([0, 255, 10, 39, 92]));
    writeFileSync(at('large-source'), bytes);
    const args = { src: at('large-source'), dest: at('large') };
    expect((await host.run('copy', args)).differences).toMatchObject([
      { omitted: expect.stringContaining('binary') },
    ]);
    expect(readFileSync(at('large')).equals(bytes)).toBe(true);
    expect((await host.run('copy', args)).status).toBe('ok');
  });

  it('does not write what validate refuses, also in a check run', async () => {
    writeFileSync(at('valid'), 'old');
    const args = { dest: at('valid'), content: 'new', validate: 'grep -q good %s' };
    for (const check of [true, false]) {
      const outcome = await host.run('copy', args, { check });
      expect(outcome.status).toBe('failed');
      expect(outcome.message).toContain('failed to validate');
    }
    expect(readFileSync(at('valid'), 'utf8')).toBe('old');
    expect((await host.run('copy', { ...args, content: 'good', backup: true })).result.backup_file).toMatch(
      /valid\.\d+\./,
    );
  });

  it('copies a directory, with and without its own name', async () => {
    const files = { 'files/tree/a': '1', 'files/tree/sub/b': '2' };
    expect((await host.run('copy', { src: 'tree', dest: at('t1') }, { files })).status).toBe('changed');
    expect(readFileSync(at('t1/tree/sub/b'), 'utf8')).toBe('2');
    expect((await host.run('copy', { src: 'tree/', dest: at('t2') }, { files })).status).toBe('changed');
    expect(readFileSync(at('t2/sub/b'), 'utf8')).toBe('2');
    host.asked.length = 0;
    expect((await host.run('copy', { src: 'tree/', dest: at('t2') }, { files })).status).toBe('ok');
    expect(host.asked).toHaveLength(2);
  });

  it('replaces a link, or writes through it', async () => {
    writeFileSync(at('real'), 'r');
    symlinkSync('real', at('through'));
    expect((await host.run('copy', { dest: at('through'), content: 'n', follow: true })).status).toBe(
      'changed',
    );
    expect(readFileSync(at('real'), 'utf8')).toBe('n');
    expect(readlinkSync(at('through'))).toBe('real');
    expect((await host.run('copy', { dest: at('through'), content: 'n' })).status).toBe('changed');
    expect(lstatSync(at('through')).isFile()).toBe(true);
  });

  it('copies on the host', async () => {
    writeFileSync(at('original'), 'o', { mode: 0o755 });
    const args = { src: at('original'), dest: at('second'), remote_src: true, mode: 'preserve' };
    expect((await host.run('copy', args)).status).toBe('changed');
    expect((await host.run('copy', args)).status).toBe('ok');
    expect(statSync(at('second')).mode & 0o777).toBe(0o755);
  });
});

describe('names that try to be something else', () => {
  const names = [
    "a'b",
    'line\nbreak',
    '-rf',
    ' x ',
    '$HOM',
    '"q"',
    '`id`',
    'back\\slash',
    'ünï',
    '==> a <==',
  ];
  it.each(names)('%j', async name => {
    mkdirSync(at('odd'), { recursive: true });
    const args = { dest: at(`odd/${name}`), content: `in ${name}` };
    expect((await host.run('copy', args)).status).toBe('changed');
    expect(readFileSync(at(`odd/${name}`), 'utf8')).toBe(`in ${name}`);
    expect((await host.run('copy', args)).status).toBe('ok');
    expect((await host.run('stat', { path: at(`odd/${name}`) })).result).toMatchObject({
      stat: { exists: true },
    });
  });

  it('all at once', async () => {
    const outcome = await host.run('file', {
      path: at('odd'),
      recurse: true,
      mode: 'u=rwX,g=rX,o=',
      state: 'directory',
    });
    expect(outcome.status).toBe('changed');
    for (const name of names) expect(statSync(at(`odd/${name}`)).mode & 0o777).toBe(0o640);
    const again = await host.run('file', {
      path: at('odd'),
      recurse: true,
      mode: 'u=rwX,g=rX,o=',
      state: 'directory',
    });
    expect(again.status).toBe('ok');
  });
});

describe('file', () => {
  it('makes folders, links and hard links once', async () => {
    for (const args of [
      { path: at('d/e/f'), state: 'directory', mode: '2750' },
      { path: at('l'), src: 'd/e', state: 'link' },
      { path: at('l'), src: 'd', state: 'link' },
      { path: at('dangling'), src: 'nowhere', state: 'link', force: true, follow: false },
      {
        path: at('touched'),
        state: 'touch',
        mode: '0600',
        modification_time: 'preserve',
        access_time: 'preserve',
      },
      { path: at('hard'), src: at('touched'), state: 'hard' },
      { path: at('touched'), state: 'file', modification_time: '202001020304.05' },
      { path: at('d'), state: 'absent' },
    ]) {
      expect([args, (await host.run('file', args, { check: true })).status]).toEqual([args, 'changed']);
      const first = await host.run('file', args);
      expect([args, first.status, first.message]).toEqual([args, 'changed', undefined]);
      const again = await host.run('file', args);
      expect([args, again.status, again.differences]).toEqual([args, 'ok', []]);
    }
    expect(statSync(at('hard')).ino).toBe(statSync(at('touched')).ino);
  });

  it('says what stands in the way', async () => {
    writeFileSync(at('plain'), '');
    const cases: [Record<string, unknown>, string][] = [
      [{ path: at('missing'), state: 'file' }, 'there is no file'],
      [{ path: at('plain'), state: 'directory' }, 'is a regular file'],
      [{ path: at('plain'), state: 'link', src: '/etc' }, 'force: true replaces it'],
      [{ path: at('plain'), owner: 'nobody-knows' }, 'there is no user "nobody-knows"'],
      [{ path: at('plain/x'), state: 'directory' }, 'is a regular file'],
      [{ path: at('lost'), state: 'link', src: 'nowhere' }, 'would lead nowhere'],
    ];
    for (const [args, message] of cases) {
      const outcome = await host.run('file', args);
      expect(`${outcome.message} ${outcome.hint}`).toContain(message);
    }
  });
});
