import { MASK, redact, remember, type Span, secretsIn, takenApart } from './known-secrets.ts';
import { Secret } from './secret.ts';

/*
 * Messages quote what they are about in any way: a word of it, its beginning, the folder of a path. The masks
 * know whole secrets only, so pieces are taken out where a message is made, while it is known what it is about.
 */

/** Shorter pieces are left: much else in a message would be gone with them. */
const SHORTEST = 6;

/** Of so much text the pieces are looked for; a longer one is not quoted. */
const LONGEST = 100_000;

/** Of so many values: a message about more of them names none. */
const MOST = 1000;

/** Takes pieces of the secrets in `about` out of the error's message and hint. */
export function withoutPieces<E>(error: E, about: Iterable<unknown>): E {
  return withoutTexts(error, secretTexts(about));
}

/** The same for texts that are secret without being known as such. */
export function withoutTexts<E>(error: E, texts: readonly string[]): E {
  if (!(error instanceof Error)) return error;
  const pieces = piecesOf(texts);
  if (pieces.size === 0) return error;
  error.message = masked(error.message, pieces);
  if ('hint' in error && typeof error.hint === 'string') error.hint = masked(error.hint, pieces);
  return error;
}

/** The parts of a text between separators; of a secret that is taken apart, each is one. */
export function partsOf(text: string, separator: string): string[] {
  const parts: Span[] = [];
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf(separator, start);
    const end = found === -1 ? text.length : found;
    parts.push({ start, end });
    start = end + separator.length;
  }
  takenApart(text, parts);
  return parts.map(({ start, end }) => text.slice(start, end));
}

/** What `change` makes of a text; with a secret in it, that is a secret as well. */
export function madeOf(text: string, change: (text: string) => string): string {
  const made = change(text);
  if (made !== text && secretsIn(text).length > 0) remember(made);
  return made;
}

function masked(message: string, pieces: ReadonlySet<string>): string {
  const text = redact(message);
  const folded = caseless(text);
  let result = '';
  let from = 0;
  for (let at = 0; at + SHORTEST <= text.length; at++) {
    if (!pieces.has(folded.slice(at, at + SHORTEST))) continue;
    let end = at + SHORTEST;
    while (end < text.length && pieces.has(folded.slice(end - SHORTEST + 1, end + 1))) end++;
    // A word that is common to both.
    if (text.slice(at, end).trim().length < SHORTEST) continue;
    result += `${text.slice(from, at)}${MASK}`;
    from = end;
    at = end - 1;
  }
  return result + text.slice(from);
}

function piecesOf(texts: readonly string[]): Set<string> {
  const pieces = new Set<string>();
  for (const text of texts.map(caseless))
    for (let at = 0; at + SHORTEST <= Math.min(text.length, LONGEST); at++)
      pieces.add(text.slice(at, at + SHORTEST));
  return pieces;
}

/** Messages quote what was read, sometimes in small letters. Some letters are not as long in that case. */
function caseless(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
}

/** The secrets in values of any kind: those that were joined with other text, without that. */
function secretTexts(values: Iterable<unknown>): string[] {
  const found: string[] = [];
  const waiting = [values[Symbol.iterator]()];
  for (let count = 0; count < MOST && waiting.length > 0; count++) {
    const { value, done } = waiting.at(-1)!.next();
    if (done) waiting.pop();
    else if (value instanceof Secret) {
      const text = value.reveal();
      const known = knownIn(text);
      found.push(...(known.length > 0 ? known : [text]));
    } else if (typeof value === 'string') found.push(...knownIn(value));
    else if (Array.isArray(value)) waiting.push(value.values());
    else if (value instanceof Map) waiting.push(value.keys(), value.values());
  }
  return found;
}

function knownIn(text: string): string[] {
  return secretsIn(text.slice(0, LONGEST)).map(({ start, end }) => text.slice(start, end));
}
