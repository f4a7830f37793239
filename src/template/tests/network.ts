import { spawnSync } from 'node:child_process';
import { Fault } from '../grammar/fault.ts';
import {
  type Address,
  firstOf,
  isHostmask,
  isNetmask,
  isWithin,
  type Network,
  parseAddress,
  parseNetwork,
  type Version,
} from '../network/ip.ts';
import { isIn, MAPPED, ofPython, SIX_TO_FOUR, TEREDO } from '../network/ranges.ts';
import { pythonType } from '../python/values.ts';
import { type Test, type TestTable, test } from './test.ts';

/** What ansible.utils tests of addresses and networks. Networks with host bits set are none. */
export const networkTests: TestTable = {
  ip: ofNetwork(() => true),
  ip_address: ofAddress(() => true),
  ipv4: ofNetwork(({ version }) => version === 4),
  ipv4_address: ofVersion(4, () => true),
  ipv4_netmask: ofVersion(4, mask => isNetmask(mask) && mask.number >= WIDEST_MASK, 'mask'),
  ipv4_hostmask: ofVersion(4, mask => isHostmask(mask) && mask.number > 0n && mask.number < 1n << 25n),
  ipv6: ofNetwork(({ version }) => version === 6),
  ipv6_address: ofVersion(6, () => true),
  ipv6_ipv4_mapped: ofVersion(6, address => isIn(address, MAPPED)),
  ipv6_sixtofour: ofVersion(6, address => isIn(address, SIX_TO_FOUR)),
  ipv6_teredo: ofVersion(6, address => isIn(address, TEREDO)),
  ...Object.fromEntries(Object.entries(ofPython).map(([name, holds]) => [name, ofAddress(holds)])),
  mac: test('mac', ([mac]) => {
    if (typeof mac !== 'string') throw new Fault(`the test mac takes text, not ${pythonType(mac)}`);
    return MAC.test(mac);
  }),
  resolvable: test('host', ([host]) => typeof host === 'string' && resolves(host)),
  in_network: test('ip, network', ([ip, network]) => within(ip, network)),
  subnet_of: test('network_a, network_b', ([a, b]) => within(a, b)),
  supernet_of: test('network_a, network_b', ([a, b]) => within(b, a)),
  in_any_network: test('ip, networks', ([ip, networks]) => among(ip, networks) > 0),
  in_one_network: test('ip, networks', ([ip, networks]) => among(ip, networks) === 1),
};

/** 254.0.0.0: Ansible asks whether 10.0.0.0 is a network with the mask, and with a wider one it is none. */
const WIDEST_MASK = 0xfe000000n;

const MAC = /^(([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12})\n?$/i;

function ofAddress(holds: (address: Address) => boolean, parameter = 'ip'): Test {
  return test(parameter, ([value]) => {
    const address = addressIn(value);
    return address !== undefined && holds(address);
  });
}

function ofVersion(version: Version, holds: (address: Address) => boolean, parameter?: string): Test {
  return ofAddress(address => address.version === version && holds(address), parameter);
}

function ofNetwork(holds: (network: Network) => boolean): Test {
  return test('ip', ([value]) => {
    const network = networkIn(value);
    return network !== undefined && holds(network);
  });
}

/** An address, which may name its zone. */
function addressIn(value: unknown): Address | undefined {
  if (typeof value !== 'string') return undefined;
  return parseAddress(value.includes(':') ? value.replace(/%[^%/]+$/, '') : value);
}

function networkIn(value: unknown): Network | undefined {
  if (typeof value !== 'string') return undefined;
  const network = parseNetwork(value.includes(':') ? value.replace(/%[^%/]+(?=\/|$)/, '') : value);
  return network && network.number === firstOf(network) ? network : undefined;
}

function within(inner: unknown, outer: unknown): boolean {
  const [a, b] = [networkIn(inner), networkIn(outer)];
  return a !== undefined && b !== undefined && isWithin(a, b);
}

function among(ip: unknown, networks: unknown): number {
  return Array.isArray(networks) ? networks.filter(network => within(ip, network)).length : 0;
}

/** By the system's own way of finding hosts, which Node offers only asynchronously. */
function resolves(host: string): boolean {
  return host !== '' && !host.startsWith('-') && spawnSync('getent', ['hosts', host]).status === 0;
}
