import { literalPattern } from './literal-pattern.ts';

/*
 * Every secret of this process, and how it is found in text: as it is, line by line, and as common encodings
 * spell it. There may be many, and long ones: a sealed file of half a megabyte is one secret.
 */

export const MASK = '********';

/** Shorter texts are not searched for in output: masking every "a" or "1" would hide the output itself. */
const SHORTEST = 3;

/** The beginning of a secret is masked as well, where the text ends in the middle of it, from this length on. */
const SHORTEST_BEGINNING = 8;

const known = new Set<string>();
/** Forms by their first characters, the longest first: a secret that contains another must go as a whole. */
const byStart = new Map<string, string[]>();
/** Finds places where a form may begin. A pattern of all forms would take minutes to compile for long ones. */
let starts: RegExp | undefined;

export function remember(text: string): void {
  for (const form of forms(text)) {
    if (form.length < SHORTEST || known.has(form)) continue;
    known.add(form);
    const start = form.slice(0, SHORTEST);
    const others = byStart.get(start);
    if (others) {
      const at = others.findIndex(other => other.length < form.length);
      others.splice(at === -1 ? others.length : at, 0, form);
    } else {
      byStart.set(start, [form]);
      starts = undefined;
    }
  }
}

/** `text` with every secret known so far, in any of its forms, replaced by stars. */
export function redact(text: string): string {
  if (known.size === 0) return text;
  starts ??= new RegExp([...byStart.keys()].map(literalPattern).join('|'), 'g');
  let result = '';
  let from = 0;
  starts.lastIndex = 0;
  for (let match = starts.exec(text); match; match = starts.exec(text)) {
    const at = match.index;
    const end = endOfSecret(text, at, byStart.get(match[0])!);
    if (end === undefined) {
      starts.lastIndex = at + 1;
    } else {
      result += text.slice(from, at) + MASK;
      from = end;
      starts.lastIndex = end;
    }
  }
  return from === 0 ? text : result + text.slice(from);
}

function endOfSecret(text: string, at: number, candidates: readonly string[]): number | undefined {
  const left = text.length - at;
  for (const form of candidates) {
    if (form.length <= left) {
      if (text.startsWith(form, at)) return at + form.length;
    } else if (left >= SHORTEST_BEGINNING && form.startsWith(text.slice(at))) {
      return text.length;
    }
  }
  return undefined;
}

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
