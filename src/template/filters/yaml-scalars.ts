import { integer } from '../../core/number.ts';
import { Float } from '../../core/value.ts';

/** The value of a plain YAML 1.1 scalar as PyYAML has it; text for all that is nothing else, dates too. */
export function plainScalar(text: string): unknown {
  if (WORDS.has(text)) return WORDS.get(text);
  if (INTEGER.test(text)) return readInteger(text);
  if (FLOAT.test(text)) return readFloat(text);
  return text;
}

/** Whether text, written plainly, would be read as something that is not text. */
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

const WORDS = new Map<string, boolean | null>([
  ...'yes Yes YES true True TRUE on On ON'.split(' ').map(word => [word, true] as const),
  ...'no No NO false False FALSE off Off OFF'.split(' ').map(word => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map(word => [word, null] as const),
]);

const INTEGER = /^[-+]?(?:0b[0-1_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const TIMESTAMP =
  /^\d{4}-\d\d-\d\d$|^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/;

function readInteger(text: string): unknown {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  let value: bigint;
  if (digits.includes(':')) value = digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  else if (/^0[0-7]+$/.test(digits)) value = BigInt(`0o${digits}`);
  else value = BigInt(digits);
  return integer(negative ? -value : value);
}

function readFloat(text: string): Float {
  const bare = text.replaceAll('_', '').toLowerCase();
  const sign = bare.startsWith('-') ? -1 : 1;
  const digits = bare.replace(/^[-+]/, '');
  if (digits === '.inf') return new Float(sign * Infinity);
  if (digits === '.nan') return new Float(Number.NaN);
  if (digits.includes(':'))
    return new Float(sign * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0));
  return new Float(sign * Number(digits));
}
