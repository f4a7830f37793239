import { UserError } from '../core/error.ts';

/** An undefined variable or attribute was used. */
export class UndefinedError extends UserError {
  override readonly name = 'UndefinedError';
}

/** A template was stopped that does not end, or makes something too large. */
export class LimitError extends UserError {
  override readonly name = 'LimitError';
}
