import type { LexerOptions } from './grammar/lexer.ts';

/** How a template in YAML is read: as Ansible configures Jinja2, and with backslashes left to YAML. */
export const IN_YAML: LexerOptions = { trimBlocks: true, literalBackslashes: true };

/** Whether there is anything to render in a text. */
export function holdsTemplate(text: string): boolean {
  return text.includes('{') && /\{[{%#]/.test(text);
}
