/*
 * Text that the user wrote in a file or on the command line. A condition may name a variable that holds the
 * condition proper, as text; text that a host returned must never be taken for one, and strings do not tell
 * where they come from.
 */

const written = new Set<string>();

/** An expression is not longer than this; whole files in variables need not be remembered. */
const LONGEST = 1000;

export function noteWritten(text: string): void {
  if (text.length <= LONGEST) written.add(text);
}

export function isWritten(text: string): boolean {
  return written.has(text);
}
