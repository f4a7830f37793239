import { didYouMean, UserError } from '../core/error.ts';
import type { Inventory } from '../core/inventory.ts';
import { type Position, Source } from '../core/position.ts';
import { isList, type Value } from '../core/value.ts';
import { matchHosts, type PatternProblem, splitPattern } from './patterns.ts';

export type HostOrder = 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle';

export interface Selection {
  readonly hosts: readonly string[];
  /** Parts of the play's pattern that match nothing: worth a warning, and no error. */
  readonly warnings: readonly string[];
}

/**
 * The hosts of a play: those of its pattern (text, or a list of texts) that --limit leaves, in its order.
 *
 * @param limit what `limitedHosts` gave; undefined: no limit
 */
export function selectHosts(
  pattern: Value,
  inventory: Inventory,
  how: { limit?: ReadonlySet<string> | undefined; order?: Value | undefined; random?: () => number } = {},
): Selection {
  const parts = (isList(pattern) ? (pattern as readonly Value[]) : [pattern]).map(String);
  const { hosts, problems } = matchHosts(parts, inventory);
  const left = how.limit ? hosts.filter(host => how.limit!.has(host)) : hosts;
  return {
    hosts: inOrder(left, how.order ?? 'inventory', how.random ?? Math.random),
    warnings: problems.map(problem => describe(problem, inventory)),
  };
}

/**
 * The hosts that `--limit` leaves. One that matches nothing at all is an error; where only a part of it does,
 * there is a warning.
 *
 * @param readLines the lines of a file that `@file` names, for limits such as a retry file
 */
export function limitedHosts(
  limit: string,
  inventory: Inventory,
  readLines: (file: string) => readonly string[],
): { hosts: ReadonlySet<string>; warnings: readonly string[] } {
  const position: Position = { source: new Source('<--limit>', limit), line: 1, column: 1 };
  const parts = splitPattern(limit).flatMap(part => {
    if (!part.startsWith('@')) return [part];
    return readLines(part.slice(1))
      .map(line => line.trim())
      .filter(line => line !== '' && !line.startsWith('#'));
  });
  const { hosts, problems } = matchHosts(parts, inventory);
  const [first] = problems;
  if (hosts.length === 0) {
    throw new UserError(first ? describe(first, inventory, false) : 'no host is left by this limit', {
      position,
      hint: first ? hint(first, inventory) : undefined,
    });
  }
  return { hosts: new Set(hosts), warnings: problems.map(problem => describe(problem, inventory)) };
}

const ORDERS: readonly HostOrder[] = [
  'inventory',
  'reverse_inventory',
  'sorted',
  'reverse_sorted',
  'shuffle',
];

function inOrder(hosts: readonly string[], order: Value, random: () => number): string[] {
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

function describe(problem: PatternProblem, inventory: Inventory, withHint = true): string {
  const found = withHint ? hint(problem, inventory) : undefined;
  const messages = {
    'no match': `no host or group matches "${problem.pattern}"`,
    'bad expression': `"${problem.pattern}" is not a valid regular expression`,
    'too slow': `the regular expression "${problem.pattern}" takes too long to match`,
    'index out of range': `"${problem.pattern}" is beyond the group's last host`,
  };
  return messages[problem.reason] + (found ? `; ${found}` : '');
}

function hint({ pattern, reason }: PatternProblem, inventory: Inventory): string | undefined {
  if (reason !== 'no match') return undefined;
  return didYouMean(pattern.replace(/^[!&]/, ''), [...inventory.groups.keys(), ...inventory.hosts.keys()]);
}
