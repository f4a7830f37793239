import { UserError } from '../../../core/error.ts';
import { positionAt, Source } from '../../../core/position.ts';
import { displayPath, type RecipientRules, readRecipientRules } from '../../../load/index.ts';
import {
  keyText,
  lineEnd,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
  type YamlSequence,
} from '../../../load/yaml/outline.ts';
import { writtenText } from '../inline/scalar-text.ts';
import { type Splice, spliced, YamlText } from '../inline/yaml-text.ts';

/** What is to be different in the rules of a tsible.yml. */
export interface RulesChange {
  /** Keys to give a name. */
  readonly keys: ReadonlyMap<string, string>;
  /** Words to put into lists, and to take out of them. */
  readonly lists: readonly ListChange[];
  /** Names to take out of `keys`. */
  readonly forget: readonly string[];
}

export interface ListChange {
  /** The `to` of a rule, or a group. */
  readonly list: { readonly rule: number } | { readonly group: string };
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The text of tsible.yml with the change, every other byte as it was. Throws UserError where that cannot be done. */
export function changedRules(text: string, rules: RecipientRules, change: RulesChange): string {
  let result = text;
  const apply = (splices: (section: Section) => Splice[]) => {
    result = spliced(result, splices(new Section(result, rules.file)));
  };
  for (const { list, add, remove } of change.lists) {
    for (const word of add) apply(section => section.addTo(section.list(list), word));
    for (const word of remove) apply(section => section.removeFrom(section.list(list), word));
  }
  for (const [name, key] of change.keys) apply(section => section.addKey(name, key));
  for (const name of change.forget) apply(section => section.removeKey(name));
  verify(result, rules, change);
  return result;
}

/** The section `vault` of a text that is known to be read without errors. */
class Section {
  readonly #yaml: YamlText;
  readonly #vault: YamlMapping;

  constructor(
    text: string,
    readonly file: string,
  ) {
    this.#yaml = new YamlText(new Source(displayPath(file), text));
    const vault = this.#yaml.roots[0] && entry(this.#yaml.roots[0], 'vault')?.value;
    if (vault?.kind !== 'mapping') throw byHand(this.#yaml.source, vault?.start ?? 0);
    this.#vault = vault;
  }

  list(which: ListChange['list']): YamlNode {
    if ('group' in which) {
      const groups = entry(this.#vault, 'groups')?.value;
      return (groups && entry(groups, which.group)?.value) ?? this.#fail(groups);
    }
    const rules = entry(this.#vault, 'recipients')?.value;
    const rule = rules?.kind === 'sequence' ? rules.items[which.rule] : undefined;
    return (rule && entry(rule, 'to')?.value) ?? this.#fail(rule ?? rules);
  }

  addTo(list: YamlNode, word: string): Splice[] {
    const { text } = this.#yaml;
    if (list.kind === 'scalar' && list.style !== 'literal' && list.style !== 'folded') {
      const old = text.slice(list.head.start, list.head.end);
      return [{ ...list.head, text: `[${old}, ${yamlWord(word, true)}]` }];
    }
    if (list.kind !== 'sequence') return this.#fail(list);
    const last = list.items.at(-1);
    if (!last) return this.#fail(list);
    if (list.flow) return [{ start: last.end, end: last.end, text: `, ${yamlWord(word, true)}` }];
    const at = lineEnd(text, last.end);
    const margin = ' '.repeat(this.#yaml.column(list.start));
    return [{ start: at, end: at, text: `${this.#yaml.lineBreak}${margin}- ${yamlWord(word, false)}` }];
  }

  removeFrom(list: YamlNode, word: string): Splice[] {
    if (list.kind !== 'sequence') return this.#fail(list);
    const at = list.items.findIndex(item => item.kind === 'scalar' && item.text.trim() === word);
    if (at === -1) return this.#fail(list);
    return list.flow
      ? [without(list.items, at)]
      : [this.#line(dashOf(this.#yaml, list, at), list.items[at]!.end)];
  }

  addKey(name: string, key: string): Splice[] {
    const keys = entry(this.#vault, 'keys')?.value;
    const { text, lineBreak } = this.#yaml;
    if (!keys || (keys.kind === 'scalar' && keys.style === 'absent')) return this.#addKeys(keys, name, key);
    if (keys.kind !== 'mapping') return this.#fail(keys);
    const last = keys.entries.at(-1);
    if (keys.flow) {
      const at = last?.value.end ?? keys.start + 1;
      return [{ start: at, end: at, text: `${last ? ', ' : ''}${name}: ${yamlWord(key, true)}` }];
    }
    const at = lineEnd(text, last!.value.end);
    const margin = ' '.repeat(this.#yaml.column(keys.start));
    return [{ start: at, end: at, text: `${lineBreak}${margin}${name}: ${yamlWord(key, false)}` }];
  }

  removeKey(name: string): Splice[] {
    const keys = entry(this.#vault, 'keys')?.value;
    if (keys?.kind !== 'mapping') return this.#fail(keys);
    const at = keys.entries.findIndex(({ key }) => keyText(key) === name);
    if (at === -1) return this.#fail(keys);
    if (keys.flow) {
      return [
        without(
          keys.entries.map(({ key, value }) => ({ start: key.start, end: value.end })),
          at,
        ),
      ];
    }
    const { key, value } = keys.entries[at]!;
    return [this.#line(key.start, Math.max(key.end + 1, value.end))];
  }

  /** The first key of a project that had none with a name. */
  #addKeys(empty: YamlScalar | undefined, name: string, key: string): Splice[] {
    const { lineBreak } = this.#yaml;
    if (this.#vault.flow) return this.#fail(this.#vault);
    const column = this.#yaml.column(this.#vault.start);
    const line = `${' '.repeat(column + this.#yaml.step())}${name}: ${yamlWord(key, false)}`;
    if (empty) {
      const at = lineEnd(this.#yaml.text, empty.end);
      return [{ start: at, end: at, text: lineBreak + line }];
    }
    const at = this.#vault.start;
    return [{ start: at, end: at, text: `keys:${lineBreak}${line}${lineBreak}${' '.repeat(column)}` }];
  }

  /** Whole lines, with the comment behind them. */
  #line(from: number, to: number): Splice {
    const { text } = this.#yaml;
    const start = text.lastIndexOf('\n', from - 1) + 1;
    if (text.slice(start, from).trim() !== '') return this.#fail({ start: from });
    const end = text.indexOf('\n', to);
    return { start, end: end === -1 ? text.length : end + 1, text: '' };
  }

  #fail(node: { readonly start: number } = this.#vault): never {
    throw byHand(this.#yaml.source, node.start);
  }
}

function byHand(source: Source, at: number): UserError {
  return new UserError('this is written in a way that cannot be changed here', {
    position: positionAt(source, at),
    hint: 'change it by hand; tsible vault recipients apply then seals everything anew that differs',
  });
}

/** That the text now says what was meant: whatever its comments, anchors and quotes. */
function verify(text: string, before: RecipientRules, { lists, keys, forget }: RulesChange): void {
  const source = new Source(displayPath(before.file), text);
  const after = readRecipientRules(source, before.file);
  const expected = (words: readonly string[], matches: (list: ListChange['list']) => boolean) => {
    const mine = lists.filter(({ list }) => matches(list));
    return [...words, ...mine.flatMap(({ add }) => add)].filter(
      word => !mine.some(({ remove }) => remove.includes(word)),
    );
  };
  const same = (a: readonly string[] | undefined, b: readonly string[]) =>
    JSON.stringify(a) === JSON.stringify(b);
  const right =
    after?.rules.length === before.rules.length &&
    before.rules.every(({ to }, i) =>
      same(
        after.rules[i]!.to,
        expected(to, list => 'rule' in list && list.rule === i),
      ),
    ) &&
    [...before.groups].every(([name, words]) =>
      same(
        after.groups.get(name),
        expected(words, list => 'group' in list && list.group === name),
      ),
    ) &&
    [...keys.keys()].every(name => after.keys.has(name)) &&
    forget.every(name => !namesOf(source).includes(name));
  if (!right) throw byHand(source, 0);
}

/** The names in the section `keys`, which others may be found besides. */
export function namesOf(source: Source): readonly string[] {
  const root = new YamlText(source).roots[0];
  const vault = root && entry(root, 'vault')?.value;
  const keys = vault && entry(vault, 'keys')?.value;
  return keys?.kind === 'mapping' ? keys.entries.map(({ key }) => keyText(key)) : [];
}

function entry(node: YamlNode, name: string): YamlMapping['entries'][number] | undefined {
  return node.kind === 'mapping' ? node.entries.find(({ key }) => keyText(key) === name) : undefined;
}

/** An item between commas, with one of them. */
function without(items: readonly { readonly start: number; readonly end: number }[], at: number): Splice {
  const [item, next, previous] = [items[at]!, items[at + 1], items[at - 1]];
  if (next) return { start: item.start, end: next.start, text: '' };
  return { start: previous?.end ?? item.start, end: item.end, text: '' };
}

function dashOf(yaml: YamlText, list: YamlSequence, at: number): number {
  const { start } = list.items[at]!;
  const dash = yaml.text.lastIndexOf('-', start - 1);
  return dash === -1 ? start : dash;
}

/** A name, a path, or a key with its comment: plain where nobody could read it as anything else. */
function yamlWord(word: string, flow: boolean): string {
  if (/^[A-Za-z0-9_./][\w./@+= -]*$/.test(word) && !word.includes(' #')) return word;
  return writtenText(word, { style: 'plain', flow }).head;
}
