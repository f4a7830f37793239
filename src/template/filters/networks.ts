import { Fault } from '../grammar/fault.ts';
import { asInteger, asList, asText } from '../network/input.ts';
import {
  type Address,
  firstOf,
  groupsOf,
  isWithin,
  lastOf,
  type Network,
  parseAddress,
  parseNetwork,
  printAddress,
  printAsPython,
  printNetwork,
  sizeOf,
  width,
} from '../network/ip.ts';
import { interfaceOf, parseMac } from '../network/mac.ts';
import { isIn, MAPPED } from '../network/ranges.ts';
import { truth } from '../python/compare.ts';
import { parseInteger } from '../python/numbers.ts';
import { cidrMerge } from './cidr-merge.ts';
import { type FilterTable, filter } from './filter.ts';
import { type Asked, askedOf, usable, usableAt } from './ipaddr.ts';

/** Filters that compute with addresses and networks, besides `ipaddr` itself. */
export const networkFilters: FilterTable = {
  ipmath: filter('value, amount=None', ([value, amount]) => {
    const text = asText(value);
    const distance = wanted(asInteger(amount, 'amount'), 'ipmath');
    const network = parseNetwork(text);
    if (!network) throw notAnAddress(text);
    const number = network.number + distance;
    if (number < 0n || number >> BigInt(width(network.version)))
      throw new Fault(`ipmath: ${text} ${distance < 0n ? '-' : '+'} ${abs(distance)} is no address`);
    return printAddress({ ...network, number });
  }),
  nthhost: filter('value, query=None', ([value, query]) => {
    const network = askedOf(value);
    const nth = parseInteger(asText(query));
    if (!network || nth === undefined || BigInt(nth) >= sizeOf(network)) return false;
    const number = (nth < 0 ? lastOf(network) + 1n : firstOf(network)) + BigInt(nth);
    if (number < firstOf(network)) throw new Fault(`nthhost: ${printNetwork(network)} has fewer addresses`);
    return printAddress({ ...network, number });
  }),
  next_nth_usable: filter('value, offset=None', ([value, offset]) => nextUsable(value, offset, 1n)),
  previous_nth_usable: filter('value, offset=None', ([value, offset]) => nextUsable(value, offset, -1n)),
  network_in_network: filter("value, test=''", ([value, inner]) => contains(askedOf(value), askedOf(inner))),
  network_in_usable: filter("value, test=''", ([value, inner]) => {
    const [outer, network] = [askedOf(value), askedOf(inner)];
    const range = outer && sizeOf(outer) > 1n ? usable({ ...outer, isAlone: false }) : edges(outer);
    const { first, last } = edges(network);
    return range !== null && first >= range.first && last <= range.last;
  }),
  reduce_on_network: filter("value, network=''", ([value, network]) => {
    const outer = askedOf(network);
    return asList(value, 'value')
      .map(asText)
      .filter(item => contains(outer, askedOf(item)));
  }),
  ipsubnet: filter("value, query='', index=None", ([value, query, index]) =>
    subnetOf(askedOf(value), asText(query), asInteger(index, 'index')),
  ),
  cidr_merge: filter("value, action='merge'", ([value, action]) =>
    cidrMerge(asList(value, 'value').map(asText), asText(action)),
  ),
  usable_range: filter('ip', ([ip]) => {
    const network = parseNetwork(asText(ip));
    if (!network) throw notAnAddress(asText(ip));
    if (network.number !== firstOf(network)) throw new Fault(`${printNetwork(network)} has host bits set`);
    return allAddresses(network);
  }),
  ip4_hex: filter("arg, delimiter=''", ([value, delimiter]) => {
    const address = addressIn(asText(value), 4);
    const hex = address.number.toString(16).padStart(8, '0');
    return hex.match(/../g)!.join(asText(delimiter));
  }),
  ipcut: filter('value, amount=None', ([value, amount]) => {
    const address = addressIn(asText(value));
    const count = Number(wanted(asInteger(amount, 'amount'), 'ipcut'));
    return cut(address, count);
  }),
  ipv6form: filter('value, format=None', ([value, format]) => {
    const how = FORMS.get(asText(format));
    if (!how) throw new Fault(`ipv6form: the format is one of ${[...FORMS.keys()].join(', ')}`);
    return how(addressIn(asText(value)));
  }),
  slaac: filter("value, query=''", ([value, query]) => {
    const network = askedOf(value);
    const hardware = parseMac(asText(query));
    if (network?.version !== 6 || !hardware || !truth(query)) return false;
    return printAddress({ version: 6, number: firstOf(network) + interfaceOf(hardware) });
  }),
};

const FORMS: ReadonlyMap<string, (address: Address) => string> = new Map([
  ['compress', printAsPython],
  [
    'expand',
    address => {
      if (address.version === 4) return printAddress(address);
      const text = printGroups(address, 4);
      return isIn(address, MAPPED) ? text.slice(0, 30) + printAddress(address).slice(7) : text;
    },
  ],
  [
    'x509',
    address => {
      if (address.version === 4) throw new Fault(`ipv6form: ${printAddress(address)} is not an IPv6 address`);
      return printGroups(address, 1);
    },
  ],
]);

function printGroups({ number }: Address, digits: number): string {
  return groupsOf(number)
    .map(group => group.toString(16).padStart(digits, '0'))
    .join(':');
}

/** So many of its first or last bits, grouped as the bits of an address are; the last group may be shorter. */
function cut({ version, number }: Address, amount: number): string {
  const all = number.toString(2).padStart(width(version), '0');
  const bits = amount >= 0 ? all.slice(0, amount) : all.slice(amount);
  const [size, base, separator] = version === 4 ? [8, 10, '.'] : [16, 16, ':'];
  const groups = bits.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
  return groups.map(group => Number.parseInt(group, 2).toString(base as number)).join(separator as string);
}

function notAnAddress(text: string): Fault {
  return new Fault(`'${text}' is not an IP address`);
}

function addressIn(text: string, version?: number): Address {
  const address = parseAddress(text);
  if (!address || (version !== undefined && address.version !== version)) throw notAnAddress(text);
  return address;
}

function wanted(value: ReturnType<typeof asInteger>, filterName: string): bigint {
  if (value === null) throw new Fault(`${filterName} needs a whole number`);
  return BigInt(value);
}

function abs(number: bigint): bigint {
  return number < 0n ? -number : number;
}

function nextUsable(value: unknown, offset: unknown, sign: bigint): unknown {
  const asked = askedOf(value);
  const distance = asInteger(offset, 'offset');
  if (!asked) return false;
  return usableAt({ ...asked, isAlone: false }, sign * wanted(distance, 'the filter'));
}

interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** The numbers from its first to its broadcast address. What is no network is 0, and so is in many. */
function edges(network: Asked | undefined): Range {
  if (!network) return { first: 0n, last: 0n };
  return { first: firstOf(network), last: sizeOf(network) > 2n ? lastOf(network) : firstOf(network) };
}

/** By their numbers alone, whatever their versions. */
function contains(outer: Asked | undefined, inner: Asked | undefined): boolean {
  const [a, b] = [edges(outer), edges(inner)];
  return b.first >= a.first && b.last <= a.last;
}

/** More are of no use in a list, and would fill the memory. */
const MOST_ADDRESSES = 1n << 20n;

function allAddresses(network: Network): ReadonlyMap<unknown, unknown> {
  const size = sizeOf(network);
  if (size > MOST_ADDRESSES) throw new Fault(`${printNetwork(network)} has too many addresses for a list`);
  const first = firstOf(network);
  return new Map<unknown, unknown>([
    [
      'usable_ips',
      Array.from({ length: Number(size) }, (_, i) =>
        printAsPython({ ...network, number: first + BigInt(i) }),
      ),
    ],
    ['number_of_ips', Number(size)],
  ]);
}

/** The subnet itself, how many there are of a size, one of them, or the place of this one among its like. */
function subnetOf(asked: Asked | undefined, query: string, index: number | bigint | null): unknown {
  if (!asked) return false;
  const subnet: Network = { ...asked, number: firstOf(asked) };
  if (query === '') return printNetwork(subnet);
  if (!/^\d+$/.test(query)) return rank(subnet, query);
  const prefix = Number(query);
  if (prefix > width(asked.version)) return false;
  if (sizeOf(subnet) === 1n) return around(subnet, prefix, index);
  const longer = prefix - subnet.prefix;
  if (index === null) {
    if (longer < 0) throw new Fault(`ipsubnet: ${printNetwork(subnet)} has no subnets of the size ${prefix}`);
    return String(1n << BigInt(longer));
  }
  const count = longer < 0 ? 0n : 1n << BigInt(longer);
  const at = index < 0 ? count + BigInt(index) : BigInt(index);
  // A shorter prefix has no subnets, of which Ansible gives the first all the same.
  if (at < 0n || (at >= count && at !== 0n) || (count === 0n && index !== 0)) return false;
  const number = subnet.number + (at << BigInt(width(subnet.version) - prefix));
  return printNetwork({ ...subnet, number, prefix });
}

/** The networks of a single address, from the one with the given prefix on to ever smaller ones. */
function around(address: Network, prefix: number, index: number | bigint | null): unknown {
  const bits = width(address.version);
  const named = (length: number): string =>
    printNetwork({ ...address, number: firstOf({ ...address, prefix: length }), prefix: length });
  if (index === null) return named(prefix);
  if (index > bits / 2) return false;
  const length = index < 0 ? bits + Number(index) : prefix + Number(index);
  if (length < prefix) return false;
  if (length >= bits)
    throw new Fault(`ipsubnet: there is no network with the index ${index} around ${printAddress(address)}`);
  return named(length);
}

/** Which of the subnets of its size it is in a larger network, counted from 1. */
function rank(subnet: Network, query: string): string {
  const outer = askedOf(query);
  if (!outer) throw new Fault(`ipsubnet: '${query}' is neither a size nor a network`);
  if (!isWithin(subnet, outer))
    throw new Fault(`ipsubnet: ${printNetwork(subnet)} is not in ${printNetwork(outer)}`);
  return String((subnet.number - firstOf(outer)) / sizeOf(subnet) + 1n);
}
