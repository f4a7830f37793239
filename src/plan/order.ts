import { didYouMean, UserError } from '../core/error.ts';
import { Float, isList, type Value } from '../core/value.ts';

const ORDERS = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'];

/** Hosts in the order that a play's `order` asks for. */
export function orderHosts(hosts: readonly string[], order: Value, random = Math.random): readonly string[] {
  switch (order) {
    case null:
    case 'inventory':
      return hosts;
    case 'reverse_inventory':
      return [...hosts].reverse();
    case 'sorted':
      return [...hosts].sort();
    case 'reverse_sorted':
      return [...hosts].sort().reverse();
    case 'shuffle':
      return shuffled(hosts, random);
    default:
      throw new UserError(`unknown order "${String(order)}"`, {
        hint: didYouMean(String(order), ORDERS) ?? `one of: ${ORDERS.join(', ')}`,
      });
  }
}

/**
 * The batches of `serial`: a number of hosts, a percentage of them, or a list of such, whose last one is
 * used until all hosts are through.
 */
export function serialBatches(hosts: readonly string[], serial: Value): readonly (readonly string[])[] {
  const sizes = (isList(serial) ? (serial as readonly Value[]) : [serial]).map(size =>
    batchSize(size, hosts.length),
  );
  const batches: string[][] = [];
  let start = 0;
  for (let i = 0; start < hosts.length; i++) {
    const size = sizes[Math.min(i, sizes.length - 1)] ?? hosts.length;
    batches.push(hosts.slice(start, start + size));
    start += size;
  }
  return batches;
}

/** At least one host; 0, or nothing, means all. */
function batchSize(size: Value, total: number): number {
  if (size === null) return total;
  const text = (size instanceof Float ? String(size.value) : String(size)).trim();
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (percent) return Math.max(1, Math.floor((Number(percent[1]) / 100) * total));
  if (/^\d+$/.test(text)) return Number(text) === 0 ? total : Number(text);
  throw new UserError(`serial must be a number of hosts or a percentage, not "${text}"`);
}

function shuffled(hosts: readonly string[], random: () => number): string[] {
  const result = [...hosts];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
