import { fromBase64 } from './base64.ts';
import { damaged, type Envelope, placeOf } from './envelope.ts';

/** One way of getting at the file key: `-> TYPE ARGUMENTS…`, and lines of data. */
export interface Stanza {
  readonly type: string;
  readonly args: readonly string[];
  readonly data: Buffer;
}

/** Gives random bytes; known answers come with their own. */
export type Random = (length: number) => Uint8Array;

export const NONCE = 24;
export const TAG = 16;
export const FILE_KEY = 32;
/** What the file key is sealed for, wherever it is sealed. */
export const FILE_KEY_PURPOSE = 'tsible-vault/1 file key';

/** @param from index of the first line of the header behind the mark, and `to` that of the `---` */
export function readStanzas(envelope: Envelope, from: number, to: number): Stanza[] {
  const stanzas: { words: string[]; data: string; line: number }[] = [];
  for (let at = from; at < to; at++) {
    const line = envelope.lines[at]!;
    if (line.startsWith('-> ')) {
      stanzas.push({ words: line.slice(3).split(' '), data: '', line: at });
    } else {
      const last = stanzas.at(-1);
      if (!last) throw damaged('its header does not start with a "->" line', envelope.position);
      last.data += line;
    }
  }
  if (stanzas.length === 0) throw damaged('its header names no way to open it', envelope.position);
  return stanzas.map(({ words: [type = '', ...args], data, line }) => {
    const bytes = fromBase64(data);
    if (type === '' || !bytes) throw damaged('a part of its header is not base64', placeOf(envelope, line));
    return { type, args, data: bytes };
  });
}
