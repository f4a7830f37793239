import { UserError } from '../core/error.ts';
import { TemplateText } from '../core/value.ts';
import type { LexerOptions } from './grammar/lexer.ts';

const SETTINGS: ReadonlyMap<string, keyof LexerOptions> = new Map(
  Object.entries<keyof LexerOptions>({
    block_start_string: 'blockStart',
    block_end_string: 'blockEnd',
    variable_start_string: 'variableStart',
    variable_end_string: 'variableEnd',
    comment_start_string: 'commentStart',
    comment_end_string: 'commentEnd',
    trim_blocks: 'trimBlocks',
    lstrip_blocks: 'lstripBlocks',
    newline_sequence: 'newlineSequence',
    keep_trailing_newline: 'keepTrailingNewline',
  }),
);

/** Takes a template file's own settings, `#jinja2: trim_blocks: False, …`, from its first line. */
export function takeHeader(template: TemplateText): { text: TemplateText; header: LexerOptions } {
  if (!template.text.startsWith('#jinja2:')) return { text: template, header: {} };
  const end = template.text.indexOf('\n');
  const line = end === -1 ? template.text : template.text.slice(0, end);
  const header: Record<string, unknown> = {};
  for (const part of line.slice('#jinja2:'.length).split(',')) {
    if (part.trim() === '') continue;
    const colon = part.indexOf(':');
    const name = part.slice(0, colon).trim();
    const setting = SETTINGS.get(name);
    if (colon === -1 || !setting) {
      throw new UserError(
        `unknown setting '${(colon === -1 ? part : name).trim()}' in the template's #jinja2 line`,
        {
          position: template.position,
        },
      );
    }
    header[setting] = settingValue(part.slice(colon + 1).trim());
  }
  const rest = end === -1 ? '' : template.text.slice(end + 1);
  return { text: new TemplateText(rest, template.position, template.secret), header: header as LexerOptions };
}

function settingValue(text: string): unknown {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return text
    .replace(/^(['"])(.*)\1$/, '$2')
    .replaceAll('\\n', '\n')
    .replaceAll('\\r', '\r');
}
