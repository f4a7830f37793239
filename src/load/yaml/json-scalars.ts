import { Float, integer } from '../../core/number.ts';
import type { PlainScalar } from '../../core/yaml-scalars.ts';

/** The value of a bare word in JSON, which is read by its own rules: `1e3` is a number there. */
export function resolveJson(text: string): PlainScalar {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  return /^-?\d+$/.test(text) ? integer(BigInt(text)) : new Float(Number(text));
}

const WORDS = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
