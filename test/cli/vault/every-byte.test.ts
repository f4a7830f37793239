import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../src/cli/command-line.ts';
import { reportError } from '../../../src/cli/error-report.ts';
import { Secret } from '../../../src/core/secret.ts';
import { Identity } from '../../../src/vault/identity.ts';
import { sealEnvelope } from '../../../src/vault/seal.ts';
import { prepare } from '../../../src/vault/sodium.ts';
import { sealTsible } from '../../../src/vault/tsible-format.ts';
import { inOwnFolder } from '../../load/folder.ts';

const { write } = inOwnFolder();
beforeAll(prepare);

const CANARY = 'canary-7f3a';
const password = new Identity('prod', 'test', () => new Secret('right'));
const SEAL = {
  ansible: (content: Buffer) => sealEnvelope(content, password, 'ansible'),
  // With a key that takes no time to derive.
  tsible: (content: Buffer) =>
    sealTsible(content, { label: 'prod', password, recipients: [] }, { cost: { passes: 1, kibibytes: 8 } }),
};

/** A sealed text alone in a file, and among others: what stands before it, and behind it. */
const SCENES = {
  'a whole file': { content: `a: ${CANARY}\n`, indent: '', before: '', after: '' },
  'a value': { content: CANARY, indent: '  ', before: '# c\nx: 1\na: !vault |\n', after: 'z: 2\n' },
};

const COMMANDS = [
  ['view', 'f.yml'],
  ['decrypt', 'f.yml'],
  ['rekey', 'f.yml', '--new-vault-password-file', 'pw2'],
];

let [shown, said] = ['', ''];
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    shown += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    said += text;
    return true;
  });
  write({ pw: 'right', pw2: 'new' });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The program itself, in this process: there are thousands of runs. */
async function run(words: readonly string[]): Promise<number> {
  [shown, said] = ['', ''];
  try {
    return await runCommandLine(['vault', ...words, '--vault-password-file', 'pw'], 'test');
  } catch (error) {
    return reportError(error, 'test');
  }
}

describe.each(Object.entries(SEAL))('%s', (format, seal) => {
  describe.each(Object.entries(SCENES))('%s', (_title, { content, indent, before, after }) => {
    const sealed = () => seal(Buffer.from(content)).replace(/^(?=.)/gm, indent);

    it('with any byte changed is an error with its place, and is not written over', {
      timeout: 120_000,
    }, async () => {
      const text = sealed();
      const header = text.indexOf('\n');
      // Ansible's header is not authenticated: another id there is only another name.
      const named = format === 'ansible' ? text.lastIndexOf(';', header) : header;
      for (let i = 0; i < text.length; i++) {
        const flipped = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1);
        const harmless = (i > named && i < header) || (i === text.length - 1 && after === '');
        if (!harmless) await expectRefused(before + flipped + after, i);
      }
    });

    it('cut off anywhere is an error with its place, and is not written over', {
      timeout: 120_000,
    }, async () => {
      const text = sealed().trimEnd();
      for (let length = 1; length < text.length; length++) {
        const cut = text.slice(0, length).trimEnd();
        await expectRefused(`${before}${cut}\n${after}`, length);
      }
    });
  });
});

/** Each damage is met by one of the commands: they open files by the same way. */
async function expectRefused(damaged: string, at: number): Promise<void> {
  const words = COMMANDS[at % COMMANDS.length]!;
  writeFileSync('f.yml', damaged);
  const status = await run(words);
  expect({ at, words, status, shown, said }).toEqual({
    ...{ at, words, status: 1, shown: '' },
    said: expect.stringMatching(/^error: f\.yml:\d+:\d+: /),
  });
  expect(said).not.toContain(CANARY);
  expect([at, readFileSync('f.yml', 'utf8')]).toEqual([at, damaged]);
  expect(readdirSync('.').sort()).toEqual(['f.yml', 'pw', 'pw2']);
}
