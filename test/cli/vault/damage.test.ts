import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import type { VaultFormat } from '../../../src/vault/envelope.ts';
import { Identity } from '../../../src/vault/identity.ts';
import { sealEnvelope } from '../../../src/vault/seal.ts';
import { prepare } from '../../../src/vault/sodium.ts';
import { tsible } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(prepare);

const CANARY = 'canary-7f3a';
const sealed = (format: VaultFormat, password = 'right') =>
  sealEnvelope(
    Buffer.from(`a: ${CANARY}\n`),
    new Identity('prod', 'test', () => new Secret(password)),
    format,
  );

const flip = (text: string, at: number) =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);

const damages: Readonly<Record<string, (text: string) => string>> = {
  'a flipped bit in the first line': text => flip(text, 3),
  'a flipped bit in the content': text => flip(text, text.length - 30),
  'cut off': text => text.slice(0, text.length - 90),
  'nothing but the first line': text => text.split('\n')[0]!,
  'an unknown version': text => text.replace(/;1(?:\.2)?;/, ';7;'),
  'no hexadecimal, no base64': text => `${text.split('\n')[0]}\n!"#$%&\n`,
  'absurd costs of the key derivation': text => text.replace('argon2id 3 65536', 'argon2id 30000 99999999'),
  'encrypted with another password': text => sealed(text.startsWith('$A') ? 'ansible' : 'tsible', 'another'),
};

const indented = (text: string) => text.trimEnd().replace(/^/gm, '  ');

describe.each<VaultFormat>(['ansible', 'tsible'])('%s', format => {
  // Ansible's derivation has no costs to choose.
  const possible = Object.entries(damages).filter(
    ([title]) => format === 'tsible' || !title.startsWith('absurd'),
  );
  it.each(possible)(
    '%s: commands say where, and write nothing',
    async (title, damage) => {
      const whole = damage(sealed(format));
      if (format === 'ansible' && title.startsWith('absurd')) {
        expect(whole).toBe(sealed(format).replace(/[\s\S]*/, whole));
        return;
      }
      const contents = {
        'whole.yml': whole,
        'values.yml': `# c\nx: 1\na: !vault |\n${indented(whole)}\n`,
        pw: 'right',
        pw2: 'new',
      };
      for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
      // Without its mark, a whole file is none that is encrypted, and a value is one that should be.
      const isPlain = title.includes('first line') && title.startsWith('a flipped');
      const commands = [
        ['view', 'whole.yml'],
        ['edit', 'whole.yml'],
        ['rekey', 'whole.yml', '--new-vault-password-file', 'pw2'],
        ['decrypt', 'values.yml'],
        ['edit', 'values.yml', '--key', 'a'],
        ...(isPlain
          ? []
          : [
              ['get', 'whole.yml', 'a'],
              ['set', 'values.yml', 'a'],
            ]),
      ];
      const runs = commands.map(async words => {
        const ran = await tsible(['vault', ...words, '--vault-password-file', 'pw'], {
          cwd: folder,
          stdin: 'new value',
          env: { EDITOR: 'false' },
        });
        return { words: words.join(' '), ...ran };
      });
      for (const { words, status, stdout, stderr } of await Promise.all(runs)) {
        const where = words.includes('whole') ? 'whole\\.yml:\\d+:\\d+' : 'values\\.yml:[345]:\\d+';
        expect([words, status, stdout]).toEqual([words, 1, '']);
        expect([words, stderr]).toEqual([
          words,
          expect.stringMatching(new RegExp(`^error: .*${where}|^error: ${where}`)),
        ]);
        expect(stderr).not.toMatch(/has a fault|\n\s+at |canary/);
      }
      for (const [name, content] of Object.entries(contents))
        expect(readFileSync(join(folder, name), 'utf8')).toBe(content);
      expect(readdirSync(folder).sort()).toEqual(Object.keys(contents).sort());
    },
    60_000,
  );
});
