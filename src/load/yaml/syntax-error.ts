import type { YAMLException } from 'js-yaml';
import { UserError } from '../../core/error.ts';
import { MERGE_CONFLICT, mergeConflict } from '../../core/merge-conflict.ts';
import type { Source } from '../../core/position.ts';

/** The parser's complaint as an error that says what was most likely meant. */
export function syntaxError(error: YAMLException, source: Source): UserError {
  const { mark } = error;
  // Some reasons quote the text.
  const reason = source.secret ? error.reason.replace(/ "[^"]*"|: .*$/gs, '') : error.reason;
  const scene = lookAround(source.text, mark?.line ?? 0, mark?.column ?? 0, reason);
  for (const slip of SLIPS) {
    const found = slip(scene);
    if (!found) continue;
    const { line = scene.line, column = scene.column, message, hint } = found;
    return new UserError(message, {
      position: { source, line: line + 1, column: column + 1 },
      hint,
      cause: error,
    });
  }
  throw new Error('the last slip fits everything');
}

/** What the parser complained of, and where; lines and columns count from 0. */
interface Scene {
  readonly lines: readonly string[];
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  /** The line of the complaint, and the one before it that is neither empty nor a comment, with its number. */
  readonly text: string;
  readonly before: { readonly line: number; readonly text: string } | undefined;
}

interface Finding {
  readonly message: string;
  readonly hint?: string;
  readonly line?: number;
  readonly column?: number;
}

type Slip = (scene: Scene) => Finding | undefined;

const KEY = String.raw`^\s*(?:- +)*[\w.$/-]+`;

/** The usual slips, the surest first. */
const SLIPS: readonly Slip[] = [
  undecidedMerge,
  tabIndentation,
  unclosedQuote,
  unquotedTemplate,
  textBehindQuote,
  reservedFirstCharacter,
  colonInText,
  missingSpaceAfterColon,
  unclosedBracket,
  badEscape,
  oddIndentation,
  asTheParserSays,
];

function undecidedMerge({ lines }: Scene): Finding | undefined {
  const line = mergeConflict(lines);
  return line === undefined
    ? undefined
    : {
        message: MERGE_CONFLICT,
        hint: 'decide between <<<<<<< and >>>>>>>, and take these lines out',
        line,
        column: 0,
      };
}

function tabIndentation({ reason, text, column, lines, line }: Scene): Finding | undefined {
  const here = /^ *\t/.test(text);
  if (!here && !reason.includes('tab character')) return undefined;
  const at = here ? line : Math.max(0, line - 1);
  return {
    message: 'a tab in the indentation',
    hint: 'YAML is indented with spaces only',
    line: here ? line : at,
    column: here ? text.indexOf('\t') : /^ *\t/.test(lines[at] ?? '') ? lines[at]!.indexOf('\t') : column,
  };
}

function unclosedQuote({ reason, lines, line }: Scene): Finding | undefined {
  const kind = /unexpected end of the (?:stream|document) within a (double|single) quoted/.exec(reason)?.[1];
  if (!kind) return undefined;
  const quote = kind === 'double' ? '"' : "'";
  const opening = new RegExp(String.raw`(?:^\s*|: +|- +|[[{,]\s*)(${quote})`, 'g');
  for (let at = 0; at <= line; at++) {
    const text = lines[at] ?? '';
    const count = text.replace(/\\./g, '').split(quote).length - 1;
    if (count % 2 === 0) continue;
    const column = [...text.matchAll(opening)].at(-1);
    if (column) {
      return {
        message: `the quote ${quote} is never closed`,
        line: at,
        column: column.index + column[0].length - 1,
      };
    }
  }
  return { message: `a quote ${quote} is never closed` };
}

function unquotedTemplate({ text, line, before }: Scene): Finding | undefined {
  for (const place of [{ line, text }, before]) {
    const match = place && /(?:: +|- +)(\{\{)/.exec(place.text);
    if (!match) continue;
    return {
      message: 'a value that begins with "{{" is not quoted',
      hint: 'quote the whole value: key: "{{ … }}"',
      line: place.line,
      column: match.index + match[0].length - 2,
    };
  }
  return undefined;
}

function textBehindQuote({ text }: Scene): Finding | undefined {
  const match = /(?:: +|- +)("(?:\\.|[^"\\])*"|'(?:''|[^'])*')(?= *[^\s#,\]}:])/.exec(text);
  if (!match) return undefined;
  return {
    message: 'text follows the closing quote',
    hint: "put the whole value in quotes, and write quotes within it as \\\" (in \"…\") or '' (in '…')",
    column: match.index + match[0].length,
  };
}

function reservedFirstCharacter({ text, reason }: Scene): Finding | undefined {
  const match =
    /(?:: +|- +)([@`%])/.exec(text) ?? (/alias|anchor|tag/.test(reason) && /(?:: +|- +)([*&!])/.exec(text));
  if (!match) return undefined;
  return {
    message: `a value may not begin with ${match[1]}`,
    hint: 'put the value in quotes',
    column: match.index + match[0].length - 1,
  };
}

function colonInText({ text, column, reason, line, before, lines }: Scene): Finding | undefined {
  if (!/indentation of a mapping|multiline key/.test(reason)) return undefined;
  const pattern = new RegExp(String.raw`${KEY}\s*: +[^\s"'|>[{].*?(: |:$)`);
  for (const place of [{ line, text }, before]) {
    const match = place && pattern.exec(place.text);
    // On a line further up it only matters if the complaint is about how that line goes on.
    if (!match || (place.line !== line && indentOf(lines[line] ?? '') <= indentOf(place.text))) continue;
    const at = match[0].length - match[1]!.length;
    return {
      message: 'a second ": " within one value',
      hint: 'put the value in quotes',
      line: place.line,
      column: place.line === line ? Math.max(at, 0) : column,
    };
  }
  return undefined;
}

function missingSpaceAfterColon({ text, line, before }: Scene): Finding | undefined {
  const pattern = new RegExp(String.raw`${KEY}(:)(?!//)[^\s:]`);
  for (const place of [before, { line, text }]) {
    const match = place && pattern.exec(place.text);
    if (!match || /: /.test(match[0])) continue;
    return {
      message: 'no space after the colon',
      hint: 'write "key: value"',
      line: place.line,
      column: match[0].lastIndexOf(':'),
    };
  }
  return undefined;
}

function unclosedBracket({ reason, lines, line }: Scene): Finding | undefined {
  if (!/flow collection/.test(reason)) return undefined;
  if (!reason.startsWith('unexpected end')) {
    return { message: 'a comma is missing, or a bracket is not closed' };
  }
  for (let at = line; at >= 0; at--) {
    const match = /(?:: +|- +|^)([[{])/.exec(lines[at] ?? '');
    if (match) {
      const bracket = match[1] === '[' ? ']' : '}';
      const column = match.index + match[0].length - 1;
      return { message: `the bracket ${match[1]} has no closing ${bracket}`, line: at, column };
    }
  }
  return undefined;
}

function badEscape({ reason }: Scene): Finding | undefined {
  if (!/escape sequence|hexadecimal/.test(reason)) return undefined;
  return {
    message: 'an unknown escape sequence in "…"',
    hint: "write the backslash twice, or use '…', in which it has no meaning",
  };
}

function oddIndentation({ reason, text, before }: Scene): Finding | undefined {
  if (!/indentation|document separator|multiline key|expected ':'/.test(reason)) return undefined;
  if (/multiline key|expected ':'/.test(reason)) {
    return {
      message: 'this is no "key: value"',
      hint: 'is a colon missing, or is the line indented wrongly?',
    };
  }
  const column = indentOf(text);
  const deeper =
    before && column > indentOf(before.text) && new RegExp(String.raw`${KEY}\s*: +\S`).test(before.text);
  return {
    message: 'this line does not fit the lines before it',
    hint: deeper
      ? 'the line above has a value already, so nothing can be nested under it'
      : 'keys of one mapping, and dashes of one list, start in the same column',
    column,
  };
}

function asTheParserSays({ reason }: Scene): Finding {
  return { message: `not valid YAML: ${reason}` };
}

function lookAround(text: string, line: number, column: number, reason: string): Scene {
  const lines = text.split(/\r?\n/);
  let above = line - 1;
  while (above >= 0 && /^\s*(#|$)/.test(lines[above]!)) above--;
  const before = above >= 0 ? { line: above, text: lines[above]! } : undefined;
  return { lines, line, column, reason, text: lines[line] ?? '', before };
}

function indentOf(line: string): number {
  return /^ */.exec(line)![0].length;
}
