import { bytesOfText } from './escaped-bytes.ts';
import { BYTE_SPELLINGS, RUN } from './secret-bytes.ts';
import { PLAIN, SPELLINGS } from './secret-spellings.ts';

/*
 * Every secret of this process, and how it is found in text: as it is, line by line, and as common encodings
 * spell it. There may be many, and long ones: a sealed file of half a megabyte is one secret.
 */

export const MASK = '********';

/** Shorter texts are not searched for in output: masking every "a" or "1" would hide the output itself. */
const SHORTEST = 3;

/** The beginning of a secret is masked as well, where the text ends in the middle of it, from this length on. */
const SHORTEST_BEGINNING = 8;

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
const byStart = new Map<string, { readonly forms: Form[]; isSorted: boolean }>();
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

/** `text` with every secret known so far, in any of its forms, replaced by stars. */
export function redact(text: string): string {
  if (byStart.size === 0) return text;
  let result = '';
  let from = 0;
  for (let at = 0; at + SHORTEST <= text.length; at++) {
    if (starts[hashAt(text, at)] === 0) continue;
    const found = findSecret(text, at, from, formsFrom(text.slice(at, at + SHORTEST)));
    if (!found) continue;
    result += text.slice(from, found.start) + MASK;
    from = found.end;
    at = from - 1;
  }
  return from === 0 ? text : result + text.slice(from);
}

function spell(part: string): void {
  if (PLAIN.test(part)) return;
  for (const spelling of Object.values(SPELLINGS)) for (const form of spelling(part)) add(form, false);
}

function add(text: string, inRun: boolean): void {
  if (text.length < SHORTEST || known.has(text)) return;
  known.add(text);
  const form: Form = { text, inRun };
  const start = text.slice(0, SHORTEST);
  const others = byStart.get(start);
  if (others) {
    others.forms.push(form);
    others.isSorted = false;
  } else {
    byStart.set(start, { forms: [form], isSorted: true });
    starts[hashAt(text, 0)] = 1;
  }
}

/** The longest first: a secret that contains another must go as a whole. */
function formsFrom(start: string): readonly Form[] {
  const found = byStart.get(start);
  if (!found) return [];
  if (!found.isSorted) found.forms.sort((a, b) => b.text.length - a.text.length);
  found.isSorted = true;
  return found.forms;
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

function findSecret(
  text: string,
  at: number,
  from: number,
  candidates: readonly Form[],
): { start: number; end: number } | undefined {
  const left = text.length - at;
  for (const form of candidates) {
    const { length } = form.text;
    if (length > left) {
      if (left >= SHORTEST_BEGINNING && form.text.startsWith(text.slice(at)))
        return { start: at, end: text.length };
    } else if (text.startsWith(form.text, at)) {
      return form.inRun ? runAround(text, at, at + length, from) : { start: at, end: at + length };
    }
  }
  return undefined;
}

function runAround(text: string, first: number, last: number, from: number): { start: number; end: number } {
  let [start, end] = [first, last];
  while (start > from && RUN.test(text[start - 1]!)) start--;
  while (end < text.length && RUN.test(text[end]!)) end++;
  return { start, end };
}
