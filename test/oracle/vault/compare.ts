import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseKeyPath } from '../../../src/cli/vault/inline/key-path.ts';
import { writtenEnvelope } from '../../../src/cli/vault/inline/scalar-text.ts';
import { locate, setValue } from '../../../src/cli/vault/inline/set-value.ts';
import { spliced, YamlText } from '../../../src/cli/vault/inline/yaml-text.ts';
import { Source } from '../../../src/core/position.ts';
import { openEnvelope, sealEnvelope } from '../../../src/vault/seal.ts';
import { identities, identity } from '../../vault/scene.ts';
import { type Password, startVaultOracle, type VaultOracle } from './oracle.ts';
import { writeVectors } from './vectors.ts';

/** Files, values and edits, there and back between tsible and the real ansible-vault. Returns how many differ. */
export async function compareVault(write: boolean, rounds = 200): Promise<number> {
  const oracle = await startVaultOracle();
  try {
    if (write) await writeVectors(oracle);
    const faults: string[] = [];
    const check = async (title: string, work: () => Promise<boolean>) => {
      try {
        if (!(await work())) faults.push(`${title}: not the same`);
      } catch (error) {
        faults.push(`${title}: ${(error as Error).message}`);
      }
    };
    for (let round = 0; round < rounds; round++) {
      const { content, password, label } = random();
      const title = `${content.length} bytes, password ${JSON.stringify(password)}, id ${label}`;
      await check(`ours is opened: ${title}`, () => oursOpens(oracle, content, password, label));
      await check(`theirs is opened: ${title}`, () => theirsOpens(oracle, content, password, label));
    }
    for (const text of EDITED) {
      for (const key of KEYS)
        await check(`${key} set in ${JSON.stringify(text)}`, () => editLoads(oracle, text, key));
    }
    for (const [title, work] of Object.entries(PROGRAM)) await check(title, () => work(oracle));
    const asked = 2 * rounds + EDITED.length * KEYS.length + Object.keys(PROGRAM).length;
    process.stdout.write(`vault: ${asked} exchanges with ansible-vault, ${faults.length} differ\n`);
    for (const fault of faults) process.stdout.write(`  ${fault}\n`);
    return faults.length;
  } finally {
    await oracle.stop();
  }
}

interface Random {
  readonly content: Buffer;
  readonly password: string;
  readonly label: string | undefined;
}

function random(): Random {
  const letters = [...'abcXYZ019 _-+.,:!?"\'\\$%&/()=äöüß☃密🔑'];
  // Ansible writes other ids, and does not read them again.
  const ascii = letters.filter(letter => letter < '\x7f');
  const word = (length: number, from = letters) =>
    Array.from({ length }, () => from[randomInt(from.length)]).join('');
  const text = randomInt(2) === 0;
  const length = randomInt(3) === 0 ? randomInt(40) : randomInt(3000);
  return {
    content: text ? Buffer.from(word(length)) : randomBytes(length),
    // Not to be taken for white space around a password.
    password: `p${word(randomInt(40))}p`,
    label: randomInt(2) === 0 ? undefined : `i${word(randomInt(10), ascii)}i`,
  };
}

const bytesOf = (password: string): Password => ({ password: Buffer.from(password) });

async function oursOpens(
  oracle: VaultOracle,
  content: Buffer,
  password: string,
  label?: string,
): Promise<boolean> {
  const sealed = sealEnvelope(content, identity(password, label), 'ansible');
  return (await oracle.decrypt(bytesOf(password), label, sealed)).equals(content);
}

async function theirsOpens(
  oracle: VaultOracle,
  content: Buffer,
  password: string,
  label?: string,
): Promise<boolean> {
  const sealed = await oracle.encrypt(bytesOf(password), label, content);
  const opened = openEnvelope(sealed, identities(identity(password)));
  return opened.content.equals(content) && opened.label === (label ?? 'default');
}

/** Texts as people write them; in each, each key gets a secret, and the rest must load as before. */
const EDITED = [
  'a: old\nb: {}\nl: [x, y]\n',
  '# c\na:   old # why\n\nb:\n    c: "x"\n    d: {e: 1}\nl:\n- x\n- y\n',
  'a: >\n  folded\n  text\n\nb: {c: x, d: {e: [1]}}\nl:\n  - n: 1\n  - n: 2\n',
  "a: 'it''s'\nb:\n  c: |+\n    keep\n\n\nl: [x]\n",
  '---\r\na: old # c\r\nb: {}\r\nl: []\r\n',
  'a:\nb:\nl:\n',
];
const KEYS = ['a', 'b.c', 'b.new', 'new', 'new.deep[0].x', 'l[0]', '"quo ted"', '"yes"'];

async function editLoads(oracle: VaultOracle, text: string, key: string): Promise<boolean> {
  const path = parseKeyPath(key);
  const yaml = new YamlText(new Source('x.yml', text));
  const place = locate(yaml, path);
  const envelope = sealEnvelope(Buffer.from('the secret'), identity('pw'), 'ansible');
  const node = place.rest.length === 0 ? place.node : undefined;
  if (node && node.kind !== 'scalar' && node.kind !== 'alias') return true;
  const edited = spliced(
    text,
    setValue(yaml, place, { tag: '!vault', written: writtenEnvelope(envelope, place) }),
  );
  const [before, after] = [await oracle.load(bytesOf('pw'), text), await oracle.load(bytesOf('pw'), edited)];
  return JSON.stringify(put(before, path, { secret: 'the secret' })) === JSON.stringify(after);
}

/** Data with another value at a path; what is missing on the way is made. */
function put(data: unknown, [part, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (part === undefined) return value;
  if (typeof part === 'number' || Array.isArray(data)) {
    const list = [...((data as unknown[]) ?? [])];
    list[Number(part)] = put(list[Number(part)], rest, value);
    return list;
  }
  const mapping = (data ?? {}) as Record<string, unknown>;
  return { ...mapping, [part]: put(mapping[part], rest, value) };
}

/** The program itself. */
const PROGRAM: Readonly<Record<string, (oracle: VaultOracle) => Promise<boolean>>> = {
  'ten megabytes, there and back': async oracle => {
    const content = randomBytes(10 << 20);
    const file = join(oracle.folder, 'big');
    writeFileSync(join(oracle.folder, 'pw'), 'pw\n');
    writeFileSync(file, sealEnvelope(content, identity('pw', 'prod'), 'ansible'));
    const ran = oracle.ansibleVault('decrypt', '--vault-id', 'prod@pw', 'big');
    if (ran.status !== 0) throw new Error(ran.stderr);
    if (!readFileSync(file).equals(content)) return false;
    const again = oracle.ansibleVault('encrypt', '--vault-id', 'prod@pw', 'big');
    if (again.status !== 0) throw new Error(again.stderr);
    return openEnvelope(readFileSync(file, 'utf8'), identities(identity('pw'))).content.equals(content);
  },
  'what encrypt_string prints': async oracle => {
    writeFileSync(join(oracle.folder, 'pw'), 'pw\n');
    const ran = oracle.ansibleVault('encrypt_string', '--vault-id', 'prod@pw', '-n', 'a', 'the ☃ secret');
    if (ran.status !== 0) throw new Error(ran.stderr);
    const yaml = new YamlText(new Source('x.yml', ran.stdout));
    const { node } = locate(yaml, ['a']);
    const opened = node?.kind === 'scalar' && openEnvelope(node.text, identities(identity('pw')));
    return opened && opened.content.toString() === 'the ☃ secret';
  },
};
