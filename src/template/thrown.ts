import { beginningOf } from '../core/known-secrets.ts';
import { Fault, LimitFault } from './grammar/fault.ts';

/** A fault in place of an error of JavaScript's or of the system's that a template has led to; others as they are. */
export function asFault(error: unknown): unknown {
  if (error instanceof RangeError) return outOfRange(error.message);
  if (!(error instanceof Error) || !('code' in error)) return error;
  // A file that cannot be looked at, or a name that no file can have.
  const isOfSystem = 'syscall' in error || error.code === 'ERR_INVALID_ARG_VALUE';
  return isOfSystem ? new Fault(beginningOf(error.message, 300)) : error;
}

function outOfRange(message: string): Fault {
  if (/call stack/.test(message)) return new LimitFault('the template is nested without end, or too deeply');
  if (/length|size|count/i.test(message)) return new LimitFault('a value becomes too large');
  return new Fault(`a value is out of range: ${message}`);
}
