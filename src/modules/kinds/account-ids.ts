import type { Accounts, IdRange } from './account-tables.ts';

/** A directory service may hold numbers that the local tables do not show; systemd's are outside the ranges. */
const HARMLESS_SOURCES = new Set(['systemd', 'myhostname', 'mymachines']);

/**
 * The number that useradd would give a new user, so that it can be shown beforehand and then be asked for;
 * undefined where it cannot be told.
 */
export function nextUid(tables: Accounts, system: boolean, range?: Partial<IdRange>): number | undefined {
  if (!isLocalOnly(tables.settings.userSources)) return undefined;
  const limits = { ...(system ? tables.settings.systemUid : tables.settings.uid), ...range };
  return nextId(takenUids(tables), limits, system);
}

/** The number of a new group; `preferred` (its user's) where that is free and in the range. */
export function nextGid(
  tables: Accounts,
  system: boolean,
  preferred?: number,
  range?: Partial<IdRange>,
): number | undefined {
  if (!isLocalOnly(tables.settings.groupSources)) return undefined;
  const limits = { ...(system ? tables.settings.systemGid : tables.settings.gid), ...range };
  const taken = takenGids(tables);
  // A number is unknown to the tables while it is still to be chosen: then so is the next one.
  if (taken === undefined) return undefined;
  const lowest = system ? 1 : limits.from;
  if (preferred !== undefined && preferred >= lowest && preferred <= limits.to && !taken.has(preferred)) {
    return preferred;
  }
  return nextId(taken, limits, system);
}

function isLocalOnly(sources: readonly string[]): boolean {
  return sources.every(source => HARMLESS_SOURCES.has(source));
}

function takenUids(tables: Accounts): ReadonlySet<number> | undefined {
  return numbers([...tables.users].map(user => user.uid));
}

function takenGids(tables: Accounts): ReadonlySet<number> | undefined {
  return numbers([...tables.groups].map(group => group.gid));
}

function numbers(ids: readonly (number | undefined)[]): ReadonlySet<number> | undefined {
  return ids.includes(undefined) ? undefined : new Set(ids as number[]);
}

/**
 * Ordinary numbers go up from the highest in use, system numbers down from the lowest; when that end is
 * reached, gaps are filled from where the range begins.
 */
export function nextId(
  taken: ReadonlySet<number> | undefined,
  { from, to }: IdRange,
  downward: boolean,
): number | undefined {
  if (taken === undefined) return undefined;
  const inRange = [...taken].filter(id => id >= from && id <= to);
  const isFree = (id: number) => id >= from && id <= to && !taken.has(id);
  if (downward) {
    const next = inRange.length === 0 ? to : Math.min(...inRange) - 1;
    if (isFree(next)) return next;
    for (let id = to; id >= from; id--) if (isFree(id)) return id;
  } else {
    const next = inRange.length === 0 ? from : Math.max(...inRange) + 1;
    if (isFree(next)) return next;
    for (let id = from; id <= to; id++) if (isFree(id)) return id;
  }
  return undefined;
}
