import type { TextDifference } from '../kind.ts';
import type { Content } from './file-state.ts';

/** Larger texts are not shown in a diff, in bytes. */
export const LARGEST_DIFF = 1024 * 1024;

/** How two contents differ, for the eye: texts, unless they are none, are too large, or are secret. */
export function textDifference(
  header: string,
  before: Content | null,
  after: Content | null,
): TextDifference {
  const omitted = reasonToOmit(before, after);
  if (omitted !== undefined) return { type: 'text', header, before: null, after: null, omitted };
  return { type: 'text', header, before: textOf(before), after: textOf(after) };
}

function reasonToOmit(before: Content | null, after: Content | null): string | undefined {
  const sides = [before, after].filter(side => side !== null);
  const sizes = `${before ? `${before.size} bytes` : 'nothing'} -> ${after ? `${after.size} bytes` : 'nothing'}`;
  if (sides.some(side => side.secret)) return 'the contents are secret';
  if (sides.some(side => side.size > LARGEST_DIFF)) return `too large for a diff (${sizes})`;
  if (sides.some(side => !side.bytes)) return `contents differ (${sizes})`;
  return sides.some(side => isBinary(side.bytes!)) ? `binary contents differ (${sizes})` : undefined;
}

function textOf(content: Content | null): string | null {
  return content && content.bytes!.toString('utf8');
}

function isBinary(bytes: Buffer): boolean {
  return bytes.includes(0) || !Buffer.from(bytes.toString('utf8')).equals(bytes);
}
