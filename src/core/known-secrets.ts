import { bytesOfText } from './escaped-bytes.ts';
import { PrefixTree } from './prefix-tree.ts';
import { BYTE_SPELLINGS, RUN } from './secret-bytes.ts';
import { PLAIN, SPELLINGS, TIDIED } from './secret-spellings.ts';
import { withoutEscapeSequences } from './visible.ts';

/*
 * Every secret of this process, and how it is found in text: as it is, line by line, and as common encodings
 * spell it. There may be many, and long ones: a sealed file of half a megabyte is one secret.
 */

export const MASK = '********';

/** Shorter texts are not searched for in output: masking every "a" or "1" would hide the output itself. */
const SHORTEST = 3;

/** The beginning of a secret is masked as well, where the text ends in the middle of it, from this length on. */
const SHORTEST_BEGINNING = 8;

/** Shorter pieces of a secret tell little, and stand in all kinds of text. */
const SHORTEST_PIECE = 6;

const LONG = 16_384;

/**
 * Words that every output is full of: tsible's own, and the constants of YAML and JSON. Stars in their places
 * would hide nothing, but tell everybody what the secret is.
 */
const EVERYDAY = new Set(
  `true false yes no on off null none ok changed failed fatal skipped skipping unreachable unknown rescued ignored
   included notified task play host hosts item result retry recap error warning hint took root`.split(/\s+/),
);

const known = new Set<string>();

interface Form {
  readonly text: string;
  /** A piece of encoded bytes: what stands beside it belongs to the secret, as far as it is of the same kind. */
  readonly inRun: boolean;
}

/** Forms by their first characters. */
const byStart = new Map<string, PrefixTree<Form>>();
let longest = 0;
/** Where a form may begin, by a hash of the first characters. A pattern of all forms would take long to compile. */
const starts = new Uint8Array(1 << 18);

export function remember(text: string): void {
  if (known.has(text)) return;
  const whole = text.trim();
  if (EVERYDAY.has(whole.toLowerCase())) return;
  for (const part of new Set([text, whole, ...linesOf(whole)])) {
    if (part.length < SHORTEST || EVERYDAY.has(part.toLowerCase())) continue;
    add(part, false);
    // Of a long text, its lines will do.
    if (part.length < LONG || !part.includes('\n')) spell(part);
    if (part !== text || part === whole) rememberBytes(bytesOfText(part));
  }
}

/** The bytes of a secret that may be no text. */
export function rememberBytes(bytes: Buffer): void {
  for (const spelling of Object.values(BYTE_SPELLINGS)) for (const form of spelling(bytes)) add(form, true);
}

/**
 * Text that was put together from secrets and other text. Where a secret in it is known, the other text is none:
 * masking every line of a configuration with one password in it would hide the output itself.
 */
export function rememberJoined(text: string): void {
  if (secretsIn(text).length === 0) remember(text);
}

/** `text` with every secret known so far, in any of its forms, replaced by stars. */
export function redact(text: string): string {
  if (longest === 0) return text;
  let shown = text;
  let spans = secretsIn(text);
  if (text.includes('\x1b')) {
    // A program that colours a match writes into the middle of the secret.
    const plain = withoutEscapeSequences(text);
    const inPlain = secretsIn(plain);
    if (inPlain.length > spans.length) [shown, spans] = [plain, inPlain];
  }
  let result = '';
  let from = 0;
  for (const { start, end } of spans) {
    result += shown.slice(from, start) + MASK;
    from = end;
  }
  return from === 0 ? shown : result + shown.slice(from);
}

/** The beginning of a text, for a message. Secrets go before anything is cut: half of one is not recognised. */
export function beginningOf(text: string, length: number): string {
  const shown = redact(text);
  return shown.length > length ? `${shown.slice(0, length)}…` : shown;
}

export interface Span {
  readonly start: number;
  /** Behind the last character. */
  readonly end: number;
}

/** Where secrets stand in a text, in any of their forms, from left to right. */
export function secretsIn(text: string): Span[] {
  const spans: Span[] = [];
  if (longest === 0) return spans;
  let from = 0;
  for (let at = 0; at + SHORTEST <= text.length; at++) {
    if (starts[hashAt(text, at)] === 0) continue;
    const found = findSecret(text, at, from);
    if (!found) continue;
    spans.push(found);
    from = found.end;
    at = from - 1;
  }
  return spans;
}

/** Parts of a text go their own ways. Where that cuts a secret in two, the pieces are secrets from then on. */
export function takenApart(whole: string, parts: Iterable<Span>): void {
  const secrets = secretsIn(whole);
  if (secrets.length === 0) return;
  for (const { start, end } of parts) {
    for (const secret of secrets) {
      if (secret.end <= start || end <= secret.start) continue;
      if (start <= secret.start && secret.end <= end) continue;
      const piece = whole.slice(Math.max(start, secret.start), Math.min(end, secret.end)).trim();
      if (piece.length >= SHORTEST_PIECE) remember(piece);
    }
  }
}

function spell(part: string): void {
  if (PLAIN.test(part)) return;
  for (const spelling of Object.values(SPELLINGS)) for (const form of spelling(part)) add(form, false);
  for (const tidy of TIDIED) add(tidy(part), false);
}

function add(text: string, inRun: boolean): void {
  if (text.length < SHORTEST || known.has(text)) return;
  known.add(text);
  longest = Math.max(longest, text.length);
  const start = text.slice(0, SHORTEST);
  let forms = byStart.get(start);
  if (!forms) {
    forms = new PrefixTree();
    byStart.set(start, forms);
    starts[hashAt(text, 0)] = 1;
  }
  forms.add({ text, inRun });
}

/** Lines such as `---` or `}` are in many texts, and say nothing. */
function linesOf(text: string): string[] {
  if (!text.includes('\n')) return [];
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => /[\p{L}\p{N}]/u.test(line));
}

function hashAt(text: string, at: number): number {
  const code = text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2);
  return code & (starts.length - 1);
}

function findSecret(text: string, at: number, from: number): Span | undefined {
  const forms = byStart.get(text.slice(at, at + SHORTEST));
  if (!forms) return undefined;
  const left = text.length - at;
  // The longest first: a secret that contains another must go as a whole.
  if (left >= SHORTEST_BEGINNING && left < longest && forms.goesOn(text.slice(at)))
    return { start: at, end: text.length };
  const form = forms.longestAt(text, at);
  if (!form) return undefined;
  const end = at + form.text.length;
  return form.inRun ? runAround(text, at, end, from) : { start: at, end };
}

function runAround(text: string, first: number, last: number, from: number): Span {
  let [start, end] = [first, last];
  while (start > from && RUN.test(text[start - 1]!)) start--;
  while (end < text.length && RUN.test(text[end]!)) end++;
  return { start, end };
}
