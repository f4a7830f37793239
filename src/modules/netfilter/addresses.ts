import { isIPv4, isIPv6 } from 'node:net';
import type { Family } from './family.ts';

/** An address or network as iptables-save prints it; undefined for one that means every address. */
export function normalNetwork(text: string, family: Family): string | undefined {
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  const mask = slash === -1 ? undefined : text.slice(slash + 1);
  if (family === 'ipv4') {
    if (!isIPv4(address)) return text;
    const bits = mask === undefined ? 32 : isIPv4(mask) ? prefixOf(number(mask)) : Number(mask);
    if (bits === undefined || !Number.isInteger(bits)) return text;
    if (bits === 0) return undefined;
    return `${dotted((number(address) & ((0xffffffff << (32 - bits)) >>> 0)) >>> 0)}/${bits}`;
  }
  if (!isIPv6(address)) return text;
  const bits = mask === undefined ? 128 : Number(mask);
  if (!Number.isInteger(bits)) return text;
  if (bits === 0) return undefined;
  return `${maskedIpv6(address, bits)}/${bits}`;
}

/** Whether this is an address or a network, and not a name that would have to be resolved. */
export function isAddress(text: string): boolean {
  const address = text.split('/')[0]!;
  return isIPv4(address) || isIPv6(address);
}

function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) >>> 0;
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map(shift => (value >>> shift) & 255).join('.');
}

function prefixOf(mask: number): number | undefined {
  const bits = mask === 0 ? 0 : 32 - Math.log2((~mask >>> 0) + 1);
  return Number.isInteger(bits) ? bits : undefined;
}

/** All eight groups in full: only ever compared, never shown. */
function maskedIpv6(address: string, bits: number): string {
  const plain = address.includes('.') ? withoutDots(address) : address;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : Array(8 - left.length - right.length).fill('0');
  const groups = [...left, ...middle, ...right].map(group => Number.parseInt(group, 16));
  return groups
    .map((group, index) => {
      const own = Math.min(16, Math.max(0, bits - index * 16));
      return (group & ((0xffff << (16 - own)) & 0xffff)).toString(16);
    })
    .join(':');
}

function withoutDots(address: string): string {
  const at = address.lastIndexOf(':') + 1;
  const value = number(address.slice(at));
  return `${address.slice(0, at)}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
}
