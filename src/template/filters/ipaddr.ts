import { didYouMean } from '../../core/error.ts';
import { integer } from '../../core/number.ts';
import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { asInteger, asText } from '../network/input.ts';
import {
  type Address,
  addressOf,
  firstOf,
  groupsOf,
  hostmaskOf,
  isWithin,
  lastOf,
  type Network,
  netmaskOf,
  parseNetwork,
  parsePrefix,
  printAddress,
  printNetwork,
  sizeOf,
  width,
} from '../network/ip.ts';
import {
  isIn,
  isLinkLocal,
  isLoopback,
  isMulticastNetwork,
  isPrivate,
  isPublic,
  SIX_TO_FOUR,
} from '../network/ranges.ts';
import { truth } from '../python/compare.ts';
import { parseFloatText, parseInteger } from '../python/numbers.ts';
import { isInteger, pythonType } from '../python/values.ts';
import { type FilterTable, filter } from './filter.ts';

/** Filters that give a value back when it answers a query, in the form that the query asks for. */
export const ipaddrFilters: FilterTable = {
  ipaddr: filter("value, query='', version=None, alias='ipaddr'", ([value, query, version, alias]) =>
    ask('ipaddr', value, query, asInteger(version, 'version'), alias === null ? 'ipaddr' : asText(alias)),
  ),
  ipv4: filter("value, query=''", ([value, query]) => ask('ipv4', value, query, 4)),
  ipv6: filter("value, query=''", ([value, query]) => ask('ipv6', value, query, 6)),
  ipwrap: filter("value, query=''", ([value]) => {
    if (Array.isArray(value)) return value.map(wrapped);
    if (typeof value === 'string' || typeof value === 'boolean') return wrappedAlone(value);
    throw new Fault(`ipwrap takes addresses as text, or a list of them, not ${pythonType(value)}`);
  }),
};

/** What a query is asked about. */
export interface Asked extends Network {
  /** As it was written. */
  readonly text: string;
  /** Written without a prefix. */
  readonly isAlone: boolean;
}

/** The answer of `ipaddr`: false for what is no address, null for one that the query does not hold for. */
export function ask(
  name: string,
  value: unknown,
  query: unknown = '',
  version: unknown = null,
  alias = name,
): unknown {
  if (Array.isArray(value)) return value.map(item => ask(name, item, query, version, alias)).filter(truth);
  if (typeof value !== 'string' && typeof value !== 'boolean' && !isInteger(value))
    throw new Fault(`${name} takes addresses, or a list of them, not ${pythonType(value)}`);
  if (!truth(value) || value === true) return false;
  const asked = read(value, version);
  return asked ? answer(asked, query, alias) : false;
}

/** An address, alone or with its prefix, or as a number; undefined for anything else. */
export function askedOf(value: unknown): Asked | undefined {
  const text = asText(value);
  return text === '' ? undefined : read(text, null);
}

function read(value: unknown, version: unknown): Asked | undefined {
  const text = String(value);
  const [address = '', ...rest] = text.split('/');
  if (/^\d{1,39}$/.test(address) && rest.length < 2) return numbered(address, rest[0], version);
  const network = parseNetwork(text);
  if (!network || (truth(version) && network.version !== version)) return undefined;
  return { ...network, text, isAlone: rest.length === 0 };
}

function numbered(digits: string, prefix: string | undefined, version: unknown): Asked | undefined {
  const address = addressOf(BigInt(digits));
  if (!address || (version === 4 && address.version === 6)) return undefined;
  if (version === 6 && prefix !== undefined && address.version === 4) return undefined;
  if (truth(version) && version !== 4 && version !== 6) throw new Fault('there are versions 4 and 6 of IP');
  const known: Address = version === 6 ? { ...address, version: 6 } : address;
  const bits = prefix === undefined ? width(known.version) : parsePrefix(prefix, known.version);
  if (bits === undefined) return undefined;
  const network = { ...known, prefix: bits };
  return { ...network, text: printNetwork(network), isAlone: prefix === undefined };
}

function answer(asked: Asked, query: unknown, alias: string): unknown {
  const name = asText(query);
  const run = QUERIES.get(name);
  if (run) return run(asked);
  const among = parseNetwork(name);
  if (among && name !== '') return isWithin(asked, among) ? asked.text : null;
  const whole = parseInteger(name);
  if (whole !== undefined) return at(asked, BigInt(whole));
  if (query instanceof Float || parseFloatText(name) !== undefined) return plain(asked) ?? false;
  throw new Fault(`${alias} knows no query '${name}'`, didYouMean(name, QUERIES.keys()));
}

/** The address at an index of the network, with its prefix. */
function at(asked: Asked, index: bigint): unknown {
  const given = plain(asked);
  if (given !== undefined) return given;
  const number = (index < 0n ? lastOf(asked) + 1n : firstOf(asked)) + index;
  if (number < firstOf(asked) || number > lastOf(asked)) return false;
  return printNetwork({ ...asked, number });
}

/** What is no network of several addresses. */
function plain(asked: Asked): string | undefined {
  if (sizeOf(asked) > 1n) return undefined;
  return asked.isAlone ? printAddress(asked) : printNetwork(asked);
}

type Query = (asked: Asked) => unknown;

const own = (holds: (address: Address) => boolean): Query => {
  return asked => (holds(asked) ? asked.text : null);
};

const addressWithPrefix: Query = asked => {
  if (sizeOf(asked) > 2n && (isFirst(asked) || isLast(asked))) return false;
  return printNetwork(asked);
};

const address: Query = asked => (isHost(asked) || asked.version === 6 ? printAddress(asked) : null);
const subnet: Query = asked => printNetwork({ ...asked, number: firstOf(asked) });
const network: Query = asked => printAddress({ ...asked, number: firstOf(asked) });
const wildcard: Query = asked => mask(asked, hostmaskOf(asked));
const loopback = own(isLoopback);
const cidr: Query = asked => printNetwork(asked);

const QUERIES: ReadonlyMap<string, Query> = new Map<string, Query>([
  ['', asked => (asked.isAlone ? printAddress(asked) : printNetwork(asked))],
  ['address', address],
  ['ip', address],
  ['address/prefix', addressWithPrefix],
  ['host/prefix', addressWithPrefix],
  ['hostnet', addressWithPrefix],
  ['router', addressWithPrefix],
  ['gateway', addressWithPrefix],
  ['gw', addressWithPrefix],
  ['host', asked => (isHost(asked) ? printNetwork(asked) : null)],
  ['ip/prefix', asked => (sizeOf(asked) > 1n && isHost(asked) ? printNetwork(asked) : null)],
  [
    'ip_netmask',
    asked => (sizeOf(asked) > 1n && isHost(asked) ? `${printAddress(asked)} ${netmask(asked)}` : null),
  ],
  ['net', asked => (sizeOf(asked) > 1n && isFirst(asked) ? printNetwork(asked) : null)],
  ['network', network],
  ['network_id', network],
  ['network/prefix', subnet],
  ['subnet', subnet],
  ['network_netmask', asked => `${network(asked)} ${netmask(asked)}`],
  ['network_wildcard', asked => `${network(asked)} ${wildcard(asked)}`],
  ['prefix', asked => asked.prefix],
  ['netmask', netmask],
  ['hostmask', wildcard],
  ['wildcard', wildcard],
  ['broadcast', asked => (sizeOf(asked) > 2n ? printAddress({ ...asked, number: lastOf(asked) }) : null)],
  ['size', asked => integer(sizeOf(asked))],
  ['size_usable', asked => integer(usableSize(asked))],
  [
    'range_usable',
    asked => {
      const range = usable(asked);
      return range && `${printNumber(range.first)}-${printNumber(range.last)}`;
    },
  ],
  [
    'first_usable',
    asked => {
      const range = usable(asked);
      return range && printNumber(range.first);
    },
  ],
  [
    'last_usable',
    asked => {
      const range = usable(asked);
      return range && printNumber(range.last);
    },
  ],
  ['next_usable', asked => usableAt(asked, 1n)],
  ['previous_usable', asked => usableAt(asked, -1n)],
  ['peer', peer],
  ['public', own(isPublic)],
  ['private', own(isPrivate)],
  ['loopback', loopback],
  ['lo', loopback],
  ['link-local', own(isLinkLocal)],
  ['multicast', asked => (isMulticastNetwork(asked) ? asked.text : null)],
  ['unicast', asked => (isMulticastNetwork(asked) ? null : asked.text)],
  ['int', asked => (asked.isAlone ? integer(asked.number) : `${asked.number}/${asked.prefix}`)],
  ['bool', () => true],
  ['type', asked => (isNetworkItself(asked) ? 'network' : 'address')],
  ['version', asked => asked.version],
  ['ipv4', asked => (asked.version === 4 ? asked.text : asIpv4(asked))],
  ['ipv6', asked => (asked.version === 6 ? asked.text : asIpv6(asked))],
  ['6to4', sixToFour],
  ['revdns', reverseName],
  ['cidr', cidr],
  ['wrap', asked => (asked.version === 6 ? wrap(asked) : asked.text)],
]);

function isFirst(asked: Network): boolean {
  return asked.number === firstOf(asked);
}

function isLast(asked: Network): boolean {
  return asked.number === lastOf(asked);
}

function isHost(asked: Network): boolean {
  return sizeOf(asked) <= 2n || !isFirst(asked);
}

function isNetworkItself(asked: Network): boolean {
  return sizeOf(asked) > 1n && isFirst(asked);
}

function mask(asked: Network, number: bigint): string {
  return printAddress({ version: asked.version, number });
}

function netmask(asked: Network): string {
  return mask(asked, netmaskOf(asked));
}

/** A number alone, as netaddr prints it: small ones are addresses of IPv4. */
function printNumber(number: bigint): string {
  const found = addressOf(number);
  if (!found) throw new Fault(`${number} is no address`);
  return printAddress(found);
}

function usableSize(asked: Network): bigint {
  const size = sizeOf(asked);
  return size === 1n ? 0n : size === 2n ? 2n : size - 2n;
}

/** The addresses that hosts can have; null for a single address. */
export function usable(asked: Asked): { first: bigint; last: bigint } | null {
  if (asked.isAlone) throw new Fault(`${printAddress(asked)} is not a network address`);
  const size = sizeOf(asked);
  if (size === 1n) return null;
  const edge = size === 2n ? 0n : 1n;
  return { first: firstOf(asked) + edge, last: lastOf(asked) - edge };
}

/** The usable address so many further on. */
export function usableAt(asked: Asked, distance: bigint): string | null {
  const range = usable(asked);
  if (!range) return null;
  const number = asked.number + distance;
  const text = printNumber(number);
  return number >= range.first && number <= range.last ? text : null;
}

function peer(asked: Asked): string {
  if (asked.isAlone) throw new Fault(`${printAddress(asked)} is not a network address`);
  const size = sizeOf(asked);
  if (size === 2n) return mask(asked, asked.number ^ 1n);
  if (size !== 4n) throw new Fault(`${printNetwork(asked)} is not a point-to-point network`);
  if (isFirst(asked) || isLast(asked))
    throw new Fault(`${printNetwork(asked)} is not an address with a peer`);
  return mask(asked, asked.number ^ 3n);
}

/** The IPv4 address in an IPv6 one that is mapped, or compatible. */
function asIpv4({ number, prefix }: Network): unknown {
  const before = number >> 32n;
  if ((before !== 0n && before !== 0xffffn) || prefix < 96) return false;
  return printNetwork({ version: 4, number: number & 0xffffffffn, prefix: prefix - 96 });
}

function asIpv6({ number, prefix }: Network): string {
  return printNetwork({ version: 6, number: (0xffffn << 32n) | number, prefix: prefix + 96 });
}

function sixToFour(asked: Asked): unknown {
  if (isNetworkItself(asked)) return false;
  if (asked.version === 6) return isIn(asked, SIX_TO_FOUR) ? asked.text : false;
  if (!isPublic(asked) && !isPrivate(asked)) return false;
  const hex = asked.number.toString(16).padStart(8, '0');
  return `2002:${hex.slice(0, 4)}:${hex.slice(4)}::1/48`;
}

function reverseName({ version, number }: Network): string {
  if (version === 4)
    return `${printAddress({ version, number }).split('.').reverse().join('.')}.in-addr.arpa.`;
  const hex = groupsOf(number).map(group => group.toString(16).padStart(4, '0'));
  return `${[...hex.join('')].reverse().join('.')}.ip6.arpa.`;
}

/** An IPv6 address in the brackets that it needs beside a port. */
function wrap(asked: Asked): string {
  return `[${printAddress(asked)}]${asked.isAlone ? '' : `/${asked.prefix}`}`;
}

/** Addresses of IPv6 in brackets, and all else as it is. */
function wrapped(value: unknown): unknown {
  const asked = typeof value === 'string' || isInteger(value) ? read(value, null) : undefined;
  if (!asked) return value;
  return asked.version === 6 ? wrap(asked) : asked.text;
}

/** The same for one value alone, which gets its mask as a prefix. */
function wrappedAlone(value: unknown): unknown {
  const asked = typeof value === 'string' ? read(value, null) : undefined;
  return asked?.version === 4 && !asked.isAlone ? printNetwork(asked) : wrapped(value);
}
