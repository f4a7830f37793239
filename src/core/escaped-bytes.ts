/**
 * Bytes that are no UTF-8 as text: each becomes a lone surrogate, which is how Python hands them on, and turns back
 * into its byte. So a binary file may go through a template's variables.
 */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = buffer.toString('utf8');
  if (!whole.includes('\ufffd')) return whole;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < buffer.length; ) {
    const length = sequenceLength(buffer[at]!);
    try {
      text += decoder.decode(buffer.subarray(at, at + length));
      at += length;
    } catch {
      text += String.fromCharCode(ESCAPES + buffer[at]!);
      at++;
    }
  }
  return text;
}

export function bytesOfText(text: string): Buffer {
  if (!LONE.test(text)) return Buffer.from(text, 'utf8');
  const parts = text.split(/(?<![\ud800-\udbff])([\udc80-\udcff]+)/);
  return Buffer.concat(
    parts.map((part, i) =>
      i % 2 === 0
        ? Buffer.from(part, 'utf8')
        : Buffer.from([...part].map(one => one.charCodeAt(0) - ESCAPES)),
    ),
  );
}

/** Whether there are bytes for all of a text: half a surrogate pair that stands for no byte has none. */
export function isBytes(text: string): boolean {
  return !/[\ud800-\udc7f\udd00-\udfff]/u.test(text);
}

const ESCAPES = 0xdc00;
const LONE = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

function sequenceLength(first: number): number {
  if (first < 0xc0) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
