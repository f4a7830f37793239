import { expect, it } from 'vitest';
import { concealed } from '../../../src/cli/vault/inline/conceal.ts';
import type { KeyPath } from '../../../src/cli/vault/inline/key-path.ts';
import { revealed } from '../../../src/cli/vault/inline/reveal.ts';
import { vaultValues } from '../../../src/cli/vault/inline/sealed-values.ts';
import { locate, type Place } from '../../../src/cli/vault/inline/set-value.ts';
import { spliced, YamlText } from '../../../src/cli/vault/inline/yaml-text.ts';
import { withEnvelope, withText } from '../../../src/cli/vault/values.ts';
import { UserError } from '../../../src/core/error.ts';
import { Source } from '../../../src/core/position.ts';
import { childrenOf, lineEnd, type YamlNode } from '../../../src/load/yaml/outline.ts';
import { RandomYaml } from './random-yaml.ts';

const FILES = 100;
const TEXTS =
  `plain,two\nlines\n,yes, lead,a: b,q'uote,x # y,- z,1.5,tab\there,no end\nof it,{{ x }},\n,ü,a\r\nb,!vault`.split(
    ',',
  );

it('a value is set, whatever the file looks like, and all else stays', { timeout: 60_000 }, () => {
  const random = new RandomYaml(1);
  let count = 0;
  for (const yaml of files(random)) {
    for (const path of places(yaml.roots[0]!)) {
      const place = locate(yaml, path);
      const envelope = random.envelope();
      const text = random.pick(TEXTS);
      expectSet(yaml, place, envelope, withEnvelope(yaml, place, envelope));
      expectSet(yaml, place, text, withText(yaml, place, text));
      count++;
    }
  }
  expect(count).toBeGreaterThan(1000);
});

it('a file comes back from the editor to the byte, and with one value changed if one was', () => {
  const random = new RandomYaml(2);
  let count = 0;
  for (const yaml of files(random)) {
    const shown = vaultValues(yaml).map(value => ({ value, text: random.pick(TEXTS) }));
    const inEditor = read(revealed(yaml, shown, { keepTags: true }))!;
    expect(concealed(yaml, shown, inEditor, () => 'sealed anew')).toBe(yaml.text);
    const now = vaultValues(inEditor);
    expect(now.map(({ text }) => text)).toEqual(shown.map(({ text }) => text));
    for (const { node, path } of now) {
      const edited = read(spliced(inEditor.text, inEditor.replace(node, { head: 'changed' }, 0)))!;
      const envelope = random.envelope();
      const after = concealed(yaml, shown, edited, () => envelope);
      expectSet(yaml, locate(yaml, path), envelope, after);
      count++;
    }
  }
  expect(count).toBeGreaterThan(100);
});

function* files(random: RandomYaml): Generator<YamlText> {
  for (let made = 0; made < FILES; ) {
    const yaml = read(random.file());
    if (!yaml) continue;
    made++;
    yield yaml;
  }
}

function read(text: string): YamlText | undefined {
  try {
    return new YamlText(new Source('x.yml', text));
  } catch (error) {
    // Such as an alias in what it is an alias of.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Where values stand, and where new ones could. */
function* places(node: YamlNode, path: KeyPath = []): Generator<KeyPath> {
  if (node.kind === 'alias') return;
  if (node.kind === 'scalar') {
    yield path;
    return;
  }
  const children = childrenOf(node);
  for (const [part, child] of children) yield* places(child, [...path, part]);
  if (node.kind === 'mapping')
    yield* [
      [...path, 'new'],
      [...path, 'new one', 'in.ner'],
    ];
  else yield [...path, children.length];
}

function expectSet(yaml: YamlText, place: Place, value: string, after: string): void {
  const { path, rest, node } = place;
  const now = read(after);
  const found = now && locate(now, path);
  const what = { before: yaml.text, path, after };
  expect({ ...what, rest: found?.rest, value: found?.node?.kind === 'scalar' && found.node.text }).toEqual({
    ...what,
    rest: [],
    value,
  });
  const kept = path.length - rest.length;
  const changed = path.slice(0, rest.length > 0 && node?.kind !== 'scalar' ? kept + 1 : kept);
  expect({ ...what, rest: [...said(now!, changed)] }).toEqual({ ...what, rest: [...said(yaml, changed)] });
  if (rest.length === 0 && node?.kind === 'scalar') {
    // The lines before it, what stands before and behind it, and the lines after it.
    const end = lineEnd(yaml.text, node.end);
    const behind = yaml.text.slice(node.head.end, node.body ? node.body.start : end);
    const [start, line] = [yaml.text.slice(0, node.start), after.slice(node.start).split(/\r?\n/, 1)[0]!];
    expect({ ...what, start: after.startsWith(start), end: after.endsWith(yaml.text.slice(end)) }).toEqual({
      ...what,
      start: true,
      end: true,
    });
    expect({ ...what, behind: line.endsWith(behind) }).toEqual({ ...what, behind: true });
  }
  if (yaml.text.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n');
}

/** What a text says, place by place, without what stands at and below one place. */
function* said(
  yaml: YamlText,
  without: KeyPath,
  node = yaml.roots[0]!,
  path: KeyPath = [],
): Generator<unknown> {
  if (path.length === without.length && path.every((part, i) => part === without[i])) return;
  if (node.kind === 'alias') {
    yield [path, node.name];
    return;
  }
  const tag = node.tag && yaml.text.slice(node.tag.start, node.tag.end);
  if (node.kind === 'scalar') yield [path, tag, node.style, node.text];
  else {
    yield [path, tag, node.kind];
    for (const [part, child] of childrenOf(node)) yield* said(yaml, without, child, [...path, part]);
  }
}
