import { beginningOf, redact } from '../core/known-secrets.ts';

/** Longest excerpt of a host's own words in an error message, in characters. */
const LONGEST = 400;

/**
 * Text from a host as it may stand in an error message: no escape sequences or other control characters (a
 * host must not be able to write to the user's terminal), one line, of bounded length.
 */
export function hostText(text: string | Buffer): string {
  // Before anything is cut or taken out: part of a secret is not recognised.
  const clean = redact(text.toString('utf8').slice(0, LONGEST * 20))
    .replace(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)?|\x1b./g, '')
    .replace(/\s+/g, ' ')
    // Bidirectional controls could make a message read as something else.
    .replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  return beginningOf(clean, LONGEST);
}
