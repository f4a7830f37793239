import {
  type Address,
  fromKernelHex,
  ipv6FromHex,
  isInNetwork,
  type Link,
  netmask,
  networkOf,
  parseLinks,
} from './addresses.ts';
import type { Collector } from './collector.ts';
import { LINKS } from './mounts.ts';
import type { RawFacts } from './raw.ts';

/** Interfaces with their addresses, and the way out. */
export const network: Collector = {
  name: 'network',
  aliases: ['interfaces', 'all_ipv4_addresses', 'all_ipv6_addresses', 'default_ipv4', 'default_ipv6'],
  group: 'network',
  files: [
    '/proc/net/route',
    '/proc/net/ipv6_route',
    ...[
      'speed',
      'bonding/mode',
      'bonding/slaves',
      'bonding/miimon',
      'bonding/lacp_rate',
      'bonding/primary',
    ].map(file => `/sys/class/net/*/${file}`),
    ...['bridge_id', 'stp_state'].map(file => `/sys/class/net/*/bridge/${file}`),
  ],
  commands: {
    addresses: 'ip addr show 2>/dev/null',
    links: LINKS,
    kinds: `for link in /sys/class/net/*; do
  [ -d "$link/bridge" ] && echo "bridge \${link##*/}"
  [ -d "$link/bonding" ] && echo "bonding \${link##*/}"
  [ -d "$link/brif" ] && for port in "$link"/brif/*; do [ -e "$port" ] && echo "port \${link##*/} \${port##*/}"; done
done`,
  },
  collect(raw) {
    const links = parseLinks(raw.output('addresses'));
    const interfaces = links.flatMap(link => interfaceFacts(raw, link));
    const all = links.flatMap(link => link.addresses);
    return {
      interfaces: interfaces.map(([name]) => name),
      ...Object.fromEntries(interfaces.map(([name, facts]) => [factName(name), facts])),
      default_ipv4: defaultIpv4(raw, links),
      default_ipv6: defaultIpv6(raw, links),
      all_ipv4_addresses: addressesOf(all, 4).filter(address => !address.startsWith('127.')),
      all_ipv6_addresses: addressesOf(all, 6).filter(address => address !== '::1'),
      locally_reachable_ips: {
        ipv4: [...new Set(all.filter(({ family }) => family === 4).flatMap(reachable))],
        ipv6: [...new Set(addressesOf(all, 6))],
      },
    };
  },
};

/** A variable's name has no dots and dashes: `br-lan` is the fact `br_lan`. */
function factName(link: string): string {
  return link.replace(/[-.:]/g, '_');
}

function addressesOf(all: readonly Address[], family: 4 | 6): string[] {
  return all.filter(address => address.family === family).map(({ address }) => address);
}

function reachable(address: Address): string[] {
  const network = `${networkOf(address.address, address.prefix)}/${address.prefix}`;
  return address.scope === 'host' ? [network, address.address] : [address.address];
}

/** An interface, and beside it each alias (`eth0:1`) as one of its own. */
function interfaceFacts(raw: RawFacts, link: Link): [string, Record<string, unknown>][] {
  const { name } = link;
  const first = link.addresses.find(
    ({ family, label, secondary }) => family === 4 && label === name && !secondary,
  );
  const others = link.addresses.filter(
    address => address.family === 4 && address !== first && address.label === name,
  );
  const ipv6 = link.addresses.filter(({ family }) => family === 6);
  const aliases = link.addresses.filter(({ family, label }) => family === 4 && label !== name);
  const facts = {
    device: name,
    active: link.up,
    ...(link.hardware !== undefined && link.type !== 'loopback' && { macaddress: link.hardware }),
    mtu: link.mtu,
    type: kindOf(raw, link),
    promisc: link.flags.includes('PROMISC'),
    ...moreOf(raw, name),
    ...(first && { ipv4: ipv4Facts(first) }),
    ...(others.length > 0 && { ipv4_secondaries: others.map(ipv4Facts) }),
    ...(ipv6.length > 0 && {
      ipv6: ipv6.map(({ address, prefix, scope }) => ({ address, prefix: String(prefix), scope })),
    }),
  };
  return [
    [name, facts],
    ...aliases.map(alias => [alias.label, { ipv4: ipv4Facts(alias) }] as [string, Record<string, unknown>]),
  ];
}

function ipv4Facts({ address, prefix, broadcast }: Address): Record<string, string> {
  return {
    address,
    broadcast: broadcast ?? '',
    netmask: netmask(prefix),
    network: networkOf(address, prefix),
    prefix: String(prefix),
  };
}

function kindOf(raw: RawFacts, link: Link): string {
  if (raw.has('kinds', `bridge ${link.name}`)) return 'bridge';
  if (raw.has('kinds', `bonding ${link.name}`)) return 'bonding';
  if (link.type === 'loopback') return 'loopback';
  return link.type === 'ether'
    ? 'ether'
    : link.type === 'none' && /^tun/.test(link.name)
      ? 'tunnel'
      : link.type;
}

function moreOf(raw: RawFacts, name: string): Record<string, unknown> {
  const at = (file: string) => raw.line(`/sys/class/net/${name}/${file}`);
  const speed = Number(at('speed') ?? -1);
  const driver = raw
    .output('links')
    .split('\n')
    .find(line => line.includes(` /sys/class/net/${name}/device/driver/module -> `))
    ?.split('/')
    .at(-1);
  const ports = raw
    .output('kinds')
    .split('\n')
    .flatMap(line => {
      const [kind, bridge, port] = line.split(' ');
      return kind === 'port' && bridge === name && port !== undefined ? [port] : [];
    });
  return {
    ...(speed > 0 && { speed }),
    ...(driver !== undefined && { module: driver }),
    ...(at('bridge/bridge_id') !== undefined && {
      id: at('bridge/bridge_id'),
      stp: at('bridge/stp_state') === '1',
      interfaces: ports,
    }),
    ...(at('bonding/mode') !== undefined && {
      mode: at('bonding/mode')!.split(' ')[0],
      slaves: (at('bonding/slaves') ?? '').split(' ').filter(Boolean),
      miimon: at('bonding/miimon'),
      lacp_rate: at('bonding/lacp_rate')?.split(' ')[0],
      primary: at('bonding/primary'),
    }),
  };
}

function defaultIpv4(raw: RawFacts, links: readonly Link[]): Record<string, unknown> {
  const routes = (raw.lines('/proc/net/route') ?? []).map(line => line.split(/\s+/));
  const [best] = routes
    .filter(
      ([, destination, , flags, , , , mask]) =>
        destination === '00000000' && mask === '00000000' && up(flags),
    )
    .sort((a, b) => Number(a[6]) - Number(b[6]));
  const link = links.find(({ name }) => name === best?.[0]);
  if (!best || !link) return {};
  const gateway = fromKernelHex(best[2]!);
  const own = link.addresses.filter(({ family, scope }) => family === 4 && scope !== 'host');
  const source = own.find(address => isInNetwork(gateway, address)) ?? own[0];
  if (!source) return {};
  return {
    gateway,
    interface: link.name,
    ...ipv4Facts(source),
    alias: source.label,
    ...(link.hardware !== undefined && { macaddress: link.hardware }),
    mtu: link.mtu,
    type: kindOf(raw, link),
  };
}

const ROUTE_UP = 1;
const up = (flags: string | undefined) => (Number.parseInt(flags ?? '0', 16) & ROUTE_UP) !== 0;

function defaultIpv6(raw: RawFacts, links: readonly Link[]): Record<string, unknown> {
  const routes = (raw.lines('/proc/net/ipv6_route') ?? []).map(line => line.trim().split(/\s+/));
  const [best] = routes
    .filter(
      ([to, length, , , , , , , flags, name]) =>
        /^0+$/.test(to!) && length === '00' && up(flags) && name !== 'lo',
    )
    .sort((a, b) => Number.parseInt(a[5]!, 16) - Number.parseInt(b[5]!, 16));
  const link = links.find(({ name }) => name === best?.[9]);
  if (!best || !link) return {};
  const own = link.addresses.filter(({ family }) => family === 6);
  const source = own.find(({ scope }) => scope === 'global') ?? own[0];
  if (!source) return {};
  return {
    gateway: ipv6FromHex(best[4]!),
    interface: link.name,
    address: source.address,
    prefix: String(source.prefix),
    scope: source.scope,
    ...(link.hardware !== undefined && { macaddress: link.hardware }),
    mtu: link.mtu,
    type: kindOf(raw, link),
  };
}
