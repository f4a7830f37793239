import { expandRanges } from './ranges.ts';

export interface HostNames {
  readonly names: readonly string[];
  readonly port: number | undefined;
}

/**
 * What an inventory's host entry names: `web[1:3]`, `host:2222`, `[2001:db8::1]:22`, `2001:db8::1`. A name
 * that is no address at all (`my host@somewhere`) is taken as it stands.
 */
export function readHostNames(entry: string): HostNames {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
  if (bracketed && isIpv6(bracketed[1]!)) {
    return { names: [bracketed[1]!], port: bracketed[2] === undefined ? undefined : Number(bracketed[2]) };
  }
  if (isIpv6(entry)) return { names: [entry], port: undefined };
  // One colon outside of brackets, with digits behind it, is a port.
  const withPort = /^((?:[^:[\]]|\[[^\]]*\])+):(\d+)$/.exec(entry);
  if (withPort) return { names: expandRanges(withPort[1]!), port: Number(withPort[2]) };
  return { names: expandRanges(entry), port: undefined };
}

function isIpv6(text: string): boolean {
  if (!/^[\da-fA-F:.]+(?:%[\w.-]+)?$/.test(text)) return false;
  const bare = text.replace(/%.*$/, '').replace(/\d+\.\d+\.\d+\.\d+$/, '0:0');
  const halves = bare.split('::');
  const groups = bare.split(':').filter(group => group !== '');
  if (halves.length > 2 || !groups.every(group => /^[\da-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length <= 7 : bare.split(':').length === 8;
}
