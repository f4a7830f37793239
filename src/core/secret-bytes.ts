/*
 * How the bytes of a secret show where they are written as text, in base64 or in hexadecimal. Such text may hold
 * more than the secret, and may be broken into lines anywhere, so what is looked for is pieces of it; whoever
 * finds one takes the whole run of characters around it for the secret.
 */

/** A line of base64 has 64 or 76 characters: each whole one holds a piece of this length at this distance. */
const PIECE = 16;
const STRIDE = 48;

/** Shorter than this, chance would find it. */
const SHORTEST = 4;

export const BYTE_SPELLINGS: Readonly<Record<string, (bytes: Buffer) => Iterable<string>>> = {
  base64,
  base64Url: bytes => [...base64(bytes)].map(urlSafe),
  hex: bytes => pieces(bytes.length < SHORTEST ? '' : bytes.toString('hex')),
  hexUpperCase: bytes => pieces(bytes.length < SHORTEST ? '' : bytes.toString('hex').toUpperCase()),
};

/** What may stand beside a piece and belong to it. */
export const RUN = /[A-Za-z0-9+/=_-]/;

/** The part that is the same whatever stands before and after the bytes, at each alignment. */
function* base64(bytes: Buffer): Generator<string> {
  if (bytes.length >= 3 && bytes.length < 5) yield bytes.toString('base64');
  for (let shift = 0; shift < 3; shift++) {
    const skip = (3 - shift) % 3;
    const aligned = bytes.subarray(skip, skip + Math.floor(Math.max(bytes.length - skip, 0) / 3) * 3);
    const core = aligned.toString('base64');
    if (core.length >= 8 || (bytes.length >= 5 && core.length >= SHORTEST)) yield* pieces(core);
  }
}

function* pieces(text: string): Generator<string> {
  if (text.length <= PIECE) {
    if (text !== '') yield text;
    return;
  }
  for (let at = 0; at + PIECE <= text.length; at += STRIDE) yield text.slice(at, at + PIECE);
  // What is left after the last whole line.
  yield text.slice(-PIECE);
}

function urlSafe(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}
