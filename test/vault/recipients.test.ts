import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Secret } from '../../src/core/secret.ts';
import { VaultIdentities } from '../../src/vault/identities.ts';
import { Identity } from '../../src/vault/identity.ts';
import { type AskPassphrase, newKeyPair } from '../../src/vault/private-key.ts';
import { type PrivateKeys, privateKeys } from '../../src/vault/private-keys.ts';
import { readReaders } from '../../src/vault/readers.ts';
import { type Recipient, readRecipient, recipientText } from '../../src/vault/recipient.ts';
import { openEnvelope } from '../../src/vault/seal.ts';
import { sealWith, withMoreRecipients } from '../../src/vault/sealer.ts';
import { prepare } from '../../src/vault/sodium.ts';
import { sealTsible } from '../../src/vault/tsible-format.ts';
import { errorOf, identities, identity, startOf, vector } from './scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
beforeAll(prepare);
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** A key pair by ssh-keygen: the public key, and the file of the private one. */
function sshKey(name: string, passphrase = '', ...options: string[]): { recipient: Recipient; path: string } {
  const path = join(folder, name);
  const type = options.includes('-t') ? [] : ['-t', 'ed25519'];
  execFileSync('ssh-keygen', ['-q', ...type, '-N', passphrase, '-C', name, '-f', path, ...options]);
  return { recipient: publicKey(readFileSync(`${path}.pub`, 'utf8')), path };
}

function publicKey(line: string): Recipient {
  const read = readRecipient(line);
  if ('fault' in read) throw new Error(read.fault);
  return read.recipient;
}

const nobody: AskPassphrase = () => ({ missing: 'there is nobody to ask' });
const withKeys = (...files: string[]) => holding(privateKeys(files, nobody));
const holding = (keys: PrivateKeys, ...passwords: Identity[]) => new VaultIdentities(passwords, false, keys);
const sealFor = (recipients: readonly Recipient[], password?: Identity) =>
  sealWith(
    { format: 'tsible', label: password?.label ?? 'default', recipients, password },
    Buffer.from('text'),
  );
const opened = (text: string, who: VaultIdentities) => openEnvelope(text, who).content.toString();

interface Vector {
  title: string;
  label: string;
  password?: string;
  cost?: { passes: number; kibibytes: number };
  recipients: string[];
  keys: string[];
  passphrase: string;
  content: string;
  random: string;
  sealed: string;
}
const vectors: Vector[] = JSON.parse(vector('tsible-recipients.json').toString());

describe('known answers', () => {
  it.each(vectors)('$title', known => {
    const bytes = Buffer.from(known.random, 'hex');
    let taken = 0;
    const random = (length: number) => {
      taken += length;
      return bytes.subarray(taken - length, taken);
    };
    const { label, cost, sealed } = known;
    const content = Buffer.from(known.content, 'hex');
    const password = known.password === undefined ? undefined : identity(known.password, label);
    const recipients = known.recipients.map(publicKey);
    expect(sealTsible(content, { label, password, recipients }, { random, ...(cost && { cost }) })).toBe(
      sealed,
    );
    expect(taken).toBe(bytes.length);
    known.keys.forEach((text, i) => {
      const keys = privateKeys([file(`known-${i}`, text)], () => new Secret(known.passphrase));
      expect(openEnvelope(sealed, holding(keys)).content).toEqual(content);
    });
    if (password) expect(openEnvelope(sealed, identities(password)).content).toEqual(content);
  });
});

describe('private keys', () => {
  it.each([
    ...[128, 192, 256].flatMap(bits => [`aes${bits}-ctr`, `aes${bits}-cbc`]),
    '3des-cbc',
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
  ])('of OpenSSH, encrypted with %s', cipher => {
    const { recipient, path } = sshKey(cipher, 'pass wörd', '-Z', cipher);
    const text = sealFor([recipient]);
    const answers = ['wrong', 'pass wörd'];
    const questions: boolean[] = [];
    const ask: AskPassphrase = (_file, again) => {
      questions.push(again);
      return new Secret(answers.shift()!);
    };
    const keys = privateKeys([path], ask);
    expect(opened(text, holding(keys))).toBe('text');
    expect(opened(sealFor([recipient]), holding(keys))).toBe('text');
    expect(questions).toEqual([false, true]);
  });

  it('of our own', () => {
    const { recipient, file: text } = newKeyPair('web1');
    expect(text).toContain(`# public key: ${recipientText(recipient)} web1\n`);
    expect(opened(sealFor([recipient]), withKeys(file('own', text)))).toBe('text');
  });

  it.each([
    ['there is no such file', () => join(folder, 'nothing')],
    ['it is a folder', () => folder],
    ['it holds no private key', () => file('text', 'hello\n')],
    [
      'it is in the format of PuTTY',
      () => file('ppk', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n'),
    ],
    ['it holds a public key', () => `${sshKey('public').path}.pub`],
    ['cannot be sealed to a key of the type ssh-rsa', () => sshKeyFile('rsa', '-t', 'rsa')],
    [
      'part of it is missing',
      () => file('short', readFileSync(sshKey('cut').path, 'utf8').replace(/(.{70}\n).{70}\n/, '$1')),
    ],
    ['its end is missing', () => file('endless', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n')],
    ['missing or mistyped', () => file('slip', newKeyPair('').file.replace(/(secret ...)./, '$1-'))],
    [
      'not in the format of OpenSSH',
      () => file('pem', '-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n'),
    ],
  ])('that cannot be used: %s', (message, path) => {
    const text = sealFor([newKeyPair('').recipient]);
    expect(errorOf(() => opened(text, withKeys(path()))).message).toContain(message);
  });

  it('that are damaged are never quoted, and it is them that are blamed', () => {
    const { recipient, path } = sshKey('whole');
    const text = sealFor([recipient]);
    const [begin, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
    const bytes = Buffer.from(lines.slice(0, -1).join(''), 'base64');
    for (let i = 0; i < bytes.length; i++) {
      for (let bit = 1; bit < 0x100; bit <<= 1) {
        const damaged = Buffer.from(bytes);
        damaged[i]! ^= bit;
        const broken = file('damaged', [begin, damaged.toString('base64'), lines.at(-1), ''].join('\n'));
        const error = tried(() => opened(text, withKeys(broken)));
        // The comment, padding, and options of a derivation that there is none of, may be otherwise.
        if (!error) continue;
        expect(error).toBeInstanceOf(UserError);
        expect([i, bit, `${error.message} ${(error as UserError).hint}`]).toEqual([
          i,
          bit,
          expect.stringMatching(/^(?!.*the data is damaged)[ -~]{40,600}$/),
        ]);
      }
    }
  });

  function tried(work: () => unknown): Error | undefined {
    try {
      work();
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  function sshKeyFile(name: string, ...options: string[]): string {
    execFileSync('ssh-keygen', ['-q', '-N', '', '-f', join(folder, name), ...options]);
    return join(folder, name);
  }

  it('is not read before a secret wants it, and asked for no more than three times in a run', () => {
    const { recipient, path } = sshKey('lazy', 'right');
    let asked = 0;
    const keys = privateKeys([path], () => {
      asked++;
      return new Secret('wrong');
    });
    const who = holding(keys, identity('pw'));
    openEnvelope(
      sealWith({ format: 'ansible', label: 'x', password: identity('pw') }, Buffer.from('a')),
      who,
    );
    expect(errorOf(() => opened(sealFor([newKeyPair('').recipient]), who)).message).toContain(
      'this is encrypted for',
    );
    expect(asked).toBe(0);
    for (let i = 0; i < 2; i++) {
      expect(errorOf(() => opened(sealFor([recipient]), who)).message).toContain('wrong passphrase');
    }
    expect(asked).toBe(3);
  });
});

describe('several ways to open one envelope', () => {
  it('each of them does', () => {
    const [alice, bob] = [sshKey('alice'), sshKey('bob')];
    const text = sealFor([alice.recipient, bob.recipient], identity('pw', 'prod'));
    for (const who of [withKeys(alice.path), withKeys(bob.path), identities(identity('pw'))]) {
      expect(opened(text, who)).toBe('text');
    }
    expect(readReaders(text)).toEqual({
      format: 'tsible',
      label: 'prod',
      password: true,
      recipients: [alice.recipient, bob.recipient],
      unknown: [],
    });
    for (const line of text.split('\n').filter(each => !each.startsWith('->'))) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it('first the password of the label, then a key, then other passwords, and last what has to ask', () => {
    const [open, locked] = [sshKey('open'), sshKey('locked', 'x')];
    const order: string[] = [];
    const watched = (label: string, asks = false) =>
      new Identity(
        label,
        'test',
        () => {
          order.push(label);
          return new Secret('wrong');
        },
        asks,
      );
    const ask: AskPassphrase = path => {
      order.push(path);
      return nobody(path, false);
    };
    const passwords = [watched('typed', true), watched('dev'), watched('prod')];
    const text = sealFor([locked.recipient, open.recipient], identity('right', 'prod'));
    opened(text, holding(privateKeys([locked.path, open.path], ask), ...passwords));
    expect(order).toEqual(['prod']);
    const fresh = [watched('typed', true), watched('dev'), watched('prod')];
    order.length = 0;
    expect(() => opened(text, holding(privateKeys([locked.path], ask), ...fresh))).toThrow(UserError);
    expect(order).toEqual(['prod', 'dev', locked.path, 'typed']);
  });

  it('another content for the same readers keeps the header, also where a password is not known', () => {
    const alice = sshKey('same');
    const text = sealFor([alice.recipient], identity('pw', 'prod'));
    const { sealer } = openEnvelope(text, withKeys(alice.path));
    const changed = sealWith(sealer, Buffer.from('other'));
    const header = (each: string) => each.slice(0, each.indexOf('\n---'));
    expect(header(changed)).toBe(header(text));
    expect(changed).not.toBe(text);
    expect(opened(changed, identities(identity('pw')))).toBe('other');
  });

  it('one more recipient needs no other key than one that opens it', () => {
    const [alice, bob] = [sshKey('first'), sshKey('second')];
    const { sealer, label } = openEnvelope(sealFor([alice.recipient], identity('pw')), withKeys(alice.path));
    if (!('header' in sealer)) throw new Error('it was opened with a header');
    const text = sealWith(withMoreRecipients(sealer.header, label, [bob.recipient]), Buffer.from('more'));
    for (const who of [withKeys(alice.path), withKeys(bob.path), identities(identity('pw'))]) {
      expect(opened(text, who)).toBe('more');
    }
  });
});

describe('when nothing opens it', () => {
  const named = (recipient: Recipient, name: string) => (each: Recipient) =>
    each.blob === recipient.blob ? name : undefined;

  it('the error says where, for whom by name, and what was tried', () => {
    const [bob, mine] = [sshKey('bobs'), sshKey('mine')];
    const stranger = newKeyPair('').recipient;
    const text = sealFor([bob.recipient, stranger]);
    const keys = { ...privateKeys([mine.path], nobody), nameOf: named(bob.recipient, 'bob') };
    const error = errorOf(() => openEnvelope(text, holding(keys), startOf(text))) as UserError;
    expect(error.format()).toContain(
      `vault.yml:1:1: this is encrypted for bob, tsible-x25519 ${stranger.blob}: tried ${mine.path} (SHA256:`,
    );
    expect(error.hint).toContain('an SSH agent can sign with its keys but not decrypt');
  });

  it('a passphrase that nobody can be asked for is what it was about', () => {
    const { recipient, path } = sshKey('asks', 'x');
    const { message } = errorOf(() => opened(sealFor([recipient]), withKeys(path)));
    expect(message).toContain('there is nobody to ask');
  });

  it('passwords and keys are both named where both would do', () => {
    const text = sealFor([newKeyPair('').recipient], identity('pw', 'prod'));
    const error = errorOf(() =>
      openEnvelope(text, holding(privateKeys([sshKey('wrong').path], nobody), identity('x'))),
    ) as UserError;
    expect(error.message).toMatch(/^wrong vault password: tried default \(test\); tried .*wrong \(SHA256:/);
    expect(error.hint).toContain('vault id "prod", and for tsible-x25519');
  });
});

describe('damage', () => {
  it('every byte flipped is an error, and never another content', () => {
    const { sealed, keys } = vectors[1]!;
    const who = withKeys(file('damage', keys[0]!));
    const bytes = Buffer.from(sealed);
    for (let i = 0; i < bytes.length - 1; i++) {
      const flipped = Buffer.from(bytes);
      flipped[i]! ^= 0x01;
      const broken = flipped.toString('latin1');
      let content: string | undefined;
      try {
        content = openEnvelope(broken, who, startOf(broken)).content.toString();
      } catch (error) {
        expect(error, `byte ${i}`).toBeInstanceOf(UserError);
        expect((error as UserError).format()).toMatch(/^vault\.yml:\d+:\d+: /);
      }
      if (content !== undefined) expect([i, content, bytes[i]]).toEqual([i, 'x', 0x0a]);
    }
  });

  it('cut off anywhere is an error', () => {
    const { sealed, keys } = vectors[1]!;
    const who = withKeys(file('cut-off', keys[0]!));
    for (let length = 0; length < sealed.length - 1; length++) {
      expect(() => openEnvelope(sealed.slice(0, length), who), `${length} bytes`).toThrow(UserError);
    }
  });

  it('a stanza moved from another envelope, or taken away, is noticed', () => {
    const { recipient, path } = sshKey('moved');
    const other = newKeyPair('').recipient;
    const [a, b] = [sealFor([recipient, other]), sealFor([recipient])];
    const stanzas = (text: string) => text.split(/(?=^-)/m);
    const [mark, mine, , ...rest] = stanzas(a);
    expect(() => opened([mark, mine, ...rest].join(''), withKeys(path))).toThrow('its header was altered');
    const foreign = [mark, stanzas(b)[1], ...stanzas(a).slice(2)].join('');
    expect(() => opened(foreign, withKeys(path))).toThrow('its header was altered');
  });
});

describe('public keys', () => {
  const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIIofhT06zJ8fsQ8x+txl40mmRaA9gke7SxpX0ebbSX9M';

  it.each([
    ['alone', `ssh-ed25519 ${key}`, ''],
    ['with a comment', `ssh-ed25519 ${key} alice@work laptop`, 'alice@work laptop'],
    ['with an end that is not yet', `expiry-time="20990101",no-pty ssh-ed25519 ${key} a`, 'a'],
    [
      'behind options that speak of others',
      `command="x,cert-authority,@revoked y" ssh-ed25519 ${key} a`,
      'a',
    ],
    ['behind options', `from="10.0.0.0/8, 192.168.*",command="echo \\"a b\\"" ssh-ed25519 ${key} a`, 'a'],
  ])('%s', (_title, line, comment) => {
    expect(readRecipient(line)).toMatchObject({ comment, recipient: { type: 'ssh-ed25519', blob: key } });
  });

  it.each([
    ['cannot be sealed to a key of the type ssh-rsa', 'ssh-rsa AAAAB3NzaC1yc2E= a'],
    ['a key of the type ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256 AAAA a'],
    ['a key of the type sk-ssh-ed25519@openssh.com', 'sk-ssh-ed25519@openssh.com AAAA a'],
    ['is damaged', `ssh-ed25519 ${key.slice(0, -4)}`],
    ['is damaged', `ssh-ed25519 ${key.replace('1lZDI', '1lZDJ')}`],
    ['is damaged', 'tsible-x25519 j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8+Lu1i'],
    ['this is a certificate', `ssh-ed25519-cert-v01@openssh.com ${key} a`],
    ['of a certificate authority', `from="*",cert-authority ssh-ed25519 ${key} a`],
    ['is marked as revoked', `@revoked ssh-ed25519 ${key} a`],
    ['this key has expired (expiry-time="20200229")', `no-pty,expiry-time="20200229" ssh-ed25519 ${key} a`],
    ['this key has expired', `Expiry-Time=202001010101Z ssh-ed25519 ${key} a`],
    ['this key has expired', `expiry-time="20200101010159z" ssh-ed25519 ${key} a`],
    ['this is a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['this is not a public key', 'The agent has no identities.'],
  ])('error: %s', (message, line) => {
    expect(readRecipient(line)).toMatchObject({ fault: expect.stringContaining(message) });
  });

  it('that nobody can have the private key of are refused', () => {
    const wire = Buffer.from(key, 'base64');
    wire.fill(0, 19);
    for (const point of [0, 1]) {
      wire[19] = point;
      const recipient = publicKey(`ssh-ed25519 ${wire.toString('base64')}`);
      expect(() => sealFor([recipient])).toThrow('nobody can have its private key');
    }
  });
});
