import { Fault } from '../grammar/fault.ts';
import {
  firstOf,
  isWithin,
  lastOf,
  type Network,
  parseNetwork,
  printNetwork,
  type Version,
  width,
} from '../network/ip.ts';

/** The fewest networks that cover the same addresses, or the one that spans them all. */
export function cidrMerge(texts: readonly string[], action: string): unknown {
  if (action !== 'merge' && action !== 'span')
    throw new Fault(`cidr_merge: the action is 'merge' or 'span', not '${action}'`);
  if (texts.length === 0) return action === 'merge' ? [] : null;
  if (texts.length === 1) return action === 'merge' ? [given(texts[0]!)] : given(texts[0]!);
  const networks = texts.map(network);
  return action === 'merge' ? merge(networks).map(printNetwork) : span(networks);
}

function network(text: string): Network {
  const found = parseNetwork(text);
  if (!found) throw new Fault(`cidr_merge: '${text}' is neither an address nor a network`);
  return found;
}

/** One alone keeps its host bits. */
function given(text: string): string {
  return printNetwork(network(text));
}

interface Range {
  /** The network that it is alone, with its host bits. */
  given: Network | undefined;
  version: Version;
  first: bigint;
  last: bigint;
}

function merge(networks: readonly Network[]): Network[] {
  const ranges = networks
    .map((one): Range => ({ given: one, version: one.version, first: firstOf(one), last: lastOf(one) }))
    .sort((a, b) => a.version - b.version || (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: Range[] = [];
  for (const range of ranges) {
    const before = merged.at(-1);
    if (before?.version === range.version && range.first <= before.last + 1n) {
      before.given = undefined;
      if (range.last > before.last) before.last = range.last;
    } else merged.push({ ...range });
  }
  return merged.flatMap(covering);
}

/** The networks that a range falls into. */
function covering({ given: alone, version, first, last }: Range): Network[] {
  if (alone) return [alone];
  const networks: Network[] = [];
  for (let number = first; number <= last; ) {
    let bits = 0;
    while (
      bits < width(version) &&
      number % (2n << BigInt(bits)) === 0n &&
      number + (2n << BigInt(bits)) - 1n <= last
    )
      bits++;
    networks.push({ version, number, prefix: width(version) - bits });
    number += 1n << BigInt(bits);
  }
  return networks;
}

function span(networks: readonly Network[]): string {
  const { version } = networks[0]!;
  if (networks.some(one => one.version !== version))
    throw new Fault('cidr_merge: there is no network that spans both IPv4 and IPv6');
  const { number } = networks[0]!;
  let prefix = width(version);
  while (networks.some(one => !isWithin(one, { version, number, prefix }))) prefix--;
  return printNetwork({ version, number: firstOf({ version, number, prefix }), prefix });
}
