import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { VaultIdentities } from '../../../src/vault/identities.ts';
import { Identity } from '../../../src/vault/identity.ts';
import { openEnvelope, sealEnvelope } from '../../../src/vault/seal.ts';
import { newProject } from '../project.ts';
import type { RunSettings } from '../run.ts';

const PASSWORD = ['--vault-password-file', 'pw'];
const identity = (password: string, label = 'default') =>
  new Identity(label, 'test', () => new Secret(password));
const envelope = (text: string, password = 'first', label = 'default') =>
  sealEnvelope(Buffer.from(text), identity(password, label), 'ansible');
const indented = (text: string, indent: number) => text.trimEnd().replace(/^/gm, ' '.repeat(indent));

const { at, file, read, vault } = newProject({ pw: 'first', pw2: 'second' });

async function done(args: string[], settings: RunSettings = {}): Promise<string> {
  const { status, stdout, stderr } = await vault(args, settings);
  expect([args, status, stderr]).toEqual([args, 0, '']);
  return stdout;
}

const SECRET = envelope('hunter2');
const TWO_LINES = envelope('one\ntwo\n');
/** Everything here that is not a ciphertext has to stay, whatever is done to the others. */
const VARS = `# Variables
user: admin   # a comment
password: !vault |
          ${indented(SECRET, 10).trim()}

db:
  "quoted key": 'it''s'
  certificate: !vault |  # of the old server
    ${indented(TWO_LINES, 4).trim()}
  flow: {a: 1, b: !vault ${JSON.stringify(SECRET)}}
last: "{{ vault_x }}"
`;

/** Texts in which ciphertexts are replaced by their contents, to compare the rest. */
function readable(text: string, password = 'first'): string {
  const who = new VaultIdentities([identity(password)]);
  return text
    .replace(
      /\$ANSIBLE_VAULT;[^\n"]*(?:\n +[0-9a-f]+$)+/gm,
      sealed => `<${openEnvelope(sealed, who).content}>`,
    )
    .replace(/"\$ANSIBLE_VAULT[^"]*"/g, sealed => `<${openEnvelope(JSON.parse(sealed), who).content}>`);
}

describe('files with single encrypted values', () => {
  it('are viewed with the values decrypted', async () => {
    file('vars.yml', VARS);
    expect(await done(['view', 'vars.yml', ...PASSWORD])).toBe(`# Variables
user: admin   # a comment
password: !vault hunter2

db:
  "quoted key": 'it''s'
  certificate: !vault |  # of the old server
    one
    two
  flow: {a: 1, b: !vault hunter2}
last: "{{ vault_x }}"
`);
    expect(read('vars.yml')).toBe(VARS);
  });

  it('are decrypted in place, whole or one value', async () => {
    file('vars.yml', VARS, 0o640);
    await done(['decrypt', 'vars.yml', '--key', 'password', ...PASSWORD]);
    expect(read('vars.yml')).toBe(VARS.replace(/!vault \|\n {10}\$[^\n]*(\n {10}[0-9a-f]+)+/, 'hunter2'));
    await done(['decrypt', 'vars.yml', ...PASSWORD]);
    expect(read('vars.yml')).toBe(`# Variables
user: admin   # a comment
password: hunter2

db:
  "quoted key": 'it''s'
  certificate: |  # of the old server
    one
    two
  flow: {a: 1, b: hunter2}
last: "{{ vault_x }}"
`);
    expect(statSync(at('vars.yml')).mode & 0o777).toBe(0o640);
    const again = await vault(['decrypt', 'vars.yml', ...PASSWORD]);
    expect(again.stderr).toContain('vars.yml:1:1: this file is not encrypted, and holds no encrypted values');
  });

  it('one value of a file that is encrypted as a whole cannot be: the others would be readable too', async () => {
    const sealed = envelope('a: 1\nb: 2\n');
    file('all.yml', sealed);
    const ran = await vault(['decrypt', '--key', 'a', 'all.yml', ...PASSWORD]);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('all.yml is encrypted as a whole');
    expect(ran.stderr).toContain('hint: to print it: tsible vault get all.yml a');
    expect(read('all.yml')).toBe(sealed);
  });

  it('are not decrypted at all when one value cannot be', async () => {
    file('a.yml', VARS);
    file('b.yml', `x: !vault |\n${indented(envelope('x', 'second', 'prod'), 2)}\n`);
    const ran = await vault(['decrypt', 'a.yml', 'b.yml', ...PASSWORD]);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(
      /b\.yml:1:4: wrong vault password.*tried default \(file pw\)\n.*vault id "prod"/,
    );
    expect(read('a.yml')).toBe(VARS);
  });

  it('get another password: only the ciphertexts change', async () => {
    file('vars.yml', VARS);
    file('whole.yml', envelope('a: 1\n'));
    await done(['rekey', 'vars.yml', 'whole.yml', ...PASSWORD, '--new-vault-id', 'new@pw2']);
    expect(read('vars.yml').match(/\$ANSIBLE_VAULT;1\.2;AES256;new/g)).toHaveLength(3);
    expect(readable(read('vars.yml'), 'second')).toBe(readable(VARS));
    expect(await done(['view', 'whole.yml', '--vault-password-file', 'pw2'])).toBe('a: 1\n');
    // What a run that was interrupted has done already is left alone.
    const before = read('vars.yml');
    file('other.yml', envelope('a: 1\n'));
    await done(['rekey', 'vars.yml', 'other.yml', ...PASSWORD, '--new-vault-id', 'new@pw2']);
    expect(read('vars.yml')).toBe(before);
    expect(await done(['view', 'other.yml', '--vault-password-file', 'pw2'])).toBe('a: 1\n');
  });

  it('are rekeyed with passwords that are typed: the old one, then the new one twice', async () => {
    file('vars.yml', VARS);
    const typed = await vault(['rekey', 'vars.yml'], { terminal: true, stdin: 'first\nsecond\nsecond\n' });
    expect(typed.stdout).toBe(
      'Vault password: \r\nNew vault password: \r\nConfirm new vault password: \r\nRekey successful\r\n',
    );
    expect(readable(read('vars.yml'), 'second')).toBe(readable(VARS));
    const wrong = await vault(['rekey', 'vars.yml'], { terminal: true, stdin: 'first\n' });
    expect(wrong.stdout).toContain('wrong vault password');
    expect(wrong.stdout).not.toContain('New vault password');
  });

  it('get no password where a rule names recipients', async () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBeEHc0VJ6bKlAq4NEfAU2Ac50/seryuSfzoJ1AWCx7U';
    file('tsible.yml', `vault:\n  recipients:\n    - files: vars.yml\n      to: ${key}\n`);
    file('vars.yml', VARS);
    const ran = await vault(['rekey', 'vars.yml', ...PASSWORD, '--new-vault-id', 'new@pw2']);
    expect(ran.stderr).toMatch(/vars\.yml is to be encrypted for those that tsible\.yml:\d names/);
    expect(read('vars.yml')).toBe(VARS);
    await done(['rekey', 'vars.yml', ...PASSWORD]);
    expect(read('vars.yml').match(/\$TSIBLE_VAULT;1;default\s+-> ssh-ed25519/g)).toHaveLength(2);
  });

  it('are rekeyed to the end by the same command, where the first was killed', async () => {
    file('a.yml', envelope('a: 1\n'));
    file('b.yml', VARS);
    file('c.yml', envelope('c: 3\n'));
    // Kills the program when it comes to the rename of this file.
    file(
      'kill.mjs',
      `import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const real = fs.renameSync;
      fs.renameSync = (from, to) => {
        if (process.argv.includes('rekey') && to.endsWith('b.yml')) process.kill(process.pid, 'SIGKILL');
        return real(from, to);
      };
      syncBuiltinESMExports();`,
    );
    const args = ['rekey', 'a.yml', 'b.yml', 'c.yml', ...PASSWORD, '--new-vault-id', 'new@pw2'];
    await vault(args, { env: { NODE_OPTIONS: `--import=${at('kill.mjs')}` } });
    const isNew = (name: string) => read(name).includes('AES256;new');
    expect(['a.yml', 'b.yml', 'c.yml'].map(isNew)).toEqual([true, false, false]);
    const again = await vault(args);
    expect(again.status).toBe(0);
    expect(again.stderr).toContain('an interrupted change of files was finished: 2 of 3');
    expect(['a.yml', 'b.yml', 'c.yml'].map(isNew)).toEqual([true, true, true]);
    expect(readable(read('b.yml'), 'second')).toBe(readable(VARS));
    expect(readdirSync(at()).sort()).toEqual(['a.yml', 'b.yml', 'c.yml', 'kill.mjs', 'pw', 'pw2']);
  });

  it('with Windows line ends and a byte order mark keep both', async () => {
    const text = `\ufeff${VARS.replaceAll('\n', '\r\n')}`;
    file('vars.yml', text);
    await done(['rekey', 'vars.yml', ...PASSWORD, '--new-vault-password-file', 'pw2']);
    const lines = (content: string) =>
      content.split('\r\n').map(line => line.replace(/[0-9a-f]{4,}(?:\\n[0-9a-f]+)*/g, 'HEX'));
    expect(lines(read('vars.yml'))).toEqual(lines(text));
    await done(['set', 'vars.yml', 'password', '--vault-password-file', 'pw2'], { stdin: 'x' });
    expect(read('vars.yml').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(read('vars.yml').startsWith('\ufeff#')).toBe(true);
  });
});

describe('get', () => {
  it.each([
    ['user', 'admin\n'],
    ['password', 'hunter2\n'],
    ['db.certificate', 'one\ntwo\n'],
    ['db."quoted key"', "it's\n"],
    ['db.flow.b', 'hunter2\n'],
    ['last', '{{ vault_x }}\n'],
    ['db.flow', '{\n  "a": 1,\n  "b": "hunter2"\n}\n'],
  ])('%s', async (key, expected) => {
    file('vars.yml', VARS);
    expect(await done(['get', 'vars.yml', key, ...PASSWORD])).toBe(expected);
  });

  it.each([
    ['mode', '0644\n'],
    ['alias.x', '1\n'],
    ['merged.x', '1\n'],
    ['merged.list[1]', 'true\n'],
  ])('%s of a file that is encrypted as a whole', async (key, expected) => {
    file('all.yml', envelope('mode: 0644\nbase: &b {x: 1, list: [no, yes]}\nalias: *b\nmerged:\n  <<: *b\n'));
    expect(await done(['get', 'all.yml', key, ...PASSWORD])).toBe(expected);
  });

  it.each([
    ['no', 'off\n'],
    ['010.off', '[\n  "a"\n]\n'],
    ['"1.10"', 'ten\n'],
    ['8.on', 'b\n'],
  ])('%s, a key that YAML takes for something other than text', async (key, expected) => {
    file('vars.yml', 'no: off\n010: {off: [a], on: b}\n1.10: ten\n');
    expect(await done(['get', 'vars.yml', key])).toBe(expected);
  });

  it('needs no password for what is plain, and says what is not there or there twice', async () => {
    file('vars.yml', VARS);
    file('twice.yml', 'a: 1\na: 2\n');
    const env = { ANSIBLE_VAULT_PASSWORD_FILE: 'missing' };
    expect((await vault(['get', 'vars.yml', 'user'], { env })).stdout).toBe('admin\n');
    expect((await vault(['get', 'vars.yml', 'db.nothing'], { env })).stderr).toBe(
      'error: there is no db.nothing in vars.yml\n',
    );
    expect((await vault(['get', 'twice.yml', 'a'])).stderr).toContain(
      'twice.yml:2:1: the key "a" occurs twice',
    );
  });
});

describe('set', () => {
  it('changes one ciphertext and no other byte, with the same password and id', async () => {
    file(
      'vars.yml',
      VARS.replace(SECRET.split('\n')[1]!, envelope('hunter2', 'first', 'prod').split('\n')[1]!),
    );
    file('vars.yml', VARS);
    await done(['set', 'vars.yml', 'db.certificate', ...PASSWORD], { stdin: 'new\n' });
    const after = read('vars.yml');
    expect(await done(['get', 'vars.yml', 'db.certificate', ...PASSWORD])).toBe('new\n');
    const cut = (text: string) =>
      text.replace(/(certificate: [^\n]*\n {4}\$[^\n]*)(?:\n {4}[0-9a-f]+)+/, '$1');
    expect(cut(after)).toBe(cut(VARS));
  });

  it('keeps the id of what it replaces, and takes that of --encrypt-vault-id', async () => {
    file('vars.yml', `a: !vault |\n${indented(envelope('x', 'first', 'prod'), 2)}\n`);
    const ids = ['--vault-id', 'dev@pw2', '--vault-id', 'prod@pw'];
    await done(['set', 'vars.yml', 'a', ...ids], { stdin: 'y' });
    expect(read('vars.yml')).toContain('AES256;prod\n');
    const ambiguous = await vault(['set', 'vars.yml', 'b', ...ids], { stdin: 'y' });
    expect(ambiguous.stderr).toContain('passwords were given for several vault ids');
    await done(['set', 'vars.yml', 'b', ...ids, '--encrypt-vault-id', 'dev'], { stdin: 'y' });
    expect(read('vars.yml')).toContain('AES256;dev\n');
  });

  it('does not replace what it cannot open with something for another password', async () => {
    file('vars.yml', VARS);
    const ran = await vault(['set', 'vars.yml', 'password', '--vault-password-file', 'pw2'], { stdin: 'x' });
    expect(ran.stderr).toMatch(
      /vars\.yml:3:11: the value that is there cannot be opened: wrong vault password/,
    );
    expect(read('vars.yml')).toBe(VARS);
  });

  it('writes a file that is encrypted as a whole, in the style of its values', async () => {
    file('all.yml', envelope('# c\na: "x"  # why\nport: 80\n', 'first', 'prod'), 0o600);
    for (const [key, value] of [
      ['a', 'say "hi"\n'],
      ['port', '8080'],
      ['new.key', 'one\ntwo\n'],
    ] as const) {
      await done(['set', 'all.yml', key, ...PASSWORD], { stdin: value });
    }
    expect(read('all.yml')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    expect(await done(['view', 'all.yml', ...PASSWORD])).toBe(
      '# c\na: "say \\"hi\\""  # why\nport: 8080\nnew:\n  key: |\n    one\n    two\n',
    );
  });

  it('makes a file that is not there, for its owner', async () => {
    await done(['set', 'new.yml', 'a.b', ...PASSWORD], { stdin: 'x' });
    expect(read('new.yml')).toMatch(
      /^---\na:\n {2}b: !vault \|\n {4}\$ANSIBLE_VAULT;1\.1;AES256\n(?: {4}[0-9a-f]+\n)+$/,
    );
    expect(statSync(at('new.yml')).mode & 0o777).toBe(0o600);
  });

  it('asks at the terminal, twice, showing nothing', async () => {
    file('vars.yml', 'a: 1\n');
    const { stdout } = await vault(['set', 'vars.yml', 'b', ...PASSWORD], {
      terminal: true,
      stdin: 'secret 1\nsecret 1\n',
    });
    expect(stdout).toBe('Value of b: \r\nConfirm value of b: \r\nb was set\r\n');
    expect(await done(['get', 'vars.yml', 'b', ...PASSWORD])).toBe('secret 1\n');
    const differing = await vault(['set', 'vars.yml', 'b', ...PASSWORD], {
      terminal: true,
      stdin: 'one\ntwo\n',
    });
    expect(differing.stdout).toContain('the two are not the same');
  });

  it.each([
    ['nothing', '', 'the value for b is empty'],
    ['bytes that are no text', Buffer.from([0xff]), 'not UTF-8'],
  ])('refuses %s', async (_title, stdin, message) => {
    file('vars.yml', 'a: 1\n');
    const args = ['set', 'vars.yml', 'b', ...PASSWORD];
    const ran = await vault(args, { stdin });
    expect(ran.stderr).toContain(message);
    expect(read('vars.yml')).toBe('a: 1\n');
  });
});

it.each([
  ['set', '-', 'a'],
  ['edit', '-'],
  ['rekey', '-'],
  ['encrypt_string', '--in-place', '-', '-n', 'a', 'x'],
])('%s: standard input is no file to change', async (...words) => {
  const ran = await vault([...words, ...PASSWORD], { stdin: 'a: 1\n' });
  expect(ran.stderr).toContain('standard input ("-") cannot be changed in place');
  expect(readdirSync(at()).sort()).toEqual(['pw', 'pw2']);
});

describe('encrypting where a value stands', () => {
  it.each([
    ['encrypt', 'vars.json', '--key', 'a'],
    ['set', 'vars.json', 'a'],
    ['encrypt_string', 'x', '-n', 'a', '--in-place', 'vars.json'],
  ])('%s: not in JSON, which would be none any more', async (...words) => {
    file('vars.json', '{"a": 1}\n');
    const ran = await vault([...words, ...PASSWORD], { stdin: 'x' });
    expect(ran.stderr).toContain('vars.json is JSON, which has no single encrypted values');
    expect(read('vars.json')).toBe('{"a": 1}\n');
  });

  it('encrypt --key', async () => {
    file('vars.yml', 'a: 1\nuser: "adm\\tin" # c\nb: 2\n');
    await done(['encrypt', 'vars.yml', '--key', 'user', ...PASSWORD]);
    expect(readable(read('vars.yml'))).toBe('a: 1\nuser: !vault | # c\n  <adm\tin>\nb: 2\n');
    expect((await vault(['encrypt', 'vars.yml', '--key', 'user', ...PASSWORD])).stderr).toContain(
      'user is already encrypted',
    );
    expect((await vault(['encrypt', 'vars.yml', '--key', 'x', ...PASSWORD])).stderr).toContain(
      'there is no x',
    );
  });

  it('encrypt and decrypt several keys', async () => {
    const plain = 'a: 1 # c\nuser: adm\nb: {c: 2}\n';
    file('vars.yml', plain);
    const keys = ['--key', 'b.c', '--key', 'a', '--key', 'b.c'];
    await done(['encrypt', 'vars.yml', ...keys, ...PASSWORD]);
    expect(read('vars.yml').match(/!vault/g)).toHaveLength(2);
    expect(read('vars.yml')).toContain('\nuser: adm\n');
    await done(['decrypt', 'vars.yml', ...keys, ...PASSWORD]);
    expect(read('vars.yml')).toBe(plain.replace('1', `'1'`).replace('2', `'2'`));
  });

  it('encrypt_string --in-place', async () => {
    file('vars.yml', 'a: 1\nb: 2 # c\n');
    const args = ['encrypt_string', '--in-place', 'vars.yml', ...PASSWORD];
    await done([...args, '--stdin-name', 'b', '-n', 'x.y', 'two'], { stdin: 'three' });
    expect(readable(read('vars.yml'))).toBe(
      'a: 1\nb: !vault | # c\n  <three>\nx:\n  y: !vault |\n    <two>\n',
    );
    expect((await vault([...args, 'x'])).stderr).toContain('needs a --name');
  });
});

describe('editing', () => {
  const sed = (script: string) => ({ env: { EDITOR: `sed -i -e '${script}'` } });

  it('a file with single values: only what was changed gets another ciphertext', async () => {
    file('vars.yml', VARS);
    await done(['edit', 'vars.yml', ...PASSWORD], sed('s/# Variables/# Vars/'));
    expect(read('vars.yml')).toBe(VARS.replace('# Variables', '# Vars'));
    await done(['edit', 'vars.yml', ...PASSWORD], sed('s/vault hunter2$/vault other/'));
    const changed = read('vars.yml');
    expect(readable(changed)).toBe(
      readable(VARS).replace('# Variables', '# Vars').replace('<hunter2>', '<other>'),
    );
    const rest = (text: string) => text.slice(text.indexOf('db:'));
    expect(rest(changed)).toBe(rest(VARS));
  });

  it('new values behind !vault are encrypted, moved ones keep their ciphertext, tags that go take it along', async () => {
    file('vars.yml', VARS);
    const script = 's/^user: admin/user: !vault boss/;s/^password:/moved:/;s/b: !vault hunter2/b: plain/';
    await done(['edit', 'vars.yml', ...PASSWORD], sed(script));
    const after = read('vars.yml');
    expect(readable(after)).toBe(
      readable(VARS)
        .replace('user: admin   #', 'user: !vault |   #')
        .replace('# a comment', '# a comment\n  <boss>')
        .replace('password: !vault |\n          <', 'moved: !vault |\n  <')
        .replace('b: !vault <hunter2>', 'b: plain'),
    );
    expect(after).toContain(indented(SECRET, 2));
  });

  it('a value of which nothing is left but its `|` is empty', async () => {
    file('vars.yml', VARS);
    await done(['edit', 'vars.yml', ...PASSWORD], sed('/^    one$/d;/^    two$/d'));
    expect(await done(['get', 'vars.yml', 'db.certificate', ...PASSWORD])).toBe('\n');
  });

  it('leaves values for others as they are', async () => {
    const foreign = indented(envelope('theirs', 'second', 'prod'), 2);
    file('vars.yml', `a: !vault |\n${foreign}\nb: !vault |\n${indented(SECRET, 2)}\n`);
    const ran = await vault(['edit', 'vars.yml', ...PASSWORD], sed('s/hunter2/hunter3/'));
    expect(ran.status).toBe(0);
    expect(ran.stderr).toContain('a value stays as it is: vars.yml:1:4: wrong vault password');
    expect(read('vars.yml')).toContain(`a: !vault |\n${foreign}\n`);
    expect(await done(['get', 'vars.yml', 'b', ...PASSWORD])).toBe('hunter3\n');
  });

  it.each(['vars.yml', 'all.yml'])('one key of %s', async name => {
    file('vars.yml', VARS);
    file('all.yml', envelope('a: 1\ndb:\n  certificate: |\n    one\n    two\n# end\n'));
    const before = read(name);
    const look = { env: { EDITOR: `sh -c 'cat "$1" > seen' x` } };
    await done(['edit', name, '--key', 'db.certificate', ...PASSWORD], look);
    expect(read('seen')).toBe('one\ntwo\n');
    expect(read(name)).toBe(before);
    await done(['edit', name, '--key', 'db.certificate', ...PASSWORD], sed('s/two/three/'));
    const shown = await done(['view', name, ...PASSWORD]);
    expect(shown).toContain('    one\n    three\n');
    if (name === 'vars.yml') expect(readable(read(name))).toBe(readable(VARS).replace('two', 'three'));
    else expect(shown).toContain('# end\n');
  });

  it('does not take the line break that an editor adds for a part of the value', async () => {
    file('vars.yml', VARS);
    await done(['edit', 'vars.yml', '--key', 'password', ...PASSWORD], {
      env: { EDITOR: `sh -c 'echo >> "$1"' x` },
    });
    expect(read('vars.yml')).toBe(VARS);
  });

  it('keeps what was written safe when the file was changed meanwhile', async () => {
    for (const [name, content] of [
      ['vars.yml', VARS],
      ['all.yml', envelope('a: 1\n')],
    ] as const) {
      file(name, content);
      const EDITOR = `sh -c 'echo "# mine" >> "$1"; echo "# theirs" >> ${name}' x`;
      const ran = await vault(['edit', name, ...PASSWORD], { env: { EDITOR } });
      expect(ran.status).toBe(1);
      expect(ran.stderr).toContain(`${name} was changed by someone else in the meantime`);
      expect(ran.stderr).toContain(`encrypted, in ${name}.edited: tsible vault view ${name}.edited`);
      expect(read(name)).toBe(`${content}# theirs\n`);
      expect(read(`${name}.edited`)).toMatch(/^\$ANSIBLE_VAULT/);
      expect(await done(['view', `${name}.edited`, ...PASSWORD])).toContain('# mine\n');
    }
  });

  it('keeps what was written safe, in the home folder, when nothing can be written beside the file', async () => {
    for (const name of ['home', 'sub']) mkdirSync(at(name));
    file('sub/all.yml', envelope('a: 1\n'));
    const EDITOR = `sh -c 'echo "# mine" >> "$1"; rm -r sub' x`;
    const ran = await vault(['edit', 'sub/all.yml', ...PASSWORD], {
      env: { EDITOR, HOME: at('home') },
    });
    expect(ran.stderr).toContain('cannot write sub/all.yml: there is no such folder; nothing was changed');
    expect(ran.stderr).toContain(`encrypted, in ${at('home/all.yml.edited')}: tsible`);
    expect(await done(['view', 'home/all.yml.edited', ...PASSWORD])).toBe('a: 1\n# mine\n');
  });

  it('keeps what was written safe when it is not YAML any more, or lets it be edited again', async () => {
    file('vars.yml', VARS);
    const EDITOR = `sh -c 'grep -q "x: \\[" "$1" && sed -i "s/x: .*/x: 1/" "$1" || echo "x: [" >> "$1"' x`;
    const alone = await vault(['edit', 'vars.yml', ...PASSWORD], { env: { EDITOR } });
    expect(alone.stderr).toContain('the bracket [ has no closing ]');
    expect(alone.stderr).not.toContain('hunter2');
    expect(read('vars.yml')).toBe(VARS);
    expect(await done(['view', 'vars.yml.edited', ...PASSWORD])).toContain('x: [\n');
    const asked = await vault(['edit', 'vars.yml', ...PASSWORD], {
      env: { EDITOR },
      terminal: true,
      stdin: 'y\n',
    });
    expect(asked.stdout).toContain('Edit it again?');
    expect(asked.status).toBe(0);
    expect(read('vars.yml')).toBe(`${VARS}x: 1\n`);
  });

  it.each(['n', '\x03'])('keeps it safe also when the question about it is answered by %j', async answer => {
    file('vars.yml', VARS);
    const settings = {
      env: { EDITOR: `sh -c 'echo "x: [" >> "$1"' x` },
      terminal: true,
      stdin: `${answer}\n`,
    };
    const { status, stdout } = await vault(['edit', 'vars.yml', ...PASSWORD], settings);
    expect(status).toBe(1);
    expect(stdout).toContain('what you wrote is safe, and encrypted, in vars.yml.edited');
    expect(read('vars.yml')).toBe(VARS);
    expect(await done(['view', 'vars.yml.edited', ...PASSWORD])).toContain('x: [\n');
  });

  it('follows links, keeps the mode, and leaves nothing behind', async () => {
    file('vars.yml', VARS, 0o640);
    symlinkSync('vars.yml', at('link.yml'));
    await done(['edit', 'link.yml', ...PASSWORD], sed('s/hunter2/x1/'));
    expect(await done(['get', 'vars.yml', 'password', ...PASSWORD])).toBe('x1\n');
    expect(statSync(at('vars.yml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(at()).sort()).toEqual(['link.yml', 'pw', 'pw2', 'vars.yml']);
  });
});
