import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunSettings, tsible } from './run.ts';

const keys = mkdtempSync(join(tmpdir(), 'tsible-test-keys-'));
const root = mkdtempSync(join(tmpdir(), 'tsible-test-'));
const PASSPHRASES: Record<string, string> = { bob: 'open sesame' };
let folder: string;
let runs = 0;

beforeAll(() => {
  for (const name of ['alice', 'bob', 'carol']) {
    execFileSync('ssh-keygen', [
      ...['-q', '-t', 'ed25519', '-N', PASSPHRASES[name] ?? ''],
      ...['-C', `${name}@example.org`, '-f', join(keys, name)],
    ]);
  }
});

/** A project in which alice works; bob's key has a passphrase. */
beforeEach(() => {
  folder = join(root, String(++runs));
  file('tsible.yml', RULES);
  file('keys/alice.pub', publicKey('alice'));
  file('pw', 'first\n');
});

afterAll(() => {
  rmSync(root, { recursive: true });
  rmSync(keys, { recursive: true });
});

const RULES = `# The project's own settings.
forks: 5

vault:
  keys:
    alice: keys/alice.pub   # on call
    bob: BOB
  groups: {admins: [alice]}
  recipients:
    # What production needs.
    - files: group_vars/prod/
      to: [admins, bob]  # these
    - files:
        - host_vars/*.yml
      to:
        - alice   # me
        - bob
`;

function file(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content.replace('BOB', publicKey('bob').trim()), { mode: 0o640 });
}
const publicKey = (name: string) => readFileSync(join(keys, `${name}.pub`), 'utf8');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

function as(who: string, args: string[], settings: RunSettings = {}) {
  const home = join(root, `home-of-${who}`);
  mkdirSync(join(home, '.ssh'), { recursive: true });
  if (who !== 'nobody') {
    writeFileSync(join(home, '.ssh/id_ed25519'), readFileSync(join(keys, who)), { mode: 0o600 });
  }
  return tsible(['vault', ...args], { cwd: folder, ...settings, env: { HOME: home, ...settings.env } });
}

const PASSWORD = ['--vault-password-file', 'pw'];
const DB = 'group_vars/prod/db.yml';
const WEB = 'host_vars/web1.yml';

async function sealed(): Promise<void> {
  file(DB, 'db: secret one\n');
  expect(await as('alice', ['encrypt', DB])).toMatchObject({ status: 0, stderr: '' });
  const { stdout } = await as('alice', ['encrypt_string', '--as-in', WEB, '-n', 'token', 'secret two']);
  file(WEB, `a: 1 # one\n${stdout}z: 2\n`);
}

describe('secrets for recipients', () => {
  it('follow the rules, and open with a key that nobody names', async () => {
    await sealed();
    expect(read(DB)).toMatch(/^\$TSIBLE_VAULT;1;default\n-> ssh-ed25519 AAAA/);
    expect(statSync(join(folder, DB)).mode & 0o777).toBe(0o640);
    expect(read(WEB)).toContain(`          -> ${publicKey('alice').split(' ').slice(0, 2).join(' ')}\n`);
    expect((await as('alice', ['view', DB])).stdout).toBe('db: secret one\n');
    expect((await as('alice', ['get', WEB, 'token'])).stdout.trim()).toBe('secret two');
    const carol = await as('carol', ['view', DB]);
    expect(carol.status).toBe(1);
    expect(carol.stderr).toMatch(
      /group_vars\/prod\/db\.yml:1:1: this is encrypted for alice, bob: tried ~\/\.ssh\/id_ed25519 \(SHA256:/,
    );
    expect(carol.stderr).toContain('hint: name your private key with --vault-key-file');
    expect((await as('nobody', ['view', DB])).stderr).toContain(
      'there is no private key in ~/.ssh/id_ed25519',
    );
  });

  it('ask for the passphrase of the key at the terminal, once, and again when it was wrong', async () => {
    await sealed();
    file('group_vars/prod/x.yml', 'x: 1\n');
    await as('alice', ['encrypt', 'group_vars/prod/x.yml']);
    const shown = await as('bob', ['view', DB, 'group_vars/prod/x.yml'], {
      terminal: true,
      stdin: 'no\nopen sesame\n',
    });
    expect(shown.stdout.replaceAll('\r\x1b[K', '')).toBe(
      'Passphrase for the key ~/.ssh/id_ed25519: \r\n' +
        'Wrong passphrase. Passphrase for the key ~/.ssh/id_ed25519: \r\ndb: secret one\r\nx: 1\r\n',
    );
    const interrupted = await as('bob', ['view', DB], { terminal: true, stdin: '\x03\n' });
    expect(interrupted.status).toBe(130);
    const program = { SSH_ASKPASS: '/none', SSH_ASKPASS_REQUIRE: 'force' };
    expect((await as('bob', ['view', DB], { env: program })).stderr).toContain(
      'SSH_ASKPASS (/none) cannot be run',
    );
    const alone = await as('bob', ['view', DB]);
    expect(alone.stderr).toContain('there is neither a terminal nor SSH_ASKPASS to ask for it');
  });

  it('take the passphrase from SSH_ASKPASS as ssh does', async () => {
    await sealed();
    file('ask.sh', '#!/bin/sh\necho "$1" >> asked\necho open sesame\n');
    execFileSync('chmod', ['755', join(folder, 'ask.sh')]);
    const env = { SSH_ASKPASS: join(folder, 'ask.sh'), SSH_ASKPASS_REQUIRE: 'force' };
    expect((await as('bob', ['view', DB], { env })).stdout).toBe('db: secret one\n');
    expect(read('asked')).toBe('Passphrase for the key ~/.ssh/id_ed25519: \n');
  });

  it('open with a key that is named: by option, environment or tsible.yml', async () => {
    await sealed();
    const key = join(keys, 'alice');
    expect((await as('carol', ['view', DB, '--vault-key-file', key])).status).toBe(0);
    expect((await as('carol', ['view', DB], { env: { TSIBLE_VAULT_KEY_FILE: `/none:${key}` } })).status).toBe(
      0,
    );
    file('tsible.yml', `vault_key_file: [${key}]\n${RULES}`);
    expect((await as('carol', ['view', DB])).status).toBe(0);
    expect((await as('alice', ['view', DB, '--vault-key-file', '/none'])).stderr).toContain(
      'tried /none (there is no such file)',
    );
  });

  it('follow the rule for where a file stands, whichever link it is named by', async () => {
    file('group_vars/prod/a.yml', 'a: 1\n');
    symlinkSync('group_vars/prod', join(folder, 'prod'));
    expect(await as('alice', ['encrypt', 'prod/a.yml'])).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = await as('alice', ['encrypt', '--as-in', 'prod/new/b.yml', '-'], { stdin: 'x' });
    for (const text of [read('group_vars/prod/a.yml'), stdout]) expect(text.match(/^-> /gm)).toHaveLength(2);
  });

  it('are changed by whoever can open them, for the same people', async () => {
    await sealed();
    const who = (text: string) => text.match(/-> .*/g);
    const before = read(WEB);
    expect((await as('alice', ['set', WEB, 'token'], { stdin: 'third' })).status).toBe(0);
    expect(who(read(WEB))).toEqual(who(before));
    expect(read(WEB)).toMatch(/^a: 1 # one\n[\s\S]*\nz: 2\n$/);
    expect((await as('alice', ['edit', DB], { env: { EDITOR: 'sed -i s/one/two/' } })).status).toBe(0);
    expect((await as('alice', ['view', DB])).stdout).toBe('db: secret two\n');
  });

  it('also without a rule, for keys on the command line, and with a password besides', async () => {
    file('x.yml', 'x: 1\n');
    const to = ['--to', 'bob', '--to', publicKey('carol').trim(), '--to', 'bob'];
    const done = await as('alice', [
      'encrypt',
      'x.yml',
      ...to,
      '--vault-id',
      'safe@pw',
      '--encrypt-vault-id',
      'safe',
    ]);
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(read('x.yml')).toMatch(/^\$TSIBLE_VAULT;1;safe\n-> argon2id/);
    expect(read('x.yml').match(/^-> ssh-ed25519 /gm)).toHaveLength(2);
    expect((await as('carol', ['view', 'x.yml'])).stdout).toBe('x: 1\n');
    expect((await as('nobody', ['view', 'x.yml', ...PASSWORD])).stdout).toBe('x: 1\n');
    file('y.yml', 'y: 1\n');
    expect((await as('alice', ['encrypt', 'y.yml', '--to', 'bbo'])).stderr).toContain('did you mean "bob"?');
    file(DB, 'a: 1\n');
    expect((await as('alice', ['encrypt', DB, '--format', 'ansible', ...PASSWORD])).stderr).toContain(
      "tsible.yml:11 wants it encrypted for recipients, and Ansible's format knows none",
    );
  });
});

describe('tsible vault recipients', () => {
  it('list says who can open what, and what the rules want otherwise', async () => {
    await sealed();
    file('group_vars/prod/old.yml', 'a: 1\n');
    await as('alice', [
      'encrypt',
      'group_vars/prod/old.yml',
      '--to',
      'alice',
      '--to',
      publicKey('carol').trim(),
    ]);
    const { stdout } = await as('nobody', [
      'encrypt_string',
      '--format',
      'ansible',
      '-n',
      'p',
      'x',
      ...PASSWORD,
    ]);
    file('group_vars/prod/mixed.yml', stdout);
    file('other.yml', stdout);
    const listed = await as('nobody', ['recipients', 'list']);
    const carol = execFileSync('ssh-keygen', ['-lf', join(keys, 'carol.pub')], { encoding: 'utf8' }).split(
      ' ',
    )[1];
    expect(listed.stdout).toBe(
      `group_vars/prod/: alice, bob (tsible.yml:11)
  group_vars/prod/db.yml               alice, bob
  group_vars/prod/mixed.yml (1 value)  the password of the vault id "default"  differs: not encrypted for recipients yet
  group_vars/prod/old.yml              alice, ssh-ed25519 ${carol}  differs: not for bob, but still for ssh-ed25519 ${carol}

host_vars/*.yml: alice, bob (tsible.yml:13)
  host_vars/web1.yml (1 value)  alice, bob

without a rule
  other.yml (1 value)  the password of the vault id "default"
`,
    );
    expect((await as('nobody', ['recipients', 'list', 'host_vars'])).stdout).not.toContain('db.yml');
    file('tsible.yml', RULES.replace('host_vars/*.yml', '"group_vars/*/db.yml"'));
    expect((await as('nobody', ['recipients', 'list'])).stdout).toContain(
      'group_vars/*/db.yml: alice, bob (tsible.yml:13)\n  no secrets: a rule before this one is for group_vars/prod/db.yml\n',
    );
  });

  it('add puts a name into a rule and seals anew what the rule is for, and nothing else', async () => {
    await sealed();
    const before = read(DB);
    const unclear = await as('alice', ['recipients', 'add', join(keys, 'carol.pub')]);
    expect(unclear.stderr).toContain('tsible.yml has 2 rules');
    const add = ['recipients', 'add', join(keys, 'carol.pub'), '--rule', WEB];
    const web = read(WEB);
    const checked = await as('alice', [...add, '--check']);
    expect(checked.stdout).toContain(
      'would be sealed anew, if it can be opened, for:\n  host_vars/web1.yml (1 value): alice, bob, carol\n',
    );
    expect([read(WEB), read('tsible.yml')]).toEqual([web, RULES.replace('BOB', publicKey('bob').trim())]);
    const added = await as('alice', add);
    expect(added).toMatchObject({ status: 0, stderr: '' });
    expect(added.stdout).toContain('sealed anew for:\n  host_vars/web1.yml (1 value): alice, bob, carol\n');
    expect(read('tsible.yml')).toBe(
      RULES.replace('BOB', `${publicKey('bob').trim()}\n    carol: ${publicKey('carol').trim()}`).replace(
        '        - bob\n',
        '        - bob\n        - carol\n',
      ),
    );
    expect(read(DB)).toBe(before);
    expect((await as('carol', ['get', WEB, 'token'])).stdout.trim()).toBe('secret two');
    expect((await as('carol', ['view', DB])).status).toBe(1);
    // What the others had stays as it was: only a stanza is new.
    for (const line of web.split('\n').filter(each => each.includes('->'))) expect(read(WEB)).toContain(line);
  });

  it('add to a group changes every rule that names it', async () => {
    await sealed();
    file('keys/carol.pub', publicKey('carol'));
    const added = await as('alice', ['recipients', 'add', 'keys/carol.pub', '--group', 'admins']);
    expect(added.stdout).toContain('tsible.yml: added carol (group admins)');
    expect(read('tsible.yml')).toContain('groups: {admins: [alice, carol]}');
    expect(read('tsible.yml')).toContain('    carol: keys/carol.pub\n');
    expect((await as('carol', ['view', DB])).status).toBe(0);
  });

  it('remove takes a name out of everything, seals anew with new keys, and says what it cannot undo', async () => {
    await sealed();
    file('loose.yml', 'l: 1\n');
    await as('alice', ['encrypt', 'loose.yml', '--to', 'bob']);
    const old = read(DB);
    const removed = await as('alice', ['recipients', 'remove', 'bob']);
    expect(removed).toMatchObject({ status: 0, stderr: '' });
    expect(removed.stdout).toBe(
      `tsible.yml: removed bob
sealed anew for:
  group_vars/prod/db.yml: alice
  host_vars/web1.yml (1 value): alice
note: no rule is for loose.yml, which bob can still open

This does not take back what bob could read until now. The old files are in version control's history, in
clones and in backups, and the removed keys still open them. Change the secrets themselves as well:
  group_vars/prod/db.yml
  host_vars/web1.yml
`,
    );
    expect(read('tsible.yml')).toBe(
      RULES.replace('    bob: BOB\n', '').replace('admins, bob', 'admins').replace('        - bob\n', ''),
    );
    // A new file key: alice's stanza is another one as well.
    expect(read(DB).split('\n')[2]).not.toBe(old.split('\n')[2]);
    const env = { SSH_ASKPASS_REQUIRE: 'force', SSH_ASKPASS: '/bin/false' };
    expect((await as('bob', ['view', DB], { env })).stderr).toContain('this is encrypted for alice: tried');
    expect((await as('alice', ['view', DB])).stdout).toBe('db: secret one\n');
    expect((await as('alice', ['get', WEB, 'token'])).stdout.trim()).toBe('secret two');
    expect((await as('alice', ['recipients', 'apply', '--check'])).status).toBe(0);
  });

  it.each([
    ['the last one', ['remove', 'alice', 'bob'], 'nobody could open host_vars/*.yml any more'],
    ['a group that would be empty', ['remove', 'alice'], 'the group admins would be empty'],
    ['an unknown name', ['remove', 'bbo'], 'there is no key with the name "bbo"'],
    [
      'somebody who is in the rule by a group',
      ['remove', 'alice', '--rule', DB],
      'alice is in it by the group admins',
    ],
    ['a rule that is not there', ['add', 'alice', '--rule', 'x.yml'], 'no rule in tsible.yml is for x.yml'],
    ['a file without a key', ['add', 'x=pw', '--all'], 'this is not a public key'],
    [
      'a name that is taken',
      ['add', 'bob=keys/alice.pub', '--all'],
      '"bob" is already the name of another key',
    ],
    ['a file that is not there', ['add', 'bbo.pub', '--all'], 'there is no key file bbo.pub'],
    ['a group that is misspelt', ['add', 'bob', '--group', 'amins'], 'did you mean "admins"?'],
    ['a private key', ['add', join(keys, 'carol'), '--all'], 'this is a private key'],
    [
      'one name for two keys',
      ['add', `x=${join(keys, 'carol.pub')}`, 'x=keys/alice.pub', '--all'],
      'x is the name of two different keys here',
    ],
    ['two ways of saying where', ['add', 'bob', '--all', '--group', 'admins'], 'cannot be used with'],
  ])('refuses %s, and changes nothing', async (_title, args, message) => {
    await sealed();
    const before = [read('tsible.yml'), read(DB), read(WEB)];
    const refused = await as('alice', ['recipients', ...args]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(message);
    expect([read('tsible.yml'), read(DB), read(WEB)]).toEqual(before);
  });

  it('changes all or nothing: what cannot be opened stops it', async () => {
    await sealed();
    await as('alice', ['encrypt', '--to', 'bob', '--output', 'group_vars/prod/theirs.yml', '-'], {
      stdin: 'a: 1\n',
    });
    const before = [read('tsible.yml'), read(DB)];
    const failed = await as('alice', ['recipients', 'remove', 'bob']);
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('group_vars/prod/theirs.yml:1:1: this is encrypted for bob');
    expect([read('tsible.yml'), read(DB)]).toEqual(before);
  });

  it('apply brings secrets with a password, and rules changed by hand, into line', async () => {
    await sealed();
    const { stdout } = await as('alice', [
      'encrypt_string',
      '--format',
      'ansible',
      '-n',
      'p',
      'x',
      ...PASSWORD,
    ]);
    file('group_vars/prod/mixed.yml', `${stdout}# end\n`);
    file('tsible.yml', RULES.replace('to: [admins, bob]', `to: [admins, "${publicKey('carol').trim()}"]`));
    expect((await as('alice', ['recipients', 'apply', '--check'])).status).toBe(1);
    const applied = await as('alice', ['recipients', 'apply', ...PASSWORD]);
    expect(applied).toMatchObject({ status: 0, stderr: '' });
    expect((await as('carol', ['get', 'group_vars/prod/mixed.yml', 'p'])).stdout.trim()).toBe('x');
    expect(read('group_vars/prod/mixed.yml')).toMatch(/\n# end\n$/);
    expect((await as('alice', ['recipients', 'apply', '--check'])).stdout).toBe(
      'every secret is sealed as the rules want it\n',
    );
  });

  it('a password that opens it as well is needed when somebody is removed, and stays', async () => {
    file(DB, 'a: 1\n');
    await as('alice', ['encrypt', DB, '--vault-id', 'safe@pw', '--encrypt-vault-id', 'safe']);
    const without = await as('alice', ['recipients', 'remove', 'bob']);
    expect(without.stderr).toContain(
      `${DB}:1:1: this also opens with the password of the vault id "safe", which is needed`,
    );
    expect((await as('alice', ['recipients', 'remove', 'bob', '--vault-id', 'safe@pw'])).status).toBe(0);
    expect((await as('nobody', ['view', DB, ...PASSWORD])).stdout).toBe('a: 1\n');
  });

  it('somebody who has a name already does not get it again, nor is anybody named twice', async () => {
    await sealed();
    const again = ['alice=keys/alice.pub', 'keys/alice.pub', 'alice'];
    expect((await as('alice', ['recipients', 'add', ...again, '--rule', WEB])).stdout).not.toContain(
      'names the key',
    );
    const carol = `carol=${join(keys, 'carol.pub')}`;
    await as('alice', ['recipients', 'add', carol, carol, '--group', 'admins']);
    expect(read('tsible.yml').match(/^ {4}carol:/gm)).toHaveLength(1);
    expect(read('tsible.yml')).toContain('{admins: [alice, carol]}');
    expect((await as('alice', ['recipients', 'remove', 'carol', 'carol'])).status).toBe(0);
    expect(read('tsible.yml')).toBe(RULES.replace('BOB', publicKey('bob').trim()));
  });

  it('leaves what has a tsible.yml of its own to that', async () => {
    await sealed();
    file(
      'group_vars/prod/role/tsible.yml',
      'vault: {keys: {bob: BOB}, recipients: [{files: "*", to: bob}]}\n',
    );
    file('group_vars/prod/role/x.yml', 'x: 1\n');
    await as('alice', ['encrypt', 'group_vars/prod/role/x.yml']);
    expect((await as('alice', ['recipients', 'apply'])).stdout).toContain('every secret is sealed as');
    const listed = (await as('alice', ['recipients', 'list'])).stdout;
    expect(listed).toMatch(/\n\*: bob \(group_vars\/prod\/role\/tsible.yml:1\)\n {2}\S+role\/x.yml {2}bob\n/);
    const removed = await as('alice', ['recipients', 'remove', 'bob']);
    expect(removed.stdout).toContain('no rule is for group_vars/prod/role/x.yml, which bob can still open');
  });

  it('is not stopped by texts that mention secrets, nor by what no rule is for', async () => {
    await sealed();
    file('README.md', 'Write `a: !vault |`: *x\n\n  - {a\n');
    file('group_vars/prod/README.md', 'Write `a: !vault |`: *x\n\n  - {a\n');
    file('other.yml', 'a: !vault |\n  $TSIBLE_VAULT;1;x\n  garbage\n');
    file('group_vars/prod/.gone.yml.tsible-999999999-0123abcd', '$TSIBLE_VAULT;1;x\n');
    const listed = await as('alice', ['recipients', 'list']);
    expect(listed.status).toBe(1);
    expect(listed.stdout).toContain(`${DB}  alice, bob\n`);
    expect(listed.stderr).toContain('warning: left out: other.yml:1:4: damaged encrypted data');
    const removed = await as('alice', ['recipients', 'remove', 'bob']);
    expect(removed.status).toBe(0);
    expect(removed.stderr).toContain('warning: not looked into: other.yml:1:4: damaged');
    file('group_vars/prod/other.yml', read('other.yml'));
    const before = read('tsible.yml');
    const stopped = await as('alice', ['recipients', 'add', join(keys, 'carol.pub'), '--all']);
    expect(stopped.stderr).toContain('error: group_vars/prod/other.yml:1:4: damaged');
    expect(read('tsible.yml')).toBe(before);
  });

  it('two who were added in two branches: a merge is to be decided first, and apply does the rest', async () => {
    await sealed();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a', ...args], { cwd: folder });
    const commit = () => git('commit', '-qam', 'x');
    git('init', '-q', '-b', 'main');
    git('add', '.');
    commit();
    for (const name of ['ci', 'web']) {
      git('checkout', '-q', '-b', name, 'main');
      file(`${name}.pub`, (await as('nobody', ['keygen', `${name}.key`])).stdout);
      await as('alice', ['recipients', 'add', `${name}.pub`, '--all']);
      commit();
    }
    expect(() => git('merge', '-q', 'ci')).toThrow();
    expect((await as('alice', ['recipients', 'list'])).stderr).toMatch(
      /^error: tsible\.yml:\d+:1: a merge that git left to be decided\n/,
    );
    git('checkout', '--theirs', 'tsible.yml');
    for (const command of [
      ['view', DB],
      ['decrypt', DB],
      ['get', WEB, 'token'],
      ['recipients', 'apply'],
    ]) {
      const { status, stderr } = await as('alice', command);
      const where = command.includes(WEB) ? 'host_vars/web1' : 'group_vars/prod/db';
      expect([command, status, stderr]).toEqual([
        command,
        1,
        expect.stringMatching(`${where}.yml:\\d+:1: a merge that git left to be decided`),
      ]);
    }
    git('checkout', '--ours', DB, WEB);
    expect((await as('alice', ['recipients', 'apply'])).status).toBe(0);
    expect((await as('nobody', ['view', DB, '--vault-key-file', 'ci.key'])).stdout).toBe('db: secret one\n');
    const whole = `<<<<<<< HEAD\n${read(DB)}=======\n${read(DB)}>>>>>>> ci\n`;
    file(DB, whole);
    for (const command of ['encrypt', 'view', 'rekey']) {
      expect((await as('alice', [command, DB])).stderr).toContain(
        `${DB}:1:1: a merge that git left to be decided`,
      );
    }
    expect(read(DB)).toBe(whole);
  });

  it('says what is missing where there are no rules', async () => {
    file('tsible.yml', 'forks: 5\n');
    expect((await as('alice', ['recipients', 'add', 'x'])).stderr).toContain('no tsible.yml here says');
    expect((await as('alice', ['recipients', 'list'])).stdout).toBe('nothing is encrypted here\n');
  });
});

describe('tsible vault keygen', () => {
  it('makes a key for a machine, for its owner only', async () => {
    const made = await as('nobody', ['keygen', 'ci.key', '--comment', 'ci']);
    expect(made.stdout).toMatch(/^tsible-x25519 [\w+/]{48} ci\n$/);
    expect(statSync(join(folder, 'ci.key')).mode & 0o777).toBe(0o600);
    file('ci.pub', made.stdout);
    await sealed();
    expect((await as('alice', ['recipients', 'add', 'ci.pub', '--all'])).status).toBe(0);
    expect((await as('nobody', ['view', DB, '--vault-key-file', 'ci.key'])).stdout).toBe('db: secret one\n');
    expect((await as('nobody', ['keygen', 'ci.key'])).stderr).toContain('a key is never written over');
  });
});
