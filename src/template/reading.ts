import type { LexerOptions } from './grammar/lexer.ts';

/** How a template in YAML is read: as Ansible configures Jinja2, and with backslashes left to YAML. */
export const IN_YAML: LexerOptions = { trimBlocks: true, literalBackslashes: true };

/** Whether there is anything to render in a text. */
export function holdsTemplate(text: string, options: LexerOptions = {}): boolean {
  const { blockStart, variableStart, commentStart } = options;
  if (blockStart === undefined && variableStart === undefined && commentStart === undefined)
    return text.includes('{') && /\{[{%#]/.test(text);
  return [blockStart ?? '{%', variableStart ?? '{{', commentStart ?? '{#'].some(start =>
    text.includes(start),
  );
}
