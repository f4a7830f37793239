import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './shell.ts';

/** Makes an OpenSSH key pair `file` and `file.pub`; gives the public line, without its comment. */
export async function makeKeyPair(file: string, type: 'ed25519' | 'ecdsa', comment = ''): Promise<string> {
  await must('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', comment, '-f', file]);
  return withoutComment(readFileSync(`${file}.pub`, 'utf8'));
}

/** The host keys of an OpenSSH server, made anew for each host. RSA is left out: it alone takes a second. */
export async function makeOpensshHostKeys(seed: string): Promise<string[]> {
  const dir = join(seed, 'etc/ssh');
  mkdirSync(dir, { recursive: true });
  return Promise.all([
    makeKeyPair(join(dir, 'ssh_host_ed25519_key'), 'ed25519'),
    makeKeyPair(join(dir, 'ssh_host_ecdsa_key'), 'ecdsa'),
  ]);
}

/** dropbear reads a format of its own: the key's type, then private and public half in one. */
export function makeDropbearHostKey(seed: string): string[] {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const secret = Buffer.from(jwk.d ?? '', 'base64url');
  const open = Buffer.from(jwk.x ?? '', 'base64url');
  const type = sshString('ssh-ed25519');
  const dir = join(seed, 'etc/dropbear');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'host_key'), Buffer.concat([type, sshString(Buffer.concat([secret, open]))]), {
    mode: 0o600,
  });
  return [`ssh-ed25519 ${Buffer.concat([type, sshString(open)]).toString('base64')}`];
}

export function knownHostsLines(names: string[], hostKeys: string[]): string {
  return hostKeys.map(key => `${names.join(',')} ${key}\n`).join('');
}

function sshString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function withoutComment(line: string): string {
  return line.trim().split(' ').slice(0, 2).join(' ');
}
