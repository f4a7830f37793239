import { type Address, alone, isHostmask, isNetmask, isWithin, type Network, parseNetwork } from './ip.ts';

/** IANA's registers of addresses that are not for everybody, as netaddr and Python's ipaddress know them. */

const NOT_GLOBAL = networks(
  '0.0.0.0/8 10.0.0.0/8 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16',
  '198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4',
  '::1 :: ::ffff:0:0/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10',
);

const GLOBAL_AFTER_ALL = networks(
  '192.0.0.9 192.0.0.10 2001:1::1 2001:1::2 2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28',
);

const SHARED = networks('100.64.0.0/10');
const DOCUMENTATION = networks('3fff::/20');
const MULTICAST = networks('224.0.0.0/4 ff00::/8');
const LOOPBACK = networks('127.0.0.0/8 ::1');
const LINK_LOCAL = networks('169.254.0.0/16 fe80::/10');

const RESERVED = networks(
  '240.0.0.0/4 ::/8 100::/8 200::/7 400::/6 800::/5 1000::/4 4000::/3 6000::/3 8000::/3 a000::/3 c000::/3',
  'e000::/4 f000::/5 f800::/6 fe00::/9',
);

export const MAPPED = networks('::ffff:0:0/96');
export const SIX_TO_FOUR = networks('2002::/16');
export const TEREDO = networks('2001::/32');

/** What the filter `ipaddr` means by its queries: as netaddr tells it. */
export const isMulticast = (address: Address): boolean => isIn(address, MULTICAST);
export const isLoopback = (address: Address): boolean => isIn(address, LOOPBACK);
export const isLinkLocal = (address: Address): boolean => isIn(address, LINK_LOCAL);

export function isMulticastNetwork(network: Network): boolean {
  return MULTICAST().some(range => isWithin(network, range));
}

export function isPublic(address: Address): boolean {
  return !isMulticast(address) && isGlobal(address) && !isNetmask(address) && !isHostmask(address);
}

export function isPrivate(address: Address): boolean {
  return !isMulticast(address) && !isGlobal(address);
}

function isGlobal(address: Address): boolean {
  return !isIn(address, SHARED) && (!isIn(address, NOT_GLOBAL) || isIn(address, GLOBAL_AFTER_ALL));
}

/** What the tests mean by theirs: as Python's ipaddress tells it, which looks into mapped addresses. */
export const ofPython = {
  private: (address: Address): boolean =>
    (isIn(inner(address), NOT_GLOBAL) || isIn(inner(address), DOCUMENTATION)) &&
    !isIn(inner(address), GLOBAL_AFTER_ALL),
  public: (address: Address): boolean => !ofPython.private(address) && !isIn(inner(address), SHARED),
  multicast: (address: Address): boolean => isMulticast(inner(address)),
  loopback: (address: Address): boolean => isLoopback(inner(address)),
  reserved: (address: Address): boolean => isIn(inner(address), RESERVED),
  unspecified: (address: Address): boolean => inner(address).number === 0n,
};

export type Ranges = () => readonly Network[];

export function isIn(address: Address, ranges: Ranges): boolean {
  const one = alone(address);
  return ranges().some(range => isWithin(one, range));
}

function inner(address: Address): Address {
  return isIn(address, MAPPED) ? { version: 4, number: address.number & 0xffffffffn } : address;
}

/** Read when they are asked for: most runs never do. */
function networks(...lists: string[]): Ranges {
  let read: readonly Network[] | undefined;
  return () => {
    read ??= lists.flatMap(list => list.split(' ')).map(text => parseNetwork(text)!);
    return read;
  };
}
