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
export const substitute: typeof python.substitute = (...given) => faulting(() => python.substitute(...given));

function faulting<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof python.RegexError ? new Fault(error.message) : error;
  }
}
