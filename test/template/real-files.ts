import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/core/secret.ts';
import { type Raw, TemplateText } from '../../src/core/value.ts';
import { readJson } from '../../src/template/filters/json.ts';
import { templarWith } from './surroundings.ts';
import { optionsOf, trusted } from './template-case.ts';

/**
 * Whole configuration files: each folder of `files` has `template.j2`, what that includes, its variables (JSON,
 * or a function that makes it), and under `expected` what ansible-core makes of it, read in several ways.
 */
export const FILES = join(import.meta.dirname, 'files');

/** One template in one way of reading it. */
export interface RealFile {
  name: string;
  way: string;
  text: string;
  options: Record<string, string | boolean>;
  /** JSON as it is written: `8.0` is a float. */
  variables: string;
  /** The folder of the templates it includes, below the one they were all written to. */
  templates: string;
  /** Where ansible-core's answer is kept. */
  expected: string;
}

interface Way {
  name: string;
  options: Record<string, string | boolean>;
  change(text: string): string;
  changeMain(text: string): string;
  expected: string;
}

const same = (text: string): string => text;

const WAYS: readonly Way[] = [
  { name: 'plain', options: {}, change: same, changeMain: same, expected: 'plain' },
  {
    name: 'lstrip_blocks',
    options: { lstrip_blocks: true },
    change: same,
    changeMain: same,
    expected: 'lstrip',
  },
  {
    name: 'other delimiters',
    options: {
      block_start_string: '<%',
      block_end_string: '%>',
      variable_start_string: '<<',
      variable_end_string: '>>',
      comment_start_string: '<#',
      comment_end_string: '#>',
    },
    change: withOtherDelimiters,
    changeMain: same,
    expected: 'plain',
  },
  {
    name: 'a header',
    options: {},
    change: same,
    changeMain: text =>
      `#jinja2: trim_blocks: False, lstrip_blocks: True\n${text.replace(/^#jinja2:.*\n/, '')}`,
    expected: 'header',
  },
];

/** Raw text stays as it is. */
function withOtherDelimiters(text: string): string {
  const [code, raw, rest] = text.split(/(?<=\{% raw %\})([\s\S]*?)(?=\{% endraw %\})/);
  if (raw !== undefined) return withOtherDelimiters(code!) + raw + withOtherDelimiters(rest!);
  return text
    .replaceAll('{%', '<%')
    .replaceAll('%}', '%>')
    .replaceAll('{{', '<<')
    .replaceAll('}}', '>>')
    .replaceAll('{#', '<#')
    .replaceAll('#}', '#>');
}

/** All of them; the templates they include are written below `folder`. */
export async function realFiles(folder: string): Promise<RealFile[]> {
  const files: RealFile[] = [];
  for (const name of readdirSync(FILES)) {
    const variables = await variablesOf(name);
    for (const [at, way] of WAYS.entries()) {
      const templates = join(name, String(at));
      writeTemplates(name, join(folder, templates), way);
      const text = way.changeMain(way.change(readFileSync(join(FILES, name, 'template.j2'), 'utf8')));
      const expected = join(FILES, name, 'expected', `${way.expected}.txt`);
      files.push({ name, way: way.name, text, options: way.options, variables, templates, expected });
    }
  }
  return files;
}

async function variablesOf(name: string): Promise<string> {
  const folder = join(FILES, name);
  if (!readdirSync(folder).includes('variables.ts'))
    return readFileSync(join(folder, 'variables.json'), 'utf8');
  const { variables } = (await import(join(folder, 'variables.ts'))) as { variables(): string };
  return variables();
}

function writeTemplates(name: string, folder: string, way: Way): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(join(FILES, name)))
    if (/\.(j2|conf)$/.test(file))
      writeFileSync(join(folder, file), way.change(readFileSync(join(FILES, name, file), 'utf8')));
}

/** What we make of it. */
export function renderRealFile(file: RealFile, folder: string): string {
  const known = readJson(file.variables) as ReadonlyMap<string, unknown>;
  const variables = new Map([...known].map(([name, value]) => [name, trusted(value)]));
  const templar = templarWith(variables as ReadonlyMap<string, Raw>, {
    searchPath: () => [join(folder, file.templates)],
  });
  const text = templar.renderText(
    new TemplateText(file.text, undefined),
    optionsOf({ options: file.options }),
  );
  return text instanceof Secret ? 'SECRET' : text;
}
