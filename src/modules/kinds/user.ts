import type { Secret } from '../../core/secret.ts';
import type { AttributeDifference, Kind } from '../kind.ts';
import { accounts, HOST } from './account.ts';
import type { Accounts, User } from './account-tables.ts';
import { file } from './file.ts';
import type { FileState } from './file-state.ts';
import { createUser, modifyUser, removeUser } from './user-commands.ts';

/** A user with what belongs to it; `how` is no part of what is compared. */
export interface UserState {
  readonly account: Account | null;
  readonly how?: UserHow;
}

/** undefined: not known, or left to the host. */
export interface Account {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly comment: string;
  readonly home: string;
  readonly shell: string | undefined;
  /** Supplementary groups, sorted. */
  readonly groups: readonly string[];
  /** The hash as it stands in the shadow file. */
  readonly password: Secret | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly warn: number | undefined;
  readonly inactive: number | undefined;
  /** The last day, counted from 1970-01-01. */
  readonly expires: number | undefined;
  /** There is something where the home directory is. */
  readonly homeThere: boolean;
}

export interface UserHow {
  readonly system: boolean;
  readonly nonUnique: boolean;
  /** The number was asked for; otherwise it is the one that useradd would choose. */
  readonly fixedUid: boolean;
  readonly range: { readonly from?: number | undefined; readonly to?: number | undefined };
  /** A group of the user's name is made with it, or goes with it. */
  readonly ownGroup: boolean;
  /** The primary group was asked for; otherwise it is the one that useradd would choose. */
  readonly fixedGroup: boolean;
  /** Make the home directory if it is missing. */
  readonly createHome: boolean;
  readonly moveHome: boolean;
  readonly skeleton: string | undefined;
  /** Octal digits. */
  readonly umask: string | undefined;
  /** Octal digits of a new home directory. */
  readonly homeMode: string;
  readonly removeHome: boolean;
  readonly force: boolean;
  /** Where else something would be, or be no longer: the home directory and what is in it. */
  readonly files?: readonly (readonly [path: string, state: FileState])[];
}

/** A local user, by name. */
export const user: Kind<string, UserState> = {
  name: 'user',
  composed: true,
  key: name => name,
  expect: () => {},

  async read(host, name) {
    const tables = await host.look(accounts, HOST);
    const found = tables.user(name);
    return { account: found && accountOf(tables, found, false) };
  },

  isMissing: ({ account }) => !account,
  compare: (name, { account: before }, { account: after, how }) => compare(name, before, after, how),

  async apply(host, name, { account: before }, { account: after, how }) {
    if (!after) return removeUser(host, name, before!, how!);
    return before ? modifyUser(host, name, before, after, how!) : createUser(host, name, after, how!);
  },

  foresee(memory, name, { account: before }, { account: after, how }) {
    const ownGroup = how?.ownGroup === true;
    memory.revise(accounts, HOST, tables => {
      if (after) return withAccount(tables, name, after, !before && ownGroup);
      return ownGroup ? tables.withoutUser(name).withoutGroup(name) : tables.withoutUser(name);
    });
    for (const [path, state] of how?.files ?? []) file.expect!(memory, path, state);
  },
};

/** `homeThere` is not in the tables: who asks for it says it. */
export function accountOf(tables: Accounts, found: User, homeThere: boolean, password?: Secret): Account {
  const { uid, gid, comment, home, shell, shadow } = found;
  const { minimum, maximum, warn, inactive, expires } = shadow ?? {};
  return {
    ...{ uid, gid, comment, home, shell, password, minimum, maximum, warn, inactive, expires, homeThere },
    groups: tables.groupsOf(found.name),
  };
}

function compare(name: string, before: Account | null, after: Account | null, how?: UserHow) {
  const differences: AttributeDifference[] = [];
  const add = (attribute: string, from: string | null, to: string | null) => {
    if (from !== to)
      differences.push({ type: 'attribute', header: `user ${name}`, attribute, before: from, after: to });
  };
  if (!before !== !after) add('state', before ? 'present' : 'absent', after ? 'present' : 'absent');
  if (!after) {
    if (before && how?.removeHome && before.homeThere) add('home directory', before.home, null);
    return differences;
  }
  add('uid', text(before?.uid), text(after.uid));
  add('gid', text(before?.gid), text(after.gid));
  add('groups', before ? before.groups.join(',') : null, after.groups.join(',') || (before ? '' : null));
  add('comment', before ? before.comment : null, after.comment || (before ? '' : null));
  add('home', before?.home ?? null, after.home);
  add('shell', before?.shell ?? null, after.shell ?? null);
  if (after.password && before?.password?.reveal() !== after.password.reveal()) {
    const was = before?.password ? standing(before.password) : null;
    const will = standing(after.password);
    add('password', was, was === will ? `${will} (another one)` : will);
  }
  add('password minimum days', text(before?.minimum), text(after.minimum));
  add('password maximum days', text(before?.maximum), text(after.maximum));
  add('password warning days', text(before?.warn), text(after.warn));
  add('days from expiry to lock', text(before?.inactive), text(after.inactive));
  add('expires', date(before?.expires), date(after.expires));
  if (after.homeThere && !before?.homeThere) add('home directory', null, after.home);
  return differences;
}

/** What may be said of a password: never the hash, which would be as good as a secret to guess at. */
function standing(password: Secret): string {
  const hash = password.reveal();
  if (hash === '') return 'empty';
  return /^[!*]/.test(hash) ? 'locked' : 'set';
}

/** A day counted from 1970-01-01 as YYYY-MM-DD. */
export function date(day: number | undefined): string | null {
  return day === undefined || day < 0 ? null : new Date(day * 86_400_000).toISOString().slice(0, 10);
}

function text(number: number | undefined): string | null {
  return number === undefined || number < 0 ? null : String(number);
}

function withAccount(tables: Accounts, name: string, account: Account, ownGroup: boolean): Accounts {
  const { uid, gid, comment, home, shell, minimum, maximum, warn, inactive, expires } = account;
  const password = account.password?.reveal() ?? '!';
  const shadow = { password, minimum, maximum, warn, inactive, expires };
  const grouped = ownGroup ? tables.withGroup({ name, gid, members: [] }) : tables;
  return grouped
    .withUser({ name, uid, gid, comment, home, shell: shell ?? '/bin/sh', shadow })
    .withMemberships(name, account.groups);
}

/** As userdel does it: the group of the user's name goes with it, unless somebody else uses it. */
export function groupGoesAlong(tables: Accounts, name: string): boolean {
  const user = tables.user(name);
  const own = tables.group(name);
  return (
    user !== null &&
    own !== null &&
    tables.settings.userGroups &&
    own.gid === user.gid &&
    own.members.every(member => member === name) &&
    [...tables.users].every(other => other.name === name || other.gid !== own.gid)
  );
}
