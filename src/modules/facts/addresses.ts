/** One address as `ip addr` (iproute2's or busybox's) tells it. */
export interface Address {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
  readonly broadcast?: string | undefined;
  readonly scope: string;
  /** The name that the address goes by: the interface, or an alias of it such as `eth0:1`. */
  readonly label: string;
  readonly secondary: boolean;
}

export interface Link {
  readonly name: string;
  readonly up: boolean;
  readonly flags: readonly string[];
  readonly mtu?: number | undefined;
  readonly type: string;
  readonly hardware?: string | undefined;
  readonly addresses: readonly Address[];
}

/** The output of `ip addr show`. */
export function parseLinks(output: string): Link[] {
  return output
    .split(/\n(?=\d+: )/)
    .map(parseLink)
    .filter(link => link !== undefined);
}

function parseLink(text: string): Link | undefined {
  const [, name, flags = '', rest = ''] = /^\d+: ([^@:\s]+)(?:@[^:\s]*)?: <([^>]*)>(.*)/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const [, type = 'unknown', hardware] = /^\s+link\/(\S+)(?: ([0-9a-fA-F:.]+))?/m.exec(text) ?? [];
  const mtu = / mtu (\d+)/.exec(rest)?.[1];
  const flagList = flags.split(',');
  return {
    name,
    up: flagList.includes('UP'),
    flags: flagList,
    mtu: mtu === undefined ? undefined : Number(mtu),
    type,
    hardware,
    addresses: text.split('\n').flatMap(line => parseAddress(line, name) ?? []),
  };
}

function parseAddress(line: string, link: string): Address | undefined {
  const words = line.trim().split(/\s+/);
  if (words[0] !== 'inet' && words[0] !== 'inet6') return undefined;
  const family = words[0] === 'inet' ? 4 : 6;
  const [address = '', prefix] = words[1]!.split('/');
  const after = (word: string) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
  const last = words.at(-1)!;
  return {
    family,
    address,
    prefix: Number(prefix ?? (family === 4 ? 32 : 128)),
    broadcast: after('brd'),
    scope: after('scope') ?? 'global',
    label: last === link || last.startsWith(`${link}:`) ? last : link,
    secondary: words.includes('secondary'),
  };
}

export function netmask(prefix: number): string {
  return dotted(prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);
}

export function networkOf(address: string, prefix: number): string {
  return dotted((number(address) & number(netmask(prefix))) >>> 0);
}

export function isInNetwork(address: string, network: Address): boolean {
  return networkOf(address, network.prefix) === networkOf(network.address, network.prefix);
}

/** The kernel's own spelling in /proc/net/route: hexadecimal, in the byte order of the machine (little end first). */
export function fromKernelHex(hex: string): string {
  return [6, 4, 2, 0].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

/** 32 hexadecimal digits as an IPv6 address in its shortest form. */
export function ipv6FromHex(hex: string): string {
  const groups = hex.match(/.{4}/g)!.map(group => Number.parseInt(group, 16).toString(16));
  const runs = [...groups.join(':').matchAll(/(^|:)0(:0)+(:|$)/g)].sort((a, b) => b[0].length - a[0].length);
  const text = groups.join(':');
  const longest = runs[0];
  if (!longest) return text;
  return `${text.slice(0, longest.index)}::${text.slice(longest.index + longest[0].length)}`;
}

function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) >>> 0;
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map(shift => (value >>> shift) & 255).join('.');
}
