import { Fault } from '../grammar/fault.ts';

export interface UrlParts {
  scheme: string;
  netloc: string;
  path: string;
  query: string;
  fragment: string;
}

/** Python's urlsplit: parts that are not there are empty, and only brackets can be wrong. */
export function splitUrl(given: string): UrlParts {
  let rest = given.replace(/^[\x00-\x20]+/, '').replace(/[\t\r\n]/g, '');
  let [scheme, netloc, query, fragment] = ['', '', '', ''];
  const start = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(rest);
  if (start) {
    scheme = start[1]!.toLowerCase();
    rest = rest.slice(start[0].length);
  }
  if (rest.startsWith('//')) {
    netloc = /^[^/?#]*/.exec(rest.slice(2))![0];
    rest = rest.slice(2 + netloc.length);
    checkBrackets(netloc);
  }
  [rest, fragment] = cut(rest, '#');
  [rest, query] = cut(rest, '?');
  return { scheme, netloc, path: rest, query, fragment };
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function checkBrackets(netloc: string): void {
  if (netloc.includes('[') !== netloc.includes(']')) throw new Fault('Invalid IPv6 URL');
  const inner = /\[(.*)\]/.exec(netloc)?.[1];
  if (inner === undefined) return;
  const isAddress = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.+)?$/.test(inner) || /^v[0-9a-fA-F]+\..+$/.test(inner);
  if (!isAddress) throw new Fault(`'${inner}' does not appear to be an IPv4 or IPv6 address`);
}
