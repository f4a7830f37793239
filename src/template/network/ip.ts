import { isIPv4, isIPv6 } from 'node:net';

export type Version = 4 | 6;

/** An address as a number, which is what all questions about addresses come down to. */
export interface Address {
  readonly version: Version;
  readonly number: bigint;
}

/** An address and how many of its bits name the network; host bits may be set. */
export interface Network extends Address {
  readonly prefix: number;
}

export function width(version: Version): number {
  return version === 4 ? 32 : 128;
}

/** An address in the usual text form: no leading zeros, no zone, no white space. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { version: 4, number: quad(text) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  return { version: 6, number: hextets(text) };
}

/** `ADDRESS`, `ADDRESS/PREFIX`, `ADDRESS/NETMASK` or `ADDRESS/HOSTMASK`; without any, the address alone. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (!address) return undefined;
  const prefix = slash === -1 ? width(address.version) : parsePrefix(text.slice(slash + 1), address.version);
  return prefix === undefined ? undefined : { ...address, prefix };
}

/** How many bits `24`, `255.255.255.0` or `0.0.0.255` keep. */
export function parsePrefix(text: string, version: Version): number | undefined {
  const bits = width(version);
  if (/^\s*\+?\d+\s*$/.test(text)) return Number(text) <= bits ? Number(text) : undefined;
  const mask = parseAddress(text);
  if (mask?.version !== version) return undefined;
  if (isNetmask(mask)) return bits - trailingZeros(mask.number, bits);
  return isHostmask(mask) ? bits - mask.number.toString(2).length : undefined;
}

/** Whether all its set bits come first. */
export function isNetmask({ version, number }: Address): boolean {
  const rest = (1n << BigInt(width(version))) - 1n - number;
  return (rest & (rest + 1n)) === 0n;
}

/** Whether all its set bits come last. */
export function isHostmask({ number }: Address): boolean {
  return (number & (number + 1n)) === 0n;
}

export function hostmaskOf({ version, prefix }: Network): bigint {
  return (1n << BigInt(width(version) - prefix)) - 1n;
}

export function netmaskOf(network: Network): bigint {
  return (1n << BigInt(width(network.version))) - 1n - hostmaskOf(network);
}

export function firstOf(network: Network): bigint {
  return network.number - (network.number & hostmaskOf(network));
}

export function lastOf(network: Network): bigint {
  return firstOf(network) + hostmaskOf(network);
}

export function sizeOf(network: Network): bigint {
  return hostmaskOf(network) + 1n;
}

/** Whether all of `inner` lies in `outer`. */
export function isWithin(inner: Network, outer: Network): boolean {
  return (
    inner.version === outer.version && firstOf(inner) >= firstOf(outer) && lastOf(inner) <= lastOf(outer)
  );
}

export function alone(address: Address): Network {
  return { ...address, prefix: width(address.version) };
}

/** The address of a number: the shortest kind that can hold it. */
export function addressOf(number: bigint): Address | undefined {
  if (number < 0n || number >> 128n) return undefined;
  return { version: number >> 32n ? 6 : 4, number };
}

export function printAddress({ version, number }: Address): string {
  return version === 4 ? printQuad(number) : printHextets(number);
}

/** As Python's ipaddress prints it: of the compatible addresses only the mapped ones have a dotted part. */
export function printAsPython(address: Address): string {
  const isMapped = address.version === 6 && address.number >> 32n === 0xffffn;
  return address.version === 6 && !isMapped ? printHextets(address.number, false) : printAddress(address);
}

export function printNetwork(network: Network): string {
  return `${printAddress(network)}/${network.prefix}`;
}

/** The groups of an IPv6 address. */
export function groupsOf(number: bigint): number[] {
  return Array.from({ length: 8 }, (_, i) => Number((number >> BigInt(112 - 16 * i)) & 0xffffn));
}

function quad(text: string): bigint {
  return text.split('.').reduce((number, part) => number * 256n + BigInt(part), 0n);
}

function hextets(text: string): bigint {
  const dotted = /[^:]+\.[^:]+$/.exec(text)?.[0];
  const plain = dotted ? text.slice(0, -dotted.length) + printGroups(quad(dotted)) : text;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = new Array<string>(8 - before.length - after.length).fill('0');
  return BigInt(`0x${[...before, ...gap, ...after].map(group => group.padStart(4, '0')).join('')}`);
}

function printGroups(number: bigint): string {
  return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;
}

function printQuad(number: bigint): string {
  return [24n, 16n, 8n, 0n].map(shift => (number >> shift) & 0xffn).join('.');
}

function printHextets(number: bigint, dotted = true): string {
  const groups = groupsOf(number);
  const { start, length } = longestZeros(groups);
  const isIpv4 = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  if (dotted && isIpv4) return `::${length === 5 ? 'ffff:' : ''}${printQuad(number & 0xffffffffn)}`;
  const text = (part: readonly number[]): string => part.map(group => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > longest.length) longest = { start, length: end - start };
    start = Math.max(start, end - 1);
  }
  return longest;
}

function trailingZeros(number: bigint, bits: number): number {
  if (number === 0n) return bits;
  const text = number.toString(2);
  return text.length - text.lastIndexOf('1') - 1;
}
