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
  if (QUAD.test(text)) return { version: 4, number: quad(text) };
  const number = text.includes(':') ? hextets(text) : undefined;
  return number === undefined ? undefined : { version: 6, number };
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

// Not node:net's, which takes as long to load as all the rest of this.
const QUAD = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function quad(text: string): bigint {
  return text.split('.').reduce((number, part) => number * 256n + BigInt(part), 0n);
}

function hextets(text: string): bigint | undefined {
  const dotted = /[^:]+\.[^:]+$/.exec(text)?.[0];
  if (dotted !== undefined && !QUAD.test(dotted)) return undefined;
  const plain = dotted === undefined ? text : text.slice(0, -dotted.length) + printGroups(quad(dotted));
  const halves = plain.split('::').map(half => (half === '' ? [] : half.split(':')));
  const given = halves.flat();
  if (!given.every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  if (halves.length > 2 || (halves.length === 2 ? given.length > 7 : given.length !== 8)) return undefined;
  const gap = new Array<string>(8 - given.length).fill('0');
  const groups = [...halves[0]!, ...gap, ...(halves[1] ?? [])];
  return BigInt(`0x${groups.map(group => group.padStart(4, '0')).join('')}`);
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
