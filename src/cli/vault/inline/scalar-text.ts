import { looksLikeOther } from '../../../core/yaml-scalars.ts';

/** How a value is written: what stands on its key's line, and the lines below it, without their indentation. */
export interface Written {
  readonly head: string;
  readonly lines?: readonly string[];
}

export type Style = 'plain' | 'single' | 'double' | 'literal';

/**
 * A text as YAML, as near as can be to the style that is wished for.
 *
 * @param flow between brackets, where no blocks can be
 */
export function writtenText(text: string, { style, flow }: { style: Style; flow: boolean }): Written {
  const block = style === 'literal' || (style !== 'double' && text.includes('\n'));
  if (block && !flow && fitsBlock(text)) return literal(text);
  if (style === 'plain' && isPlain(text)) return { head: text };
  return {
    head: style === 'double' || !isPrintable(text) ? doubleQuoted(text) : `'${text.replaceAll("'", "''")}'`,
  };
}

/** An envelope as a value. */
export function writtenEnvelope(envelope: string, { flow }: { flow: boolean }): Written {
  const lines = envelope.trimEnd().split('\n');
  return flow ? { head: `"${lines.join('\\n')}\\n"` } : { head: '|', lines };
}

export function keyAsYaml(key: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(key) && !looksLikeOther(key) ? key : doubleQuoted(key);
}

export function doubleQuoted(text: string): string {
  const escaped = JSON.stringify(text);
  return escaped.replace(
    UNPRINTABLE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function literal(text: string): Written {
  const ended = text.endsWith('\n');
  return { head: ended ? '|' : '|-', lines: (ended ? text.slice(0, -1) : text).split('\n') };
}

/** A block's indentation and last line break are found by looking at its lines, so not every text can be one. */
function fitsBlock(text: string): boolean {
  return isPrintable(text, true) && /^[^\s]/.test(text) && !/\n\n$/.test(text) && !/[ \t]\n?$/.test(text);
}

/** Narrower than YAML allows, so that nobody has to think about whether it is right. */
function isPlain(text: string): boolean {
  return (
    /^[\p{L}\p{N}_./+=~^$;()<>-][\p{L}\p{N}_./+=~^$;()<>@%!?*&'"-]*$/u.test(text) &&
    !looksLikeOther(text) &&
    !/^(?:---|\.\.\.|[-<>?~=]|\d[\d_.]*$)/.test(text)
  );
}

function isPrintable(text: string, lines = false): boolean {
  const shown = lines ? text.replaceAll('\n', '') : text;
  return !UNPRINTABLE_ONE.test(shown) && !shown.includes('\n');
}

const UNPRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/gu;
const UNPRINTABLE_ONE = /[\0-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u;
