import { Failure } from '../failure.ts';

/** A regular expression as Python writes them, line by line. Throws Failure when it is none. */
export function pythonPattern(text: string): RegExp {
  const [, letters = ''] = /^\(\?([aiLmsux]+)\)/.exec(text) ?? [];
  const body = text
    .slice(letters === '' ? 0 : letters.length + 3)
    .replace(/\(\?P<(\w+)>/g, '(?<$1>')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/\\A/g, '(?<![\\s\\S])')
    .replace(/\\Z/g, '(?![\\s\\S])');
  const flags = `m${letters.includes('i') ? 'i' : ''}${letters.includes('s') ? 's' : ''}`;
  try {
    return new RegExp(body, flags);
  } catch (error) {
    throw new Failure(`search_regex: ${(error as Error).message}`);
  }
}
