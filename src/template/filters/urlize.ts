import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { index } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { iterate, textLength } from '../python/sequences.ts';
import { type FilterTable, filter } from './filter.ts';
import { escapeMarkup } from './text.ts';

/** Jinja2's urlize: links for the addresses in a text, which is escaped. */
export const urlizeFilters: FilterTable = {
  urlize: filter(
    'value, trim_url_limit=None, nofollow=False, target=None, rel=None, extra_schemes=None',
    ([value, limit, nofollow, target, rel, extra]) => {
      const schemes = extra === null ? [] : iterate(extra).map(toText);
      for (const scheme of schemes)
        if (!SCHEME.test(scheme)) throw new Fault(`'${scheme}' is not a valid URI scheme prefix`);
      const words = new Set(rel === null ? [] : toText(rel).split(/\s+/).filter(Boolean));
      if (truth(nofollow)) words.add('nofollow');
      words.add('noopener');
      const attributes = ` rel="${escapeMarkup([...words].sort().join(' '))}"${
        target === null ? '' : ` target="${escapeMarkup(toText(target))}"`
      }`;
      const shown = (url: string): string =>
        limit !== null && textLength(url) > index(limit)
          ? `${[...url].slice(0, index(limit)).join('')}...`
          : url;
      return escapeMarkup(toText(value))
        .split(/(\s+)/)
        .map(word => linked(word, schemes, attributes, shown))
        .join('');
    },
  ),
};

const SCHEME = /^[\w.+-]{2,}:\/{0,2}$/;
const isMail = (text: string): boolean => /^\S+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$/u.test(text);

const LABEL = String.raw`[\p{L}\p{N}_%-]+\.`;
const NAMED = String.raw`(?:https?://|www\.)(?:${LABEL})*(?:[a-z]{2,63}|xn--[\w%]{2,59})`;
const BARE = String.raw`(?:[\p{L}\p{N}_%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)`;
const NUMBERED = String.raw`https?://(?:\d{1,3}(?:\.\d{1,3}){3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\])`;

/** Made when it is first needed: reading it takes V8 a millisecond, which every run would pay for. */
let address: RegExp | undefined;

function isAddress(text: string): boolean {
  address ??= new RegExp(String.raw`^(?:${NAMED}|${BARE}|${NUMBERED})(?::\d{1,5})?(?:[/?#]\S*)?$`, 'iu');
  return address.test(text);
}

function linked(
  word: string,
  schemes: readonly string[],
  attributes: string,
  shown: (url: string) => string,
): string {
  const { head, middle, tail } = withoutBrackets(word);
  const link = (url: string, text: string, more = attributes): string =>
    `${head}<a href="${url}"${more}>${text}</a>${tail}`;
  if (isAddress(middle))
    return link(/^https?:\/\//.test(middle) ? middle : `https://${middle}`, shown(middle));
  if (middle.startsWith('mailto:') && isMail(middle.slice(7))) return link(middle, middle.slice(7), '');
  if (!middle.startsWith('www.') && !middle.includes(':') && isMail(middle))
    return link(`mailto:${middle}`, middle, '');
  if (schemes.some(scheme => middle !== scheme && middle.startsWith(scheme))) return link(middle, middle);
  return word;
}

const PAIRS = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const;

/** What stands around an address; brackets that are opened in the address are closed there too. */
function withoutBrackets(word: string): { head: string; middle: string; tail: string } {
  const head = /^(?:[(<]|&lt;)*/.exec(word)![0];
  let middle = word.slice(head.length);
  let tail = /(?:[)>.,\n]|&gt;)*$/.exec(middle)![0];
  middle = middle.slice(0, middle.length - tail.length);
  for (const [open, close] of PAIRS) {
    const opened = count(middle, open);
    if (opened <= count(middle, close)) continue;
    for (let left = Math.min(opened, count(tail, close)); left > 0; left--) {
      const end = tail.indexOf(close) + close.length;
      middle += tail.slice(0, end);
      tail = tail.slice(end);
    }
  }
  return { head, middle, tail };
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
