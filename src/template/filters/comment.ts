import { Fault } from '../grammar/fault.ts';
import { repeatText } from '../limits.ts';
import { index } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { text as strictText, stringMethods } from '../python/string-methods.ts';
import { type FilterTable, filter } from './filter.ts';

interface Style {
  beginning?: string;
  decoration?: string;
  end?: string;
}

const STYLES: ReadonlyMap<string, Style> = new Map([
  ['plain', { decoration: '# ' }],
  ['erlang', { decoration: '% ' }],
  ['c', { decoration: '// ' }],
  ['cblock', { beginning: '/*', decoration: ' * ', end: ' */' }],
  ['xml', { beginning: '<!--', decoration: ' - ', end: '-->' }],
]);

const OPTIONS = [
  'newline',
  'beginning',
  'prefix',
  'prefix_count',
  'decoration',
  'postfix',
  'postfix_count',
  'end',
];

/** Ansible's remaining filters for text. */
export const commentFilters: FilterTable = {
  comment: filter("text, style='plain', **kw", ([text, style, named]) =>
    comment(strictText(text), toText(style), named as Map<string, unknown>),
  ),
  split: filter('value, sep=None, maxsplit=-1', ([value, separator, limit]) =>
    stringMethods.get('split')!.run(strictText(value), [separator, limit]),
  ),
};

function comment(text: string, styleName: string, named: ReadonlyMap<string, unknown>): string {
  const style = STYLES.get(styleName);
  if (!style) throw new Fault(`Invalid style '${styleName}'.`, `one of ${[...STYLES.keys()].join(', ')}`);
  for (const name of named.keys())
    if (!OPTIONS.includes(name))
      throw new Fault(`the filter comment has no parameter '${name}'`, `it has ${OPTIONS.join(', ')}`);
  const option = (name: string, fallback: string): string => strictText(named.get(name) ?? fallback);
  const count = (name: string): number => index(named.get(name) ?? 1);
  const decoration = option('decoration', style.decoration ?? '');
  const prefix = option('prefix', decoration.replace(/\s+$/, ''));
  const postfix = option('postfix', decoration.replace(/\s+$/, ''));
  const newline = option('newline', '\n');
  const beginning = option('beginning', style.beginning ?? '');
  const end = option('end', style.end ?? '');
  const decorated = decoration + text.replaceAll(newline, newline + decoration);
  const body = decorated.replaceAll(decoration + newline, decoration.trimEnd() + newline);
  const prefixLine = prefix === '' || prefix === newline ? prefix : prefix + newline;
  const before = repeatText(prefixLine, count('prefix_count'));
  // Unlike the line before, this one is there even when it is empty.
  const after = repeatText(`${newline}${postfix}`, count('postfix_count'));
  const head = beginning === '' ? '' : `${beginning}${newline}`;
  const tail = end === '' ? '' : `${newline}${end}`;
  return `${head}${before}${body}${after}${tail}`;
}
