import type { Inventory } from '../core/inventory.ts';
import { matchPatiently, PatternTooSlow } from '../core/patience.ts';
import { pythonRegex } from '../core/python-regex.ts';
import { fnmatch } from '../core/wildcards.ts';

/** Something a pattern says that matches nothing, or cannot be understood. */
export interface PatternProblem {
  readonly pattern: string;
  readonly reason: 'no match' | 'bad expression' | 'too slow' | 'index out of range';
}

export interface Matched {
  /** In the order of the pattern, and within a group in inventory order; each once. */
  readonly hosts: readonly string[];
  readonly problems: readonly PatternProblem[];
}

/**
 * The hosts of a pattern: `web:db`, `a,b`, `!x`, `&y`, wildcards, `~regex`, `web[0:2]`, `all`. What stands
 * first does not matter: all plain parts are joined, then narrowed by `&`, then thinned out by `!`.
 * `localhost` is there even if the inventory has no such host.
 */
export function matchHosts(pattern: string | readonly string[], inventory: Inventory): Matched {
  const parts = (typeof pattern === 'string' ? [pattern] : pattern).flatMap(splitPattern);
  const plain = parts.filter(part => !/^[!&]/.test(part));
  const problems: PatternProblem[] = [];
  const hostsOf = (part: string): readonly string[] => {
    const found = matchOne(part, inventory);
    if (typeof found !== 'string') return found;
    problems.push({ pattern: part, reason: found });
    return [];
  };
  let hosts = new Set((plain.length > 0 ? plain : ['all']).flatMap(hostsOf));
  for (const part of parts.filter(each => each.startsWith('&'))) {
    const wanted = new Set(hostsOf(part.slice(1)));
    hosts = new Set([...hosts].filter(host => wanted.has(host)));
  }
  for (const part of parts.filter(each => each.startsWith('!'))) {
    for (const host of hostsOf(part.slice(1))) hosts.delete(host);
  }
  return { hosts: [...hosts], problems };
}

/** The parts of a pattern: separated by commas, or else by colons that are not in brackets or an address. */
export function splitPattern(pattern: string): string[] {
  const text = pattern.trim();
  const parts = text.includes(',') ? text.split(',') : isAddress(text) ? [text] : splitAtColons(text);
  return parts.map(part => part.trim()).filter(part => part !== '');
}

export const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'];

function matchOne(part: string, inventory: Inventory): readonly string[] | PatternProblem['reason'] {
  const { expression, first, last } = subscript(part);
  const test = matcher(expression);
  if (!test) return 'bad expression';
  let hosts: readonly string[] | undefined;
  try {
    hosts = candidates(expression, test, inventory);
  } catch (error) {
    if (error instanceof PatternTooSlow) return 'too slow';
    throw error;
  }
  if (!hosts) return expression === 'all' ? [] : 'no match';
  if (first === undefined) return hosts;
  if (last === undefined) {
    const host = hosts.at(first);
    return host === undefined ? 'index out of range' : [host];
  }
  return hosts.slice(first, last === -1 ? undefined : last + 1);
}

function candidates(
  expression: string,
  test: (name: string) => boolean,
  inventory: Inventory,
): readonly string[] | undefined {
  const groups = [...inventory.groups.keys()].filter(test);
  const hosts = new Set(groups.flatMap(name => inventory.members(name)));
  // A plain name of a group is not looked for among the hosts as well.
  if (groups.length === 0 || /^~|[.?*[]/.test(expression)) {
    for (const name of inventory.hosts.keys()) if (test(name)) hosts.add(name);
  }
  if (hosts.size === 0 && LOCAL_NAMES.includes(expression)) return [expression];
  return hosts.size === 0 && groups.length === 0 ? undefined : [...hosts];
}

function matcher(expression: string): ((name: string) => boolean) | undefined {
  if (!expression.startsWith('~')) return fnmatch(expression);
  try {
    // From the name's beginning, as Python's re.match.
    const pattern = pythonRegex(`^(?:${expression.slice(1)})`);
    return name => matchPatiently(pattern, name, () => name.search(pattern) >= 0);
  } catch {
    return undefined;
  }
}

/** `web[0]`, `web[-1]`, `web[1:3]`, `web[1:]`: an index or a range into what the rest matches. */
function subscript(part: string): { expression: string; first?: number; last?: number } {
  if (part.startsWith('~')) return { expression: part };
  const match = /^(.+)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/.exec(part);
  if (!match) return { expression: part };
  const [, expression = '', index, first, last] = match;
  if (index !== undefined) return { expression, first: Number(index) };
  return { expression, first: Number(first), last: last === '' ? -1 : Number(last) };
}

function splitAtColons(text: string): string[] {
  return text.match(/(?:[^:[\]]|\[[^\]]*\]?|\])+/g) ?? [];
}

/** An IPv6 address, whose colons separate nothing. */
function isAddress(text: string): boolean {
  return (
    /^[!&]?(?:[\da-fA-F]*:){2,}[\da-fA-F.]*$/.test(text) &&
    (text.includes('::') || text.split(':').length === 8)
  );
}
