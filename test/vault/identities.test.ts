import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { UserError } from '../../src/core/error.ts';
import { Secret } from '../../src/core/secret.ts';
import { VaultIdentities, type VaultOptions } from '../../src/vault/identities.ts';
import { openEnvelope, sealEnvelope } from '../../src/vault/seal.ts';
import { errorOf, identities, identity } from './scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
process.env.TSIBLE_TEST_FOLDER = folder;
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

async function from(options: Partial<VaultOptions>, answers: string[] = [], confirm = false) {
  const questions: string[] = [];
  const ask = (question: string) => {
    questions.push(question);
    return new Secret(answers.shift() ?? '');
  };
  const made = await VaultIdentities.from({ passwordFiles: [], ids: [], ask: false, ...options }, ask, {
    confirm,
  });
  return { made, questions };
}

const password = (made: VaultIdentities, index = 0) => made.all[index]!.password().toString();

describe('where passwords come from', () => {
  it.each([
    ['a file, without the white space around', file('plain', '  secret word \n\n'), 'secret word'],
    ['a file whose last letter ends in a byte that is a space elsewhere', file('space', 'voilà\n'), 'voilà'],
    ['a password that begins as a script does', file('odd', '#!wort'), '#!wort'],
    ['a file in a folder that the environment names', '$TSIBLE_TEST_FOLDER/plain', 'secret word'],
    ['a program', file('program.sh', '#!/bin/sh\nprintf "from program \\n"', 0o700), 'from program '],
    [
      'a client program, told the id',
      file('get-client.sh', '#!/bin/sh\necho "$1 $2"', 0o700),
      '--vault-id prod',
    ],
  ])('%s', async (_title, path, expected) => {
    const { made } = await from({ ids: [`prod@${path}`] });
    expect(password(made)).toBe(expected);
    expect(made.all[0]!.label).toBe('prod');
  });

  it.each([
    ['a file that is not there', join(folder, 'nothing'), 'was not found'],
    ['a folder', folder, 'is a folder'],
    ['an empty file', file('empty', '\n'), 'is empty'],
    ['a program that fails', file('fail.sh', '#!/bin/sh\nexit 3', 0o700), 'ended with status 3'],
    ['a program that prints nothing', file('silent.sh', '#!/bin/sh', 0o700), 'printed nothing'],
    ['a file that is executable by mistake', file('oops', 'secret', 0o755), 'is not a program'],
    [
      'a script that is not executable',
      file('script', '#!/bin/sh\necho secret\n'),
      'is a script that is not executable',
    ],
    [
      'a client that does not know the id',
      file('no-client', '#!/bin/sh\nexit 2', 0o700),
      'knows no password',
    ],
  ])('error: %s', async (_title, path, message) => {
    const { made } = await from({ passwordFiles: [path] });
    expect(errorOf(() => password(made)).message).toContain(message);
  });

  it('is any bytes, as with Ansible', async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x62, 0xc3, 0xbc, 0x80]);
    const plain = join(folder, 'bytes');
    writeFileSync(plain, Buffer.concat([bytes, Buffer.from('\n')]));
    const sealed = file('bytes.vault', sealEnvelope(bytes, identity('outer pw'), 'ansible'));
    const program = file('bytes.sh', "#!/bin/sh\nprintf '\\377\\376b\\303\\274\\200\\n'", 0o700);
    const { made } = await from({ ids: [plain, program, sealed, file('outer-of-bytes', 'outer pw')] });
    for (const each of made.all.slice(0, 3)) expect(each.password()).toEqual(bytes);
  });

  it('reads a file and runs a program when the password is first needed, once', async () => {
    const log = join(folder, 'log');
    const program = file('log.sh', `#!/bin/sh\necho x >> ${log}\necho pw`, 0o700);
    const { made } = await from({ passwordFiles: [program] });
    const { existsSync, readFileSync } = await import('node:fs');
    expect(existsSync(log)).toBe(false);
    password(made);
    password(made);
    expect(readFileSync(log, 'utf8')).toBe('x\n');
  });

  it('asks at once, naming the id, and twice for a new one', async () => {
    const asked = await from({ ids: ['prod@prompt', 'prompt'], ask: true }, [' a ', 'b', 'c']);
    expect(asked.questions).toEqual(['Vault password (prod): ', 'Vault password: ', 'Vault password: ']);
    expect(asked.made.all.map(each => each.password().toString())).toEqual(['a', 'b', 'c']);
    const fresh = await from({ ask: true }, ['a', 'a'], true);
    expect(fresh.questions).toEqual(['New vault password: ', 'Confirm new vault password: ']);
    await expect(from({ ask: true }, ['a', 'b'], true)).rejects.toThrow('not the same');
    await expect(from({ ask: true }, ['  '])).rejects.toThrow('is empty');
    const spaced = await from({ ask: true }, ['\u00a0a\u3000 ']);
    expect(password(spaced.made)).toBe('\u00a0a\u3000');
  });

  it('refuses ids that cannot be', async () => {
    await expect(from({ ids: ['prod@'] })).rejects.toThrow('names no source');
    await expect(from({ ids: ['a;b@prompt'] })).rejects.toThrow('cannot be a vault id');
  });
});

describe('password files that are encrypted themselves', () => {
  const sealed = (name: string, content: string, password: string) =>
    file(name, sealEnvelope(Buffer.from(content), identity(password), 'ansible'));

  it('are opened with another password that was given, before or after', async () => {
    const outer = file('outer', 'outer pw');
    const inner = sealed('inner', ' inner pw \n', 'outer pw');
    for (const ids of [
      [`a@${outer}`, `b@${inner}`],
      [`b@${inner}`, `a@${outer}`],
    ]) {
      const { made } = await from({ ids });
      const b = made.all.find(each => each.label === 'b')!;
      expect(b.password().toString()).toBe(' inner pw ');
    }
  });

  it('cannot be opened with each other', async () => {
    const ids = [`a@${sealed('a', 'x', 'y')}`, `b@${sealed('b', 'y', 'x')}`];
    const { made } = await from({ ids });
    expect(errorOf(() => password(made)).message).toContain('is encrypted with itself');
    const alone = await from({ ids: [ids[0]!] });
    expect((errorOf(() => password(alone.made)) as UserError).format()).toMatch(/\/a:1:1: this is encrypted/);
  });
});

describe('the keyring', () => {
  const path = process.env.PATH;
  afterAll(() => {
    process.env.PATH = path;
  });
  const keyring = (script: string) => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    writeFileSync(join(bin, 'secret-tool'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env.PATH = `${bin}:${path}`;
  };

  it('is asked by the vault id, when the password is first needed', async () => {
    keyring('printf "%s" "$*"');
    const { made } = await from({ ids: ['prod@keyring'] });
    expect(password(made)).toBe('lookup service tsible-vault id prod');
    expect(String(made.all[0])).toBe('prod (keyring)');
  });

  it.each([
    ['has no such password', 'exit 1', 'holds no vault password for the vault id "prod"'],
    ['fails', 'exit 5', 'ended with status 5'],
    ['gives nothing', 'echo', 'is empty'],
  ])('error: %s', async (_title, script, message) => {
    keyring(script);
    const { made } = await from({ ids: ['prod@keyring'] });
    expect(errorOf(() => password(made)).message).toContain(message);
  });

  it('error: there is none', async () => {
    process.env.PATH = folder;
    const { made } = await from({ ids: ['prod@keyring'] });
    const error = errorOf(() => password(made)) as UserError;
    expect(error.message).toContain('there is no program secret-tool');
    expect(error.hint).toContain('libsecret-tools');
  });
});

describe('a source that gives no password', () => {
  const text = sealEnvelope(Buffer.from('x'), identity('right'), 'ansible');
  const missing = join(folder, 'missing');

  it('does not stand in the way of one that fits', async () => {
    const { made } = await from({ passwordFiles: [missing, file('right', 'right')] });
    expect(openEnvelope(text, made).content.toString()).toBe('x');
  });

  it('is named when none fits', async () => {
    const { made } = await from({ passwordFiles: [missing, file('wrong', 'wrong')] });
    const { message } = errorOf(() => openEnvelope(text, made));
    expect(message).toContain(`tried default (file ${join(folder, 'wrong')})`);
    expect(message).toContain(`not tried: vault password file ${missing} was not found`);
  });

  it('is the error where there is no other, and its program is run once for many secrets', async () => {
    const log = join(folder, 'failures');
    const program = file('failing.sh', `#!/bin/sh\necho x >> ${log}\nexit 3`, 0o700);
    const { made } = await from({ passwordFiles: [program] });
    for (let i = 0; i < 3; i++) {
      expect(errorOf(() => openEnvelope(text, made)).message).toContain('ended with status 3');
    }
    expect(readFileSync(log, 'utf8')).toBe('x\n');
  });
});

it('passwords without a label take the one of the settings', async () => {
  const { made } = await from({ ids: ['prompt', '@prompt', 'a@prompt'], ask: true, label: 'team' }, [
    '1',
    '2',
    '3',
    '4',
  ]);
  expect(made.all.map(each => each.label)).toEqual(['team', 'team', 'a', 'team']);
});

describe('which password seals', () => {
  const [dev, prod] = [identity('1', 'dev'), identity('2', 'prod')];

  it('the only one, or the one that is named', () => {
    expect(identities(dev).forSealing()).toBe(dev);
    expect(identities(dev, prod).forSealing('prod')).toBe(prod);
  });

  it.each([
    [identities(), undefined, 'no vault password was given'],
    [identities(dev, prod), undefined, 'several vault ids'],
    [identities(dev), 'prod', 'no password was given for the vault id "prod"'],
  ])('error %#', (all, label, message) => {
    expect((errorOf(() => all.forSealing(label)) as UserError).message).toContain(message);
  });

  it('with vault_id_match, only the same label opens', () => {
    expect(new VaultIdentities([dev, prod], true).candidates('prod')).toEqual([prod]);
    expect(new VaultIdentities([dev, prod], true).candidates('test')).toEqual([]);
  });
});
