import { inspect } from 'node:util';
import { literalPattern } from './literal-pattern.ts';
import type { Float, Integer } from './number.ts';

export type SecretContent = string | Integer | Float;

/**
 * A value that must not leave the program: decrypted from a vault, typed at a prompt, or a parameter that is
 * a password by nature. It prints as stars in every way JavaScript has of printing a value; only `reveal`
 * gives the text.
 *
 * Every secret is known to `redact` from the moment it exists, so that output is clean even where the value
 * was revealed and mixed into other text.
 */
export class Secret {
  readonly #content: SecretContent;

  constructor(content: SecretContent) {
    this.#content = content;
    remember(String(content));
  }

  /** The text, for the one place that hands it to a host or a cipher. */
  reveal(): string {
    return String(this.#content);
  }

  /** The value in its own type, for computing with it. */
  get content(): SecretContent {
    return this.#content;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

export const MASK = '********';

/** Shorter texts are not searched for in output: masking every "a" or "1" would hide the output itself. */
const SHORTEST = 3;

const known = new Set<string>();
let pattern: RegExp | undefined;

function remember(text: string): void {
  for (const form of forms(text)) {
    if (form.length >= SHORTEST && !known.has(form)) {
      known.add(form);
      pattern = undefined;
    }
  }
}

/** The shapes in which a text may turn up: as it is, line by line, and as common encodings spell it. */
function* forms(text: string): Generator<string> {
  const whole = text.trim();
  const lines = whole.includes('\n') ? whole.split('\n').map(line => line.trim()) : [];
  for (const part of [text, whole, ...lines.filter(line => line.length >= SHORTEST)]) {
    yield part;
    yield JSON.stringify(part).slice(1, -1);
    yield encodeURIComponent(toWellFormed(part));
    yield encodeURIComponent(toWellFormed(part)).replaceAll('%20', '+');
    yield part.replaceAll("'", `'\\''`);
    yield part.replaceAll("'", `'"'"'`);
    yield part.replaceAll("'", "''");
    yield* base64Cores(part);
  }
}

/** The part of a text's base64 that is the same whatever stands before and after it, at each alignment. */
function* base64Cores(text: string): Generator<string> {
  const bytes = Buffer.from(text);
  if (bytes.length < 5) return;
  yield bytes.toString('base64');
  for (let shift = 0; shift < 3; shift++) {
    const skip = (3 - shift) % 3;
    const aligned = bytes.subarray(skip, skip + Math.floor((bytes.length - skip) / 3) * 3);
    const core = aligned.toString('base64');
    if (core.length >= 8) {
      yield core;
      yield core.replaceAll('+', '-').replaceAll('/', '_');
    }
  }
}

function toWellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** `text` with every secret known so far, in any of its forms, replaced by stars. */
export function redact(text: string): string {
  if (known.size === 0) return text;
  pattern ??= new RegExp(
    // Longest first: a secret that contains another must go as a whole.
    [...known]
      .sort((a, b) => b.length - a.length)
      .map(literalPattern)
      .join('|'),
    'g',
  );
  return text.replace(pattern, MASK);
}
