import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VaultOracle } from './oracle.ts';

/** What the real ansible-vault made of a content and a password file: kept, so that no test needs it. */
export interface VaultVector {
  readonly title: string;
  /** Bytes in base64, as are those of the content. */
  readonly passwordFile: string;
  readonly label: string | undefined;
  readonly content: string;
  readonly sealed: string;
}

const CASES: readonly (readonly [
  title: string,
  passwordFile: string,
  label: string | undefined,
  content: string | Buffer,
])[] = [
  ['a line break behind the password', 'secret\n', undefined, 'a: 1\n'],
  ['several, and a carriage return', 'secret\r\n\n', undefined, 'a: 1\n'],
  ['spaces around the password', '  secret\t \n', 'prod', 'a: 1\n'],
  ['a password of several lines', 'one\ntwo\n', 'prod', 'a: 1\n'],
  ['a password that ends in a byte that is a space in Latin-1', 'voilà\n', undefined, 'a: 1\n'],
  ['a password with a space of Unicode at its end', 'secret\u3000\n', undefined, 'a: 1\n'],
  ['a password of many scripts', 'pässwörd ☃ 密码 🔑', undefined, 'a: 1\n'],
  ['a long password', 'x'.repeat(200), undefined, 'a: 1\n'],
  ['nothing', 'secret', undefined, ''],
  ['one block exactly', 'secret', undefined, '0123456789abcdef'],
  ['one byte less than a block', 'secret', undefined, '0123456789abcde'],
  ['Windows line ends', 'secret', undefined, 'a: 1\r\nb: 2\r\n'],
  ['bytes of every value', 'secret', 'dev', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
  ['an id with a dot, a dash and a space', 'secret', 'team-1.prod eu', 'a: 1\n'],
  ['unicode', 'secret', undefined, 'ü ☃ 🔑\n'],
];

export const FILE = join(import.meta.dirname, '../../vectors/ansible-vault.json');

export async function writeVectors(oracle: VaultOracle): Promise<void> {
  const vectors: VaultVector[] = [];
  for (const [title, passwordFile, label, content] of CASES) {
    writeFileSync(join(oracle.folder, 'password'), passwordFile);
    const bytes = Buffer.from(content);
    const sealed = await oracle.encrypt({ passwordFile: 'password' }, label, bytes);
    vectors.push({
      title,
      passwordFile: Buffer.from(passwordFile).toString('base64'),
      label,
      content: bytes.toString('base64'),
      sealed,
    });
  }
  writeFileSync(FILE, `${JSON.stringify(vectors, undefined, 2)}\n`);
}
