import { Fault } from '../grammar/fault.ts';
import { allowText, joinTexts, repeatText } from '../limits.ts';
import { truth } from '../python/compare.ts';
import { percentFormat } from '../python/format.ts';
import { index } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { iterate, lengthOf, textLength } from '../python/sequences.ts';
import {
  capitalize,
  center,
  replaceText,
  splitLines,
  text as strictText,
  strip,
} from '../python/string-methods.ts';
import { Tuple, use } from '../python/values.ts';
import { unescapeMarkup } from './entities.ts';
import { type FilterTable, filter } from './filter.ts';
import { attributeGetter } from './select.ts';
import { indentText, wrapText } from './wrapping.ts';

/** Jinja2's filters for text. */
export const textFilters: FilterTable = {
  capitalize: filter('s', ([s]) => capitalize(toText(s))),
  center: filter('value, width=80', ([value, width]) => center(toText(value), index(width))),
  escape: filter('s', ([s]) => escapeMarkup(toText(s))),
  forceescape: filter('s', ([s]) => escapeMarkup(toText(s))),
  format: filter('value, *args, **kwargs', ([value, args, named]) => {
    const values = named as Map<string, unknown>;
    if (values.size > 0 && (args as unknown[]).length > 0)
      throw new Fault("can't handle positional and keyword arguments at the same time");
    return percentFormat(toText(value), values.size > 0 ? values : new Tuple(args as unknown[]));
  }),
  indent: filter('s, width=4, first=False, blank=False', ([s, width, first, blank]) =>
    indentText(
      strictText(s),
      typeof width === 'string' ? width : repeatText(' ', index(width)),
      truth(first),
      truth(blank),
    ),
  ),
  join: filter("value, d='', attribute=None", ([value, separator, attribute], engine) => {
    const items = iterate(value);
    const pick = attribute === null ? undefined : attributeGetter(attribute, engine);
    let text = '';
    const between = toText(separator);
    for (let i = 0; i < items.length; i++) {
      const item = pick ? use(pick(items[i])) : items[i];
      text += (i > 0 ? between : '') + (typeof item === 'string' ? item : toText(item));
      allowText(text.length);
    }
    return text;
  }),
  lower: filter('s', ([s]) => toText(s).toLowerCase()),
  upper: filter('s', ([s]) => toText(s).toUpperCase()),
  replace: filter('s, old, new, count=None', ([s, old, replacement, count]) =>
    replaceText(toText(s), toText(old), toText(replacement), count === null ? -1 : index(count)),
  ),
  string: filter('value', ([value]) => toText(value)),
  safe: filter('value', ([value]) => toText(value)),
  striptags: filter('value', ([value]) =>
    unescapeMarkup(
      toText(value)
        .replace(/<!--[\s\S]*?-->/g, '')
        .replace(/<[^>]*>/g, '')
        .split(/\s+/)
        .filter(word => word !== '')
        .join(' '),
    ),
  ),
  title: filter('s', ([s]) => titleWords(toText(s))),
  trim: filter('value, chars=None', ([value, chars]) => strip(toText(value), chars, 'both')),
  truncate: filter(
    "s, length=255, killwords=False, end='...', leeway=None",
    ([s, length, kill, end, leeway]) =>
      truncate(s, index(length), truth(kill), toText(end), leeway === null ? 5 : index(leeway)),
  ),
  wordcount: filter('s', ([s]) => toText(s).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  wordwrap: filter(
    's, width=79, break_long_words=True, wrapstring=None, break_on_hyphens=True',
    ([s, width, breakWords, wrapString, hyphens]) => {
      const between = wrapString === null ? '\n' : toText(wrapString);
      return splitLines(strictText(s))
        .map(line => joinTexts(wrapText(line, index(width), truth(breakWords), truth(hyphens)), between))
        .join(between);
    },
  ),
  xmlattr: filter('d, autospace=True', ([dict, autospace]) => xmlAttributes(dict, truth(autospace))),
};

export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('>', '&gt;')
    .replaceAll('<', '&lt;')
    .replaceAll("'", '&#39;')
    .replaceAll('"', '&#34;');
}

/** Jinja2's title: words begin after white space, dashes and opening brackets. */
function titleWords(text: string): string {
  return text
    .split(/([-\s({[<]+)/u)
    .filter(part => part !== '')
    .map(part => {
      const [first = '', ...rest] = [...part];
      return first.toUpperCase() + rest.join('').toLowerCase();
    })
    .join('');
}

function truncate(value: unknown, length: number, kill: boolean, end: string, leeway: number): unknown {
  const endLength = textLength(end);
  if (length < endLength) throw new Fault(`expected length >= ${endLength}, got ${length}`);
  if (leeway < 0) throw new Fault(`expected leeway >= 0, got ${leeway}`);
  if (lengthOf(value) <= length + leeway) return value;
  const all = [...strictText(value)];
  const kept = all.slice(0, length - endLength).join('');
  if (kill) return kept + end;
  const space = kept.lastIndexOf(' ');
  return (space === -1 ? kept : kept.slice(0, space)) + end;
}

function xmlAttributes(dict: unknown, autospace: boolean): string {
  if (!(dict instanceof Map)) throw new Fault('xmlattr needs a mapping');
  const parts: string[] = [];
  for (const [key, value] of dict) {
    if (value === null) continue;
    if (/[\s/>=]/.test(strictText(key)))
      throw new Fault(`invalid character in attribute name: '${toText(key)}'`);
    parts.push(`${escapeMarkup(toText(key))}="${escapeMarkup(toText(value))}"`);
  }
  const text = parts.join(' ');
  return autospace && text !== '' ? ` ${text}` : text;
}
