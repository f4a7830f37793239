import { literalPattern } from './literal-pattern.ts';

/** A test for names by shell wildcards: `*`, `?`, `[abc]`, `[!a-c]`; the whole name must match. */
export function fnmatch(pattern: string): (name: string) => boolean {
  if (!/[*?[]/.test(pattern)) return name => name === pattern;
  const expression = new RegExp(`^(?:${translate(pattern)})$`, 'su');
  return name => expression.test(name);
}

function translate(pattern: string): string {
  return pattern.replace(
    /\*|\?|\[(?:(!)|(?!!))(\][^\]]*|[^\]]+)\]|[\s\S]/gu,
    (piece, not: string | undefined, set: string | undefined) => {
      if (piece === '*') return '.*';
      if (piece === '?') return '.';
      return set === undefined ? literalPattern(piece) : oneOf(set, not !== undefined);
    },
  );
}

/** Ranges that run backwards hold nothing. */
function oneOf(set: string, negated: boolean): string {
  const inside = [...set.matchAll(/([\s\S])-([\s\S])|[\s\S]/gu)]
    .filter(([, low, high]) => low === undefined || low.codePointAt(0)! <= high!.codePointAt(0)!)
    .map(([one, low, high]) => (low === undefined ? inSet(one) : `${inSet(low)}-${inSet(high!)}`));
  if (inside.length === 0) return negated ? '.' : '(?!)';
  return `[${negated ? '^' : ''}${inside.join('')}]`;
}

function inSet(character: string): string {
  return /[-\\\]^[]/.test(character) ? `\\${character}` : character;
}
