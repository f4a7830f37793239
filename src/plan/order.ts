import { didYouMean, UserError } from '../core/error.ts';
import type { Value } from '../core/value.ts';

const ORDERS: readonly string[] = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'];

/** Hosts in the order that a play's `order` asks for; null is as they are. */
export function orderHosts(
  hosts: readonly string[],
  order: Value,
  random: () => number = Math.random,
): readonly string[] {
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  switch (order) {
    case null:
    case 'inventory':
      return [...hosts];
    case 'reverse_inventory':
      return [...hosts].reverse();
    case 'sorted':
      return [...hosts].sort(compare);
    case 'reverse_sorted':
      return [...hosts].sort(compare).reverse();
    case 'shuffle':
      return shuffled(hosts, random);
  }
  throw new UserError(`unknown order "${String(order)}"`, {
    hint: didYouMean(String(order), ORDERS) ?? `one of: ${ORDERS.join(', ')}`,
  });
}

function shuffled(hosts: readonly string[], random: () => number): string[] {
  const list = [...hosts];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}
