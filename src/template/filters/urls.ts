import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { type FilterTable, filter } from './filter.ts';

/** Filters for URLs. */
export const urlFilters: FilterTable = {
  urlencode: filter('value', ([value]) => {
    if (value instanceof Map)
      return [...value].map(([k, v]) => `${quotePlus(toText(k))}=${quotePlus(toText(v))}`).join('&');
    if (typeof value === 'string') return quoteUrl(value, '/');
    if (!Array.isArray(value)) return quoteUrl(toText(value), '/');
    return value
      .map(pair =>
        iterate(pair)
          .map(part => quotePlus(toText(part)))
          .join('='),
      )
      .join('&');
  }),
  urldecode: filter('string', ([value]) => unquote(toText(value).replaceAll('+', ' '))),
  urlsplit: filter("value, query='', alias='urlsplit'", ([value, query]) => {
    const parts = splitUrl(toText(value));
    const wanted = toText(query);
    if (wanted === '') return parts;
    if (!parts.has(wanted)) throw new Fault(`urlsplit: unknown URL component: ${wanted}`);
    return parts.get(wanted);
  }),
};

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

function unquote(text: string): string {
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
  return Buffer.from(bytes).toString('utf8');
}

function splitUrl(url: string): Map<string, unknown> {
  const match =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/.exec(url);
  const [, scheme = '', netloc = '', path = '', query = '', fragment = ''] = match ?? [];
  const at = netloc.lastIndexOf('@');
  const [userinfo, host] = at === -1 ? [undefined, netloc] : [netloc.slice(0, at), netloc.slice(at + 1)];
  const [, hostname = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(host) ?? [];
  const colon = userinfo?.indexOf(':') ?? -1;
  const bare = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return new Map<string, unknown>([
    ['fragment', fragment],
    ['hostname', bare === '' ? null : bare],
    ['netloc', netloc],
    ['password', userinfo !== undefined && colon !== -1 ? userinfo.slice(colon + 1) : null],
    ['path', path],
    ['port', port ? Number(port) : null],
    ['query', query],
    ['scheme', scheme.toLowerCase()],
    ['username', userinfo === undefined ? null : colon === -1 ? userinfo : userinfo.slice(0, colon)],
  ]);
}
