import { Fault } from '../grammar/fault.ts';
import { codec } from '../python/codecs.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { text } from '../python/string-methods.ts';
import { splitUrl } from '../python/url.ts';
import { Tuple } from '../python/values.ts';
import { type FilterTable, filter } from './filter.ts';

/** Filters for URLs. */
export const urlFilters: FilterTable = {
  urlencode: filter('value', ([value]) => {
    if (value instanceof Map)
      return [...value].map(([k, v]) => `${quotePlus(toText(k))}=${quotePlus(toText(v))}`).join('&');
    if (typeof value === 'string') return quoteUrl(value, '/');
    if (!Array.isArray(value) && !(value instanceof Tuple)) return quoteUrl(toText(value), '/');
    return iterate(value)
      .map(pair =>
        pairOf(pair)
          .map(part => quotePlus(toText(part)))
          .join('='),
      )
      .join('&');
  }),
  urldecode: filter("string, encoding='utf-8', errors='replace'", ([value, encoding, errors]) =>
    unquote(text(value).replaceAll('+', ' '), toText(encoding), toText(errors)),
  ),
  urlsplit: filter("value, query='', alias='urlsplit'", ([value, query]) => {
    const parts = urlParts(text(value));
    const wanted = toText(query);
    if (wanted === '') return parts;
    if (!parts.has(wanted)) throw new Fault(`urlsplit: unknown URL component: ${wanted}`);
    return parts.get(wanted);
  }),
};

function pairOf(value: unknown): readonly unknown[] {
  const parts = iterate(value);
  if (parts.length !== 2) throw new Fault('urlencode needs pairs of a name and a value');
  return parts;
}

function quoteUrl(text: string, safe: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map(byte => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_.~-]/.test(character) || safe.includes(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function quotePlus(text: string): string {
  return quoteUrl(text, '').replaceAll('%20', '+');
}

function unquote(text: string, encoding: string, errors: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = /^%([0-9a-fA-F]{2})/.exec(text.slice(i, i + 3));
    if (hex) {
      bytes.push(Number.parseInt(hex[1]!, 16));
      i += 2;
    } else
      for (const byte of Buffer.from(String.fromCodePoint(text.codePointAt(i)!), 'utf8')) bytes.push(byte);
    if (text.codePointAt(i)! > 0xffff) i++;
  }
  const decoded = codec(encoding).decode(Buffer.from(bytes));
  const broken = /(?<![\ud800-\udbff])[\udc80-\udcff]/g;
  if (errors === 'strict' && broken.test(decoded)) throw new Fault(`urldecode: '${text}' is no ${encoding}`);
  return decoded.replace(broken, errors === 'ignore' ? '' : '\ufffd');
}

function urlParts(url: string): Map<string, unknown> {
  const { scheme, netloc, path, query, fragment } = splitUrl(url);
  const at = netloc.lastIndexOf('@');
  const [userinfo, host] = at === -1 ? [undefined, netloc] : [netloc.slice(0, at), netloc.slice(at + 1)];
  const [, inBrackets, plain = '', port = ''] =
    /^(?:[^[]*\[([^\]]*)\][^:]*|([^:]*))(?::(.*))?$/.exec(host) ?? [];
  const hostname = inBrackets ?? plain;
  const colon = userinfo?.indexOf(':') ?? -1;
  if (port !== '' && !(/^\d+$/.test(port) && Number(port) <= 65535))
    throw new Fault(`urlsplit: '${port}' is no port`);
  return new Map<string, unknown>([
    ['fragment', fragment],
    ['hostname', hostname === '' ? null : hostname.toLowerCase()],
    ['netloc', netloc],
    ['password', userinfo !== undefined && colon !== -1 ? userinfo.slice(colon + 1) : null],
    ['path', path],
    ['port', port === '' ? null : Number(port)],
    ['query', query],
    ['scheme', scheme],
    ['username', userinfo === undefined ? null : colon === -1 ? userinfo : userinfo.slice(0, colon)],
  ]);
}
