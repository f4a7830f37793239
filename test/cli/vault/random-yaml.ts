import { seeded } from '../../safety/seeded.ts';

/** Writes YAML files at random, in every way that people have of writing a value, and some that nobody has. */
export class RandomYaml {
  readonly #next: () => number;
  #anchors: string[] = [];
  #secrets = 0;

  constructor(seed: number) {
    this.#next = seeded(seed);
  }

  /** A number from 0 up to, and without, `limit`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** An envelope that no other call gives. */
  envelope(): string {
    this.#secrets++;
    return `$ANSIBLE_VAULT;1.1;AES256\n${10_000_000 + this.#secrets}\n3334\n`;
  }

  file(): string {
    this.#anchors = [];
    const start = this.pick(['', '---\n', '# head\n---\n', '%YAML 1.1\n---\n']);
    const text = start + this.#mapping(0, 3) + this.pick(['', '', '# end\n', '...\n', '\n\n']);
    const ended = this.below(5) === 0 ? text.replace(/\n+$/, '') : text;
    return this.below(5) === 0 ? ended.replaceAll('\n', '\r\n') : ended;
  }

  #mapping(indent: number, depth: number): string {
    const [margin, step] = [' '.repeat(indent), this.pick([2, 2, 2, 4, 1, 3])];
    const keys = new Set(Array.from({ length: this.below(5) + 1 }, () => this.pick(KEYS)));
    return [...keys]
      .map(key => {
        const before = this.pick(['', '', '', '', `${margin}# comment\n`, '\n']);
        const start = `${before}${margin}${key === '? complex' ? `${key}\n${margin}` : key}:`;
        const kind = this.below(depth > 0 ? 10 : 6);
        if (kind < 5) return `${start}${this.#behind(this.#scalar(indent))}`;
        if (kind === 5) return `${start} ${this.#flow(2)}${this.#comment()}\n`;
        const opening = `${start}${this.#anchor('')}${this.#comment()}\n`;
        if (kind < 8) return opening + this.#mapping(indent + step, depth - 1);
        return opening + this.#list(indent + this.pick([0, step]), depth - 1);
      })
      .join('');
  }

  #list(indent: number, depth: number): string {
    const margin = ' '.repeat(indent);
    const items = Array.from({ length: this.below(4) + 1 }, () => {
      const before = this.pick(['', '', '', `${margin}# in a list\n`]);
      const kind = this.below(depth > 0 ? 8 : 5);
      if (kind < 4) return `${before}${margin}-${this.#behind(this.#scalar(indent))}`;
      if (kind === 4) return `${before}${margin}- ${this.#flow(2)}${this.#comment()}\n`;
      const inner = kind === 5 ? this.#list(indent + 2, depth - 1) : this.#mapping(indent + 2, depth - 1);
      return `${before}${margin}- ${inner.replace(/^(?:\s*(?:#[^\n]*)?\n)*\s*/, '')}`;
    });
    return items.join('');
  }

  #behind(value: string): string {
    return value === '' ? `${this.#comment()}\n` : `${this.pick([' ', ' ', '  '])}${value}\n`;
  }

  #scalar(indent: number): string {
    const margin = ' '.repeat(indent + this.pick([1, 2, 2, 4, 8]));
    const block = (head: string, lines: readonly string[]) =>
      [`${head}${this.#comment()}`, ...lines.map(line => (line === '' ? '' : margin + line))].join('\n');
    const sealed = () => this.envelope().trimEnd().split('\n');
    const kind = this.below(12);
    if (kind === 0 && this.#anchors.length > 0) return `*${this.pick(this.#anchors)}${this.#comment()}`;
    if (kind === 1) return '';
    const anchor = this.#anchor(' ');
    const tag = this.pick(['!vault', '!vault', '!vault-encrypted']);
    if (kind < 4) return anchor + block(`${tag} |${this.pick(['', '', '-', '+'])}`, sealed());
    if (kind === 4)
      return (
        anchor +
        block(
          `${tag} >-`,
          sealed()
            .flatMap(line => [line, ''])
            .slice(0, -1),
        )
      );
    if (kind === 5) return `${anchor}${tag} ${JSON.stringify(this.envelope())}${this.#comment()}`;
    if (kind === 6) return anchor + block(`|${this.pick(['', '-', '+'])}`, ['one', '  # none', '', 'end']);
    if (kind === 7) return anchor + block(`>${this.pick(['', '-', '+'])}`, ['folded', 'text', '', 'more']);
    if (kind === 8) return anchor + block(this.pick(['|', '>-']), []);
    const text = this.pick(SCALARS).replaceAll('\n', `\n${margin}`);
    return anchor + text + (/\n/.test(text) && !/["']$/.test(text) ? '' : this.#comment());
  }

  #flow(depth: number): string {
    const comma = () => this.pick([', ', ',\n          ']);
    const kind = this.below(depth > 0 ? 6 : 3);
    const count = this.below(4);
    if (kind === 0) return `!vault ${JSON.stringify(this.envelope())}`;
    if (kind === 1) return this.pick(['"x, y"', "'a: b'", '"]"', "'}'", '{}', '[]']);
    if (kind === 2) return this.pick(['1', 'x', 'two words', 'yes', '~', '"z"']);
    const inner = Array.from(
      { length: count },
      (_, i) => `${kind < 5 ? `${this.pick(['k', 'l'])}${i}: ` : ''}${this.#flow(depth - 1)}`,
    );
    const text = inner.join(comma());
    return kind < 5 ? `{${text}}` : `[${text}${this.pick(['', count > 0 ? ',' : ''])}]`;
  }

  #anchor(space: string): string {
    if (this.below(9) > 0) return '';
    const name = `n${this.#anchors.length}`;
    this.#anchors.push(name);
    return space === '' ? ` &${name}` : `&${name}${space}`;
  }

  #comment(): string {
    return this.pick(['', '', '', ' # c', '   # why: x', '\t# behind a tab']);
  }
}

const KEYS = [
  'a',
  'db',
  'pass word',
  '"with.dot"',
  "'it''s'",
  'x-y',
  'yes',
  '010',
  '"\\u00e4"',
  'ü',
  '"a: b"',
  "'#h'",
  '? complex',
];

const SCALARS = [
  '1',
  'two words',
  'a#b',
  'http://x:80/',
  "it's",
  '"quoted"',
  "'single ''q'' '",
  '"esc \\n \\" x"',
  '~',
  'yes',
  '0644',
  '"{{ x }}"',
  "'{{ y }}'",
  '2001-01-01',
  '""',
  '"several\nlines"',
  "'several\n\nlines'",
  'plain\nfolded',
  '!!str 5',
];
