import { UserError } from '../core/error.ts';
import { beginningOf } from '../core/known-secrets.ts';
import type { Position } from '../core/position.ts';
import { withoutTexts } from '../core/secret-pieces.ts';
import type { TemplateText } from '../core/value.ts';
import { isWholeTemplate } from './conditions.ts';
import { LimitError, UndefinedError } from './error-types.ts';
import { Fault, LimitFault, SyntaxFault, UndefinedFault } from './grammar/fault.ts';
import { normalize } from './grammar/lexer.ts';
import { counted } from './limits.ts';
import { syntaxHint } from './syntax-hints.ts';
import { asFault } from './thrown.ts';

const LONGEST_EXPRESSION = 200;

/** What went wrong inside of a template, with the place in the user's file. */
export function toUserError(fault: Fault, template: TemplateText): UserError {
  const position =
    template.position && locate(template.position, template.text, fault.lineno ?? 0, fault.colno ?? 0);
  if (template.secret) withoutTexts(fault, hiddenTexts(template.text));
  const subject = fault instanceof SyntaxFault ? `template syntax: ${fault.message}` : fault.message;
  const expression = template.secret ? undefined : fault.expression?.trim().replace(/\s+/g, ' ');
  const shown = expression && beginningOf(expression, LONGEST_EXPRESSION);
  const message = shown ? `${subject}, in "${shown}"` : subject;
  const details = { position, hint: fault.hint ?? hintFor(fault, template) };
  if (fault instanceof UndefinedFault) return new UndefinedError(message, details);
  if (fault instanceof LimitFault) return new LimitError(message, details);
  return new UserError(message, details);
}

/** What an error may not quote of a template in an encrypted file. */
function hiddenTexts(text: string): string[] {
  // The names of variables are told, unless this may be a password that only looks like a template.
  if (isWholeTemplate(text)) return text.match(/'[^']*'|"[^"]*"/g) ?? [];
  return [text];
}

function hintFor(fault: Fault, template: TemplateText): string | undefined {
  if (!(fault instanceof SyntaxFault)) return undefined;
  if (template.secret) return 'write !unsafe before a value that is no template';
  const text = normalize(template.text);
  let offset = 0;
  for (let line = 0; line < (fault.lineno ?? 0); line++) offset = text.indexOf('\n', offset) + 1;
  return syntaxHint(text, offset + (fault.colno ?? 0), fault.message);
}

/** Runs a template's code; faults, runaway recursion and what is too large come out as errors with a place. */
export function guarded<T>(template: TemplateText, work: () => T): T {
  try {
    return counted(work);
  } catch (thrown) {
    const error = thrown instanceof UserError ? thrown : asFault(thrown);
    if (error instanceof Fault) throw toUserError(error, error.template ?? template);
    throw error;
  }
}

/**
 * The place in the file of a place in a template's text. YAML has changed the text by then (indentation,
 * quotes, folding), so the line is looked for below the template's start; without luck, the start stands.
 */
export function locate(start: Position, text: string, lineno: number, colno: number): Position {
  const { source } = start;
  const lines = normalize(text).split('\n');
  const line = lines[lineno] ?? '';
  if (source.text === text) return { source, line: lineno + 1, column: colno + 1 };
  const fileLines = source.text.split('\n');
  const trimmed = line.trim();
  const indent = line.length - line.trimStart().length;
  const last = Math.min(fileLines.length, start.line + lines.length + 40);
  if (trimmed !== '') {
    for (let at = start.line - 1 + lineno; at < last; at++) {
      const found = fileLines[at]?.indexOf(trimmed, at === start.line - 1 ? start.column - 1 : 0) ?? -1;
      if (found !== -1) return { source, line: at + 1, column: found + colno - indent + 1 };
    }
    // Folded or escaped: the part from the fault on, shorter and shorter.
    for (let length = Math.min(40, line.length - colno); length >= 4; length = Math.floor(length / 2)) {
      const piece = line.slice(colno, colno + length);
      for (let at = start.line - 1; at < last; at++) {
        const found = fileLines[at]?.indexOf(piece, at === start.line - 1 ? start.column - 1 : 0) ?? -1;
        if (found !== -1) return { source, line: at + 1, column: found + 1 };
      }
    }
  }
  return start;
}
