import { createHash } from 'node:crypto';

export type Random = () => number;

/** A secret of many shapes, and the random letters in it: six of them in a row, anywhere, are a leak. */
export interface RandomSecret {
  readonly kind: string;
  readonly text: string;
  readonly letters: readonly string[];
}

type Word = () => string;

/** What a secret looks like decides who takes it apart: a space, a comma, a slash, a quote each have their lovers. */
const KINDS: Readonly<Record<string, (word: Word) => string>> = {
  token: word => word() + word(),
  spaced: word => `${word()} ${word()}  ${word()}\t${word()}`,
  path: word => `/${word()}/${word()}/${word()}`,
  commas: word => `${word()},${word()}, ${word()}`,
  pairs: word => `${word()}=${word()},${word()}=${word()}`,
  colons: word => `${word()}:${word()}:${word()}`,
  url: word => `https://${word()}:${word()}@${word()}.invalid/${word()}?${word()}=${word()}`,
  address: word => `${word()}@${word()}.${word()}`,
  lines: word => `${word()} ${word()}\n  ${word()}:\n${word()}\n`,
  json: word => `{"a": "${word()}", "b": ["${word()}", {"c": "${word()}"}]}`,
  brokenJson: word => `{"a": "${word()}", ${word()}: ${word()} ]`,
  brokenYaml: word => `${word()}: [${word()}\n b: "${word()}`,
  braces: word => `${word()} {{ ${word()} }} ${word()}`,
  brokenBraces: word => `${word()} {{ ${word()} ${word()}`,
  quotes: word => `${word()}'${word()}"${word()}\\${word()}`,
  signs: word => `${word()}$${word()}%${word()}#${word()}!${word()}`,
  pattern: word => `${word()}(${word()}[${word()}`,
  controls: word => `${word()}\u00a0${word()}\u200b${word()}\u00e9${word()}`,
  long: word => Array.from({ length: 60 }, word).join(' '),
  longToken: word => Array.from({ length: 60 }, word).join(''),
  base64: word => Buffer.from(word() + word()).toString('base64'),
};

export function randomSecrets(random: Random): RandomSecret[] {
  return Object.entries(KINDS).map(([kind, shape]) => {
    const letters: string[] = [];
    const text = shape(() => {
      const word = randomWord(random);
      letters.push(word);
      return word;
    });
    return { kind, text, letters: kind === 'base64' ? [...letters, text] : letters };
  });
}

const FIRST = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function randomWord(random: Random): string {
  const letter = () => FIRST[Math.floor(random() * FIRST.length)]!;
  return Array.from({ length: 12 }, letter).join('');
}

const WINDOW = 6;

/** Where anything of a secret shows: a piece of it, also reversed, in other cases, encoded; or its checksum. */
export class Watch {
  readonly #pieces = new Map<string, string>();
  readonly #caseless = new Map<string, string>();
  readonly #encoded = new Map<string, string>();
  readonly #checksums = new Map<string, string>();

  constructor(secrets: readonly RandomSecret[]) {
    for (const { kind, text, letters } of secrets) {
      for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512'])
        this.#checksums.set(createHash(algorithm).update(text).digest('hex').slice(0, 32), kind);
      for (const word of letters) this.#watch(kind, word);
    }
  }

  sightings(output: string): { readonly kind: string; readonly how: string; readonly around: string }[] {
    const found: { kind: string; how: string; around: string }[] = [];
    const lower = output.toLowerCase();
    const tables = [
      ['itself', this.#pieces, WINDOW, output],
      ['in another case', this.#caseless, WINDOW + 2, lower],
      ['encoded', this.#encoded, 12, output],
      ['checksum', this.#checksums, 32, lower],
    ] as const;
    for (const [how, table, length, text] of tables) {
      for (let at = 0; at + length <= text.length; at++) {
        const kind = table.get(text.slice(at, at + length));
        if (kind === undefined) continue;
        found.push({ kind, how, around: output.slice(Math.max(0, at - 300), at + 200) });
        at += 400;
      }
    }
    return found;
  }

  #watch(kind: string, word: string): void {
    const backwards = [...word].reverse().join('');
    for (const text of [word, backwards]) {
      for (let at = 0; at + WINDOW <= text.length; at++) this.#pieces.set(text.slice(at, at + WINDOW), kind);
      for (let at = 0; at + WINDOW + 2 <= text.length; at++)
        this.#caseless.set(text.slice(at, at + WINDOW + 2).toLowerCase(), kind);
    }
    for (let at = 0; at + 9 <= word.length; at++)
      this.#encoded.set(Buffer.from(word.slice(at, at + 9)).toString('base64'), kind);
    for (let at = 0; at + WINDOW <= word.length; at++)
      this.#encoded.set(Buffer.from(word.slice(at, at + WINDOW)).toString('hex'), kind);
  }
}
