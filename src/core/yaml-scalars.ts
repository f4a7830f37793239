import { Float, type Integer, integer } from './number.ts';

export type PlainScalar = null | boolean | Integer | Float | string;

/**
 * The value of a plain scalar under YAML 1.1 as PyYAML reads it, which is what playbooks were written for:
 * `yes` is true, `0644` is octal, `0o17` and `1e3` are strings, `1:30` is ninety. Dates stay text: as text
 * they print, compare and travel as they were written.
 */
export function resolvePlain(text: string): PlainScalar {
  const first = text.charCodeAt(0);
  // Most scalars begin with a letter that no special form begins with.
  if (first >= 0x61 && first <= 0x7a && !LETTERS.has(first)) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.\d]/.test(text)) return text;
  return parseInteger(text) ?? parseFloating(text) ?? text;
}

/** Whether text, written plainly, would be read as something that is not text: by PyYAML, to which dates are none. */
export function looksLikeOther(text: string): boolean {
  return (
    text === '<<' ||
    text === '=' ||
    WORDS.has(text) ||
    INTEGER.test(text) ||
    FLOAT.test(text) ||
    TIMESTAMP.test(text)
  );
}

/** `!!int`, or a plain scalar that looks like one; undefined when it is none. */
export function parseInteger(text: string): Integer | undefined {
  if (!INTEGER.test(text)) return undefined;
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  const magnitude = readMagnitude(digits);
  return magnitude === undefined ? undefined : integer(negative ? -magnitude : magnitude);
}

/** `!!float`, or a plain scalar that looks like one; undefined when it is none. */
export function parseFloating(text: string): Float | undefined {
  if (!FLOAT.test(text)) return undefined;
  const bare = text.replaceAll('_', '').toLowerCase();
  const sign = bare.startsWith('-') ? -1 : 1;
  const digits = bare.replace(/^[-+]/, '');
  if (digits === '.inf') return new Float(sign * Number.POSITIVE_INFINITY);
  if (digits === '.nan') return new Float(Number.NaN);
  if (digits.includes(':'))
    return new Float(sign * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0));
  return new Float(sign * Number(digits));
}

export function parseBoolean(text: string): boolean | undefined {
  const value = WORDS.get(text);
  return typeof value === 'boolean' ? value : undefined;
}

const WORDS = new Map<string, boolean | null>([
  ...['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(word => [word, true] as const),
  ...['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(word => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map(word => [word, null] as const),
]);

/** y, n, t, f, o: what the special words begin with, in lower case. */
const LETTERS = new Set([...'yntfo'].map(letter => letter.charCodeAt(0)));

const INTEGER =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const TIMESTAMP =
  /^\d{4}-\d\d-\d\d$|^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/;

function readMagnitude(digits: string): bigint | undefined {
  if (digits === '0x' || digits === '0b') return undefined;
  if (digits.includes(':')) return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  if (/^0[xb]/.test(digits)) return BigInt(digits);
  if (digits.length > 1 && digits.startsWith('0')) return BigInt(`0o${digits}`);
  return BigInt(digits);
}
