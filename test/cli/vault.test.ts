import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newProject } from './project.ts';
import { program, type Ran } from './run.ts';

const PASSWORD = ['--vault-password-file', 'pw'];
const { at, file, read, vault } = newProject({ pw: 'first', pw2: 'second' });
/** Folders of what was opened in an editor, of one run: others may be editing at the same time. */
const privateFolders = ({ pid }: Ran) =>
  readdirSync('/dev/shm').filter(name => name.startsWith(`tsible-${pid}-`));

describe('tsible vault', () => {
  it('encrypts files in place, keeps mode and links, views and decrypts them', async () => {
    file('a.yml', 'a: 1\n', 0o640);
    file('b.yml', 'b: 2\n');
    symlinkSync('a.yml', at('link.yml'));
    expect(await vault(['encrypt', 'link.yml', 'b.yml', ...PASSWORD])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(read('a.yml')).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    expect(statSync(at('a.yml')).mode & 0o777).toBe(0o640);
    expect((await vault(['view', 'a.yml', 'b.yml', ...PASSWORD])).stdout).toBe('a: 1\nb: 2\n');
    expect((await vault(['decrypt', 'link.yml', ...PASSWORD])).status).toBe(0);
    expect(read('a.yml')).toBe('a: 1\n');
    expect(readdirSync(at()).sort()).toEqual(['a.yml', 'b.yml', 'link.yml', 'pw', 'pw2']);
  });

  it('changes no file when one of them is wrong', async () => {
    file('a.yml', 'a: 1\n');
    file('b.yml', '$ANSIBLE_VAULT;1.1;AES256\n00\n');
    const again = await vault(['encrypt', 'a.yml', 'b.yml', ...PASSWORD]);
    expect(again).toMatchObject({ status: 1 });
    expect(again.stderr).toContain('b.yml:1:1: this is already encrypted');
    expect(read('a.yml')).toBe('a: 1\n');
  });

  it.each(['ansible', 'tsible'])('filters from standard input to standard output (%s)', async format => {
    const sealed = await vault(['encrypt', '--format', format, '--vault-id', 'prod@pw'], { stdin: 'x\0y' });
    expect(sealed.stdout).toContain(
      format === 'ansible' ? '$ANSIBLE_VAULT;1.2;AES256;prod\n' : '$TSIBLE_VAULT;1;prod\n',
    );
    expect((await vault(['decrypt', '-', ...PASSWORD], { stdin: sealed.stdout })).stdout).toBe('x\0y');
    expect(
      (await vault(['view', '-', '--vault-password-file', 'pw2'], { stdin: sealed.stdout })).stderr,
    ).toMatch(/<standard input>:1:1: wrong vault password.*tried default \(file pw2\)/);
  });

  it('takes the password from a program that reads standard input', async () => {
    file('a.yml', 'a: 1\n');
    await vault(['encrypt', 'a.yml', ...PASSWORD]);
    const viewed = await vault(['view', 'a.yml', '--vault-password-file', '/bin/cat'], { stdin: 'first\n' });
    expect(viewed).toMatchObject({ status: 0, stdout: 'a: 1\n' });
  });

  it('takes the password from the environment that Ansible uses', async () => {
    file('a.yml', 'a: 1\n');
    const env = { ANSIBLE_VAULT_PASSWORD_FILE: 'pw' };
    expect((await vault(['encrypt', 'a.yml'], { env })).status).toBe(0);
    expect((await vault(['view', 'a.yml'], { env })).stdout).toBe('a: 1\n');
  });

  it('asks at the terminal, showing nothing of what is typed', async () => {
    file('a.yml', 'a: 1\n');
    const sealed = await vault(['encrypt', 'a.yml'], { terminal: true, stdin: 'typed pw\ntyped pw\n' });
    expect(sealed.stdout).toBe(
      'New vault password: \r\nConfirm new vault password: \r\nEncryption successful\r\n',
    );
    const viewed = await vault(['view', 'a.yml', '-J'], { terminal: true, stdin: 'typed pw\n' });
    expect(viewed.stdout).toBe('Vault password: \r\na: 1\r\n');
    const interrupted = await vault(['view', 'a.yml', '-J'], { terminal: true, stdin: '\x03\n' });
    expect(interrupted.status).toBe(130);
  });

  it('reads the password as a line of standard input when there is no terminal, or says that there is none', async () => {
    file('a.yml', 'a: 1\n');
    await vault(['encrypt', 'a.yml', ...PASSWORD]);
    expect((await vault(['view', 'a.yml'], { stdin: 'first\n' })).stdout).toBe('a: 1\n');
    const none = await vault(['view', 'a.yml']);
    expect(none.status).toBe(1);
    expect(none.stderr).toContain('there is no terminal to ask at');
  });

  it('encrypts single values as YAML', async () => {
    const args = ['encrypt_string', 'one', 'two', '-n', 'a', '-n', 'b', '--stdin-name', 'c', ...PASSWORD];
    const { stdout } = await vault(args, { stdin: 'three' });
    const blocks = [...stdout.matchAll(/^(\w): !vault \|\n((?: {10}\S+\n)+)/gm)];
    expect(blocks.map(([, name]) => name)).toEqual(['c', 'a', 'b']);
    const opened = await vault(['decrypt', ...PASSWORD], { stdin: blocks[0]![2]! });
    expect(opened.stdout).toBe('three');
    expect((await vault(['encrypt_string', 'x', '-n', 'a', '-n', 'b', ...PASSWORD])).stderr).toContain(
      'no value for this name',
    );
  });

  it('does not encrypt bytes that are no text as a value', async () => {
    const stdin = Buffer.from([0x61, 0xff, 0x62]);
    for (const args of [
      ['encrypt_string'],
      ['encrypt_string', '-p', '--show-input', '-n', 'a'],
      ['set', 'new.yml', 'a'],
    ]) {
      const ran = await vault([...args, ...PASSWORD], { stdin });
      expect(ran).toMatchObject({ status: 1, stdout: '' });
      expect(ran.stderr).toContain('the value on standard input is not UTF-8 text');
    }
  });

  it('takes a password of any bytes, also from standard input', async () => {
    const stdin = Buffer.from([0x70, 0xff, 0xfe, 0x0a]);
    file('bytes', stdin);
    file('a.yml', 'a: 1\n');
    expect((await vault(['encrypt', 'a.yml', '--vault-password-file', 'bytes'])).status).toBe(0);
    expect((await vault(['view', 'a.yml'], { stdin })).stdout).toBe('a: 1\n');
  });

  it('changes the password of all files or none', async () => {
    for (const [name, format] of [
      ['a', 'ansible'],
      ['b', 'tsible'],
    ] as const) {
      file(name, `${name}\n`);
      await vault(['encrypt', name, '--format', format, ...PASSWORD]);
    }
    file('c', 'not encrypted');
    const before = read('a');
    expect((await vault(['rekey', 'a', 'c', ...PASSWORD, '--new-vault-id', 'new@pw2'])).status).toBe(1);
    expect(read('a')).toBe(before);
    expect((await vault(['rekey', 'a', 'b', ...PASSWORD, '--new-vault-id', 'new@pw2'])).status).toBe(0);
    expect([read('a').split('\n')[0], read('b').split('\n')[0]]).toEqual([
      '$ANSIBLE_VAULT;1.2;AES256;new',
      '$TSIBLE_VAULT;1;new',
    ]);
    expect((await vault(['view', 'a', 'b', '--vault-password-file', 'pw2'])).stdout).toBe('a\nb\n');
  });

  it('edits in a private file that is gone afterwards, and leaves an unchanged file as it is', async () => {
    file('a.yml', 'a: 1\n', 0o640);
    await vault(['encrypt', 'a.yml', '--vault-id', 'prod@pw']);
    const before = read('a.yml');
    file(
      'look.sh',
      '#!/bin/sh\nstat -c "%a %n" "$(dirname "$1")" "$1" > seen\ntouch "$(dirname "$1")/.a.yml.swp"',
      0o755,
    );
    const looked = await vault(['edit', 'a.yml', ...PASSWORD], { env: { EDITOR: './look.sh' } });
    expect(looked.status).toBe(0);
    expect(read('seen')).toMatch(/^700 \S+\n600 \S+\/a\.yml\n$/);
    expect(read('a.yml')).toBe(before);
    expect(privateFolders(looked)).toEqual([]);
    const changed = await vault(['edit', 'a.yml', ...PASSWORD], { env: { EDITOR: 'sed -i s/1/2/' } });
    expect(changed).toMatchObject({ status: 0, stderr: '' });
    expect(read('a.yml')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    expect((await vault(['view', 'a.yml', ...PASSWORD])).stdout).toBe('a: 2\n');
    expect(statSync(at('a.yml')).mode & 0o777).toBe(0o640);
  });

  it.each([
    ['fails', 'sh -c "echo junk > $1; exit 3" x', 'ended with status 3'],
    ['is not there', '/does/not/exist', 'ended with status 127'],
    ['removes the file', 'rm', 'the editor has taken its file away; nothing was changed'],
    ['meets another one', 'sh -c "echo junk > $1; echo other > a.yml" x', 'changed by someone else'],
  ])('saves nothing when the editor %s', async (_title, EDITOR, message) => {
    file('a.yml', 'a: 1\n');
    await vault(['encrypt', 'a.yml', ...PASSWORD]);
    const ran = await vault(['edit', 'a.yml', ...PASSWORD], { env: { EDITOR } });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain(message);
    expect(read('a.yml')).not.toContain('junk');
    expect(privateFolders(ran)).toEqual([]);
  });

  it.each(['TERM', 'HUP', 'QUIT'])('removes the private file on SIG%s', async signal => {
    file('a.yml', 'a: 1\n');
    await vault(['encrypt', 'a.yml', ...PASSWORD]);
    // The editor's parent is the program: it is ended while the editor is open.
    const EDITOR = `sh -c 'kill -${signal} $PPID; exec sleep 5' x`;
    const start = Date.now();
    const ran = await vault(['edit', 'a.yml', ...PASSWORD], { env: { EDITOR } });
    expect(ran.status).toBeGreaterThan(128);
    expect(Date.now() - start).toBeLessThan(5000);
    expect(privateFolders(ran)).toEqual([]);
  });

  it('removes the private file on Ctrl-C, which ends the editor', async () => {
    file('a.yml', 'a: 1\n');
    await vault(['encrypt', 'a.yml', ...PASSWORD]);
    const before = read('a.yml');
    // As the terminal does it: the signal goes to everybody.
    const EDITOR = `sh -c 'echo b >> "$1"; kill -INT $PPID; kill -INT $$; sleep 5' x`;
    const ran = await vault(['edit', 'a.yml', ...PASSWORD], { env: { EDITOR } });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('was ended by SIGINT; nothing was changed');
    expect(read('a.yml')).toBe(before);
    expect(privateFolders(ran)).toEqual([]);
  });

  it('removes what a run that was killed has left, with the next one', async () => {
    file('a.yml', 'a: 1\n');
    await vault(['encrypt', 'a.yml', ...PASSWORD]);
    const killed = await vault(['edit', 'a.yml', ...PASSWORD], {
      env: { EDITOR: `sh -c 'kill -KILL $PPID' x` },
    });
    expect(killed.signal ?? killed.status).not.toBe(0);
    expect(privateFolders(killed)).toHaveLength(1);
    await vault(['edit', 'a.yml', ...PASSWORD], { env: { EDITOR: 'true' } });
    expect(privateFolders(killed)).toEqual([]);
  });

  it('puts the private file where nothing of it reaches a disk, and nobody else gets at it', async () => {
    file('a.yml', 'a: 1\n');
    await vault(['encrypt', 'a.yml', ...PASSWORD]);
    const EDITOR = `sh -c 'stat -c "%a %n" "$(dirname "$1")" "$1" > seen; echo b >> "$1"' x`;
    await vault(['edit', 'a.yml', ...PASSWORD], { env: { EDITOR, XDG_RUNTIME_DIR: at() } });
    expect(read('seen')).toMatch(/^700 \/dev\/shm\/\S+\n600 /);
  });

  it('creates a file, and none over an existing one', async () => {
    const env = { EDITOR: 'sh -c "echo new: 1 > $1" x' };
    expect((await vault(['create', 'n.yml', ...PASSWORD], { env })).stderr).toContain('there is no terminal');
    expect((await vault(['create', 'n.yml', '--skip-tty-check', ...PASSWORD], { env })).status).toBe(0);
    expect((await vault(['view', 'n.yml', ...PASSWORD])).stdout).toBe('new: 1\n');
    expect(statSync(at('n.yml')).mode & 0o777).toBe(0o600);
    expect((await vault(['create', 'n.yml', '--skip-tty-check', ...PASSWORD], { env })).stderr).toContain(
      'n.yml exists',
    );
  });

  it('says what is wrong with a file, and where', async () => {
    file('tagged.yml', 'a: !vault |\n  x\n');
    const tagged = await vault(['view', 'tagged.yml', ...PASSWORD]);
    expect(tagged.stderr).toContain('tagged.yml:1:4: this value has the tag !vault and is not encrypted');
    expect(tagged.stderr).toContain('hint: to encrypt it: tsible vault encrypt --key a');
    file('plain.yml', 'a: hunter2\n');
    const plain = await vault(['view', 'plain.yml', ...PASSWORD]);
    expect(plain.stderr).toContain('plain.yml:1:1: this file is not encrypted');
    expect(plain.stderr).not.toContain('hunter2');
    expect((await vault(['view', 'nothing.yml', ...PASSWORD])).stderr).toContain(
      'cannot read nothing.yml: there is no such file',
    );
    expect(existsSync(at('nothing.yml'))).toBe(false);
  });

  it('ends quietly when nobody reads its output', async () => {
    file('big', 'x'.repeat(1 << 22));
    await vault(['encrypt', 'big', ...PASSWORD]);
    const line = `${(await program()).join(' ')} vault view big --vault-password-file pw | head -c 10`;
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: at(), encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['xxxxxxxxxx', '']);
  });
});
