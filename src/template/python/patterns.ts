import { matchPatiently, PatternTooSlow } from '../../core/patience.ts';
import * as python from '../../core/python-regex.ts';
import { Fault } from '../grammar/fault.ts';
import { truth } from './compare.ts';
import { toText } from './print.ts';

/** A pattern of Python's `re` from a template; one that Python refuses is a fault of the template. */
export function regex(pattern: unknown, ignoreCase: unknown = false, multiline: unknown = false): RegExp {
  return faulting(() =>
    python.pythonRegex(toText(pattern), { ignoreCase: truth(ignoreCase), multiline: truth(multiline) }),
  );
}

/** `re.subn`, with faults likewise. */
export const substitute: typeof python.substitute = (...given) =>
  match(given[0], given[2], () => python.substitute(...given));

/** Matches a pattern against a text, unless that takes too long. */
export function match<T>(pattern: RegExp, text: string, how: () => T): T {
  return faulting(() => matchPatiently(pattern, text, how));
}

function faulting<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PatternTooSlow)
      throw new Fault(error.message, 'a repetition of what is repeated itself, as in (a+)+, is slow');
    throw error instanceof python.RegexError ? new Fault(error.message) : error;
  }
}
