import { didYouMean, UserError } from '../core/error.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Position } from '../core/position.ts';

export interface Matched {
  /** In the inventory's order. */
  readonly hosts: readonly string[];
  /** Parts of the pattern that mean no host and no group. */
  readonly unmatched: readonly string[];
}

const LOCAL = ['localhost', '127.0.0.1', '::1'];

/**
 * The hosts that a pattern means: names of hosts and groups, wildcards, `~regex`, all separated by `,` or
 * `:`; `!x` takes away, `&x` keeps only what is in both, whatever the order they are written in; `[1:3]` picks
 * by index.
 */
export function matchHosts(pattern: string | readonly string[], inventory: Inventory): Matched {
  const parts = (typeof pattern === 'string' ? [pattern] : pattern).flatMap(splitPattern);
  const plus = parts.filter(part => !/^[!&]/.test(part));
  const and = parts.filter(part => part.startsWith('&')).map(part => part.slice(1));
  const minus = parts.filter(part => part.startsWith('!')).map(part => part.slice(1));
  const unmatched: string[] = [];
  const find = (part: string): readonly string[] => {
    const found = matchOne(part, inventory);
    if (found === undefined) unmatched.push(part);
    return found ?? [];
  };
  // Only exclusions: from all hosts.
  let hosts = new Set(
    plus.length > 0 ? plus.flatMap(find) : parts.length > 0 ? inventory.members('all') : [],
  );
  for (const part of and) {
    const kept = new Set(find(part));
    hosts = new Set([...hosts].filter(host => kept.has(host)));
  }
  for (const part of minus) for (const host of find(part)) hosts.delete(host);
  return { hosts: [...hosts], unmatched };
}

/**
 * As `matchHosts`, narrowed by a limit (`--limit`) if there is one.
 *
 * @throws UserError when the limit names something that is not there and leaves no host
 */
export function limitHosts(
  hosts: readonly string[],
  limit: string | readonly string[] | undefined,
  inventory: Inventory,
): readonly string[] {
  if (limit === undefined) return hosts;
  const allowed = new Set(matchHosts(limit, inventory).hosts);
  return hosts.filter(host => allowed.has(host));
}

/** The error for a pattern that means nothing, with the nearest name there is. */
export function nothingMatched(pattern: string, inventory: Inventory, position?: Position): UserError {
  const names = [...inventory.hosts.keys(), ...inventory.groups.keys()];
  return new UserError(`no host or group matches "${pattern}"`, {
    position,
    hint:
      didYouMean(pattern, names) ?? `the inventory has the groups ${[...inventory.groups.keys()].join(', ')}`,
  });
}

/** A pattern's parts. A `:` inside brackets or of an IPv6 address separates nothing. */
export function splitPattern(pattern: string): string[] {
  const parts = pattern.includes(',') ? pattern.split(/,(?![^[]*\])/) : splitColons(pattern);
  return parts.map(part => part.trim()).filter(part => part !== '');
}

function splitColons(pattern: string): string[] {
  if (pattern.startsWith('~') || /^[0-9a-f]*:[0-9a-f:]*:[0-9a-f]*$/i.test(pattern)) return [pattern];
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of pattern) {
    if (character === '[') depth++;
    if (character === ']') depth--;
    if (character === ':' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

/** undefined: no host and no group is meant. A group without hosts is meant, and gives none. */
function matchOne(pattern: string, inventory: Inventory): readonly string[] | undefined {
  const { base, pick } = splitIndex(pattern, inventory);
  const found = matchNames(base, inventory);
  return found && (pick ? pick(found) : found);
}

function matchNames(pattern: string, inventory: Inventory): readonly string[] | undefined {
  if (pattern === 'all' || pattern === '*') return inventory.members('all');
  if (inventory.groups.has(pattern)) return inventory.members(pattern);
  if (inventory.hosts.has(pattern)) return [pattern];
  const test = tester(pattern);
  if (test) {
    const groups = [...inventory.groups.keys()].filter(test);
    const hosts = [...inventory.hosts.keys()].filter(test);
    if (groups.length + hosts.length > 0) {
      return [...new Set([...groups.flatMap(group => inventory.members(group)), ...hosts])];
    }
    return undefined;
  }
  // The controller can always be named.
  return LOCAL.includes(pattern) ? [pattern] : undefined;
}

function tester(pattern: string): ((name: string) => boolean) | undefined {
  if (pattern.startsWith('~')) {
    let regex: RegExp;
    try {
      regex = new RegExp(`^(?:${pattern.slice(1)})`);
    } catch {
      throw new UserError(`the host pattern "${pattern}" is not a valid regular expression`);
    }
    return name => regex.test(name);
  }
  if (!/[*?[]/.test(pattern)) return undefined;
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replace(/\[!/g, '[^');
  const regex = new RegExp(`^${source}$`);
  return name => regex.test(name);
}

/** `web[0]`, `web[-1]`, `web[0:2]` (both ends included), `web[1:]`. */
function splitIndex(
  pattern: string,
  inventory: Inventory,
): { base: string; pick?: (hosts: readonly string[]) => readonly string[] } {
  const match = /^(.+)\[(?:(-?\d+)|(\d*)[:-](\d*))\]$/.exec(pattern);
  if (!match || pattern.startsWith('~') || inventory.hosts.has(pattern)) return { base: pattern };
  const [, base, index, start, end] = match;
  if (index !== undefined) {
    return { base: base!, pick: hosts => hosts.slice(Number(index)).slice(0, 1) };
  }
  return {
    base: base!,
    pick: hosts =>
      hosts.slice(Number(start || 0), end === '' || end === undefined ? undefined : Number(end) + 1),
  };
}
