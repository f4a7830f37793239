import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { concealed } from '../../../src/cli/vault/inline/conceal.ts';
import { formatKeyPath, type KeyPath, parseKeyPath } from '../../../src/cli/vault/inline/key-path.ts';
import { revealed } from '../../../src/cli/vault/inline/reveal.ts';
import { writtenEnvelope } from '../../../src/cli/vault/inline/scalar-text.ts';
import { vaultValues } from '../../../src/cli/vault/inline/sealed-values.ts';
import { locate, setValue } from '../../../src/cli/vault/inline/set-value.ts';
import { spliced, YamlText } from '../../../src/cli/vault/inline/yaml-text.ts';
import { UserError } from '../../../src/core/error.ts';
import { Source } from '../../../src/core/position.ts';
import { childrenOf, type YamlNode, type YamlScalar } from '../../../src/load/yaml/outline.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const ENVELOPE = '$ANSIBLE_VAULT;1.1;AES256\n3132\n3334\n';

/** This project's own YAML files: as many ways of writing it as people have. */
const files = ['playbooks', 'inventory', 'roles', 'test/play', 'test/cases', 'test/roles']
  .flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)),
  )
  .filter(name => /\.ya?ml$/.test(name));

function read(text: string): YamlText | undefined {
  try {
    const yaml = new YamlText(new Source('x.yml', text));
    return yaml.roots.length === 1 ? yaml : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function* scalars(node: YamlNode, path: KeyPath = []): Generator<readonly [KeyPath, YamlScalar]> {
  if (node.kind === 'scalar') yield [path, node];
  else if (node.kind !== 'alias')
    for (const [part, child] of childrenOf(node)) yield* scalars(child, [...path, part]);
}

/** What a text says, without regard to where it stands. */
function said(node: YamlNode, yaml: YamlText): unknown {
  const tag = (span: { start: number; end: number } | undefined) =>
    span && yaml.text.slice(span.start, span.end);
  if (node.kind === 'alias') return { alias: node.name };
  if (node.kind === 'scalar') return { text: node.text, tag: tag(node.tag), plain: node.style === 'plain' };
  return {
    [node.kind]: childrenOf(node).map(([part, child]) => [part, said(child, yaml)]),
    tag: tag(node.tag),
  };
}

function changed(data: unknown, [part, ...rest]: KeyPath, value: unknown): unknown {
  if (part === undefined) return value;
  const { tag, ...kinds } = data as { tag: unknown } & Record<string, [string | number, unknown][]>;
  const [kind, children] = Object.entries(kinds)[0]!;
  const inside = children.map(([name, child]) => [name, name === part ? changed(child, rest, value) : child]);
  return { [kind]: inside, tag };
}

/** All of them take half a minute, and were right; this many keep them so. */
const STEP = 4;

it('values of every file can be set, and nothing else changes', { timeout: 120_000 }, () => {
  let count = 0;
  for (const file of files) {
    const yaml = read(readFileSync(join(ROOT, file), 'utf8'));
    if (!yaml) continue;
    for (const [path] of [...scalars(yaml.roots[0]!)].filter((_, i) => i % STEP === 0)) {
      const key = formatKeyPath(path);
      let place: ReturnType<typeof locate>;
      try {
        place = locate(yaml, parseKeyPath(key));
      } catch (error) {
        expect([file, key, (error as Error).message]).toEqual([
          file,
          key,
          expect.stringMatching(/occurs twice|is empty/),
        ]);
        continue;
      }
      const written = writtenEnvelope(ENVELOPE, place);
      const text = spliced(yaml.text, setValue(yaml, place, { tag: '!vault', written }));
      const after = new YamlText(new Source(file, text));
      const sealed = said(after.roots[0]!, after);
      const value = { text: ENVELOPE, tag: '!vault', plain: false };
      expect([file, key, sealed]).toEqual([file, key, changed(said(yaml.roots[0]!, yaml), path, value)]);
      count++;
    }
  }
  expect(count).toBeGreaterThan(800);
});

it('every file comes back to the byte when all of its values were encrypted, shown and saved', () => {
  for (const file of files) {
    let yaml = read(readFileSync(join(ROOT, file), 'utf8'));
    if (!yaml) continue;
    const texts = new Map<string, string>();
    for (const [path, { text: plain }] of [...scalars(yaml.roots[0]!)]) {
      const key = formatKeyPath(path);
      if (key === '' || plain.includes('$ANSIBLE_VAULT') || texts.has(key)) continue;
      texts.set(key, plain);
      try {
        const place = locate(yaml, path);
        const written = writtenEnvelope(ENVELOPE, place);
        yaml = new YamlText(
          new Source(file, spliced(yaml.text, setValue(yaml, place, { tag: '!vault', written }))),
        );
      } catch (error) {
        expect((error as Error).message).toContain('occurs twice');
        texts.delete(key);
      }
    }
    const shown = vaultValues(yaml)
      .filter(({ path }) => texts.has(formatKeyPath(path)))
      .map(value => ({ value, text: texts.get(formatKeyPath(value.path))! }));
    const text = revealed(yaml, shown, { keepTags: true });
    const inEditor = new YamlText(new Source(file, text));
    const back = concealed(yaml, shown, inEditor, plain => `sealed anew: ${plain}`);
    expect([file, back]).toEqual([file, yaml.text]);
    for (const { path, text: visible } of vaultValues(inEditor)) {
      expect([file, path, visible]).toEqual([file, path, texts.get(formatKeyPath(path)) ?? visible]);
    }
  }
});
