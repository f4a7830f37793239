import { UserError } from '../core/error.ts';
import { TemplateText } from '../core/value.ts';
import type { LexerOptions } from './grammar/lexer.ts';

type Kind = 'text' | 'boolean' | 'newline';

const SETTINGS: Readonly<Record<string, readonly [keyof LexerOptions, Kind] | undefined>> = {
  block_start_string: ['blockStart', 'text'],
  block_end_string: ['blockEnd', 'text'],
  variable_start_string: ['variableStart', 'text'],
  variable_end_string: ['variableEnd', 'text'],
  comment_start_string: ['commentStart', 'text'],
  comment_end_string: ['commentEnd', 'text'],
  trim_blocks: ['trimBlocks', 'boolean'],
  lstrip_blocks: ['lstripBlocks', 'boolean'],
  newline_sequence: ['newlineSequence', 'newline'],
  keep_trailing_newline: ['keepTrailingNewline', 'boolean'],
};

/** Whether a parameter of the template module says how its file is read. */
export function isReadingOption(name: string): boolean {
  return Object.hasOwn(SETTINGS, name);
}

/** How a template file is read, from parameters of the template module that are written out. */
export function readingOptions(given: ReadonlyMap<unknown, unknown>): LexerOptions {
  const options: Record<string, unknown> = { trimBlocks: true };
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const value = given.get(name);
    if (setting?.[1] === 'text' && typeof value === 'string') options[setting[0]] = value;
  }
  return options as LexerOptions;
}

const MARK = '#jinja2:';

/** Takes a template file's own settings, `#jinja2: trim_blocks: False, …`, from its first line. */
export function takeHeader(template: TemplateText): { text: TemplateText; header: LexerOptions } {
  if (!template.text.startsWith(MARK)) return { text: template, header: {} };
  const fail = (what: string, hint?: string): never => {
    throw new UserError(`${what} in the template's #jinja2 line`, { position: template.position, hint });
  };
  const end = template.text.indexOf('\n');
  if (end === -1) return fail('no line break');
  const header: Record<string, unknown> = {};
  for (const part of template.text.slice(MARK.length, end).split(',')) {
    const [, name = part.trim(), written] = /^\s*(\w+)\s*:([\s\S]*)$/.exec(part) ?? [];
    const setting = SETTINGS[name];
    if (!setting || written === undefined) return fail(`unknown setting '${name}'`);
    const value = literal(written.trim(), setting[1]);
    if (value === undefined) return fail(`'${written.trim()}' is no value of ${name}`, HINTS[setting[1]]);
    header[setting[0]] = value;
  }
  const text = new TemplateText(template.text.slice(end + 1), template.position, template.secret);
  return { text, header: header as LexerOptions };
}

const HINTS: Readonly<Record<Kind, string>> = {
  text: 'text is written in quotes',
  boolean: 'write True or False',
  newline: "one of '\\n', '\\r' and '\\r\\n', in quotes",
};

/** Literals of Python, as Ansible reads them. */
function literal(written: string, kind: Kind): unknown {
  if (kind === 'boolean') return written === 'True' ? true : written === 'False' ? false : undefined;
  const quoted = /^(['"])((?:\\.|(?!\1)[^\\])*)\1$/.exec(written)?.[2];
  if (quoted === undefined) return undefined;
  const text = quoted.replace(/\\([nrt\\'"])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
  return kind === 'newline' && !['\n', '\r', '\r\n'].includes(text) ? undefined : text;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
