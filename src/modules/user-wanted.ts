import { Secret } from '../core/secret.ts';
import { Failure } from './failure.ts';
import { nextGid, nextUid } from './kinds/account-ids.ts';
import type { AccountSettings, Accounts, Group } from './kinds/account-tables.ts';
import type { Account, UserHow } from './kinds/user.ts';
import type { UserNow } from './user.ts';
import type { UserParameters } from './user-parameters.ts';

export interface WantedUser {
  readonly account: Account;
  readonly how: UserHow;
  readonly warnings: readonly string[];
}

/** The account as it should be: what is not asked for stays, or is what the host gives to new users. */
export function wantedAccount(now: UserNow, p: UserParameters, before: Account | null): WantedUser {
  refuseMalformed(p);
  const { tables, home } = now;
  const how = newUser(now.settings, p);
  const warnings: string[] = [];
  const aging = {
    minimum: p.password_expire_min ?? before?.minimum,
    maximum: p.password_expire_max ?? before?.maximum,
    warn: p.password_expire_warn ?? before?.warn,
    inactive: p.password_expire_account_disable ?? before?.inactive,
    expires: expiryDay(p, before),
  };
  const password = wantedPassword(p, before, warnings);
  const supplementary = wantedGroups(now, p, before);
  if (before) {
    refuseTakenUid(tables, p);
    const group = p.group === undefined ? undefined : groupNamed(now, p.group);
    const moved = p.home !== undefined && p.home !== before.home && p.move_home;
    const account: Account = {
      uid: p.uid ?? before.uid,
      gid: group ? group.gid : before.gid,
      comment: p.comment ?? before.comment,
      home,
      shell: p.shell ?? before.shell,
      groups: supplementary,
      password,
      homeThere: before.homeThere || p.create_home || moved,
      ...aging,
    };
    return { account, how, warnings };
  }
  refuseTakenUid(tables, p);
  const range = defined({ from: p.uid_min, to: p.uid_max });
  const uid = p.uid ?? nextUid(tables, p.system, range);
  const { gid, own } = primaryGroup(now, p, uid);
  const account: Account = {
    uid,
    gid,
    comment: p.comment ?? '',
    home,
    shell: p.shell ?? defaultShell(now.settings),
    groups: supplementary,
    password,
    homeThere: p.create_home || now.homeState.type !== 'absent',
    ...aging,
  };
  return { account, how: { ...how, ownGroup: own }, warnings };
}

/** How a new user is made, before its group is decided on. */
export function newUser(settings: AccountSettings, p: UserParameters): UserHow {
  const mask = p.umask ?? settings.umask ?? '022';
  const fromMask = (0o777 & ~Number.parseInt(mask, 8)).toString(8).padStart(4, '0');
  return {
    system: p.system,
    nonUnique: p.non_unique,
    fixedUid: p.uid !== undefined,
    range: { from: p.uid_min, to: p.uid_max },
    ownGroup: false,
    fixedGroup: p.group !== undefined,
    createHome: p.create_home,
    moveHome: p.move_home,
    skeleton: p.skeleton,
    umask: p.umask,
    homeMode: p.umask === undefined ? (settings.homeMode ?? fromMask) : fromMask,
    removeHome: false,
    force: p.force,
  };
}

/** What would break a table's lines, and with them other accounts. */
function refuseMalformed(p: UserParameters): void {
  for (const name of ['name', 'comment', 'home', 'shell'] as const) {
    if (/[:\n]/.test(p[name] ?? '')) throw new Failure(`${name} cannot hold a colon or a line break`);
  }
  if (p.name === '' || p.name.startsWith('-')) throw new Failure(`"${p.name}" cannot be the name of a user`);
  if (p.umask !== undefined && !/^[0-7]{1,4}$/.test(p.umask)) {
    throw new Failure(`umask must be octal digits such as "0077", not "${p.umask}"`);
  }
  if (p.home !== undefined && !p.home.startsWith('/')) {
    throw new Failure(`home must be an absolute path, not "${p.home}"`);
  }
}

function refuseTakenUid(tables: Accounts, p: UserParameters): void {
  if (p.uid === undefined || p.non_unique) return;
  const holder = tables.userById(p.uid);
  if (!holder || holder.name === p.name) return;
  throw new Failure(
    `the user ${p.name} cannot have uid ${p.uid}: it is the number of the user ${holder.name}`,
    {},
    'choose another number, or say non_unique: true',
  );
}

function groupNamed(now: UserNow, name: string): Group {
  const found = now.groups.get(name);
  if (found) return found;
  throw new Failure(
    `the user cannot have the group ${name}: there is no group of that name`,
    {},
    'make it first, with the group module',
  );
}

/** As useradd: a group of the user's name, unless the host does not do so or there is one already. */
function primaryGroup(
  now: UserNow,
  p: UserParameters,
  uid: number | undefined,
): { gid: number | undefined; own: boolean } {
  const { tables, settings } = now;
  if (p.group !== undefined) return { gid: groupNamed(now, p.group).gid, own: false };
  const namesake = tables.group(p.name);
  const hasTools = settings.tools.has('useradd');
  if (!namesake && (settings.userGroups || !hasTools))
    return { gid: nextGid(tables, p.system, uid), own: true };
  if (namesake && !hasTools) return { gid: namesake.gid, own: false };
  const said = settings.defaultGroup;
  const found = /^\d+$/.test(said) ? tables.groupById(Number(said)) : tables.group(said);
  return { gid: found ? found.gid : /^\d+$/.test(said) ? Number(said) : undefined, own: false };
}

function wantedGroups(now: UserNow, p: UserParameters, before: Account | null): readonly string[] {
  const has = before?.groups ?? [];
  if (!p.groups) return has;
  const asked = p.groups.filter(name => name !== '').map(name => groupNamed(now, name).name);
  return [...new Set(p.append ? [...has, ...asked] : asked)].sort();
}

function wantedPassword(p: UserParameters, before: Account | null, warnings: string[]): Secret | undefined {
  const asked = p.password === undefined ? undefined : asSecret(p.password);
  if (asked) refuseMalformedHash(asked.reveal(), warnings);
  if (!before) {
    if (!asked || p.password_lock !== true) return asked;
    return asked.reveal().startsWith('!') ? asked : new Secret(`!${asked.reveal()}`);
  }
  const sets = asked !== undefined && p.update_password === 'always';
  if (!sets && p.password_lock === undefined) return before.password;
  if (!before.password) {
    throw new Failure(
      `the password of ${p.name} could not be read from /etc/shadow`,
      {},
      'only root may read it: become: true',
    );
  }
  const current = before.password.reveal();
  const same = !sets || unlocked(current) === unlocked(asked.reveal());
  const next = same ? current : asked.reveal();
  if (p.password_lock === true) return next.startsWith('!') ? keep(before, next) : new Secret(`!${next}`);
  if (p.password_lock === false && next.startsWith('!')) {
    if (unlocked(next) !== '') return new Secret(unlocked(next));
    warnings.push(`the password of ${p.name} stays locked: without one, anybody could log in`);
  }
  return keep(before, next);
}

function keep(before: Account, text: string): Secret {
  return before.password?.reveal() === text ? before.password : new Secret(text);
}

function unlocked(hash: string): string {
  return hash.replace(/^!+/, '');
}

function refuseMalformedHash(hash: string, warnings: string[]): void {
  if (/[:\n]/.test(hash))
    throw new Failure('password must be a hash, which cannot hold a colon or a line break');
  if (/^[!*]*$/.test(hash) || /^!*\$[a-z0-9]+\$[^:\s]+$/i.test(hash) || /^!*[./0-9A-Za-z]{13}$/.test(hash))
    return;
  warnings.push(
    'the password does not look like a hash, and is stored as it is: use the password_hash filter to make one',
  );
}

function expiryDay(p: UserParameters, before: Account | null): number | undefined {
  if (p.expires === undefined) return before?.expires;
  return p.expires < 0 ? undefined : Math.floor(p.expires / 86_400);
}

/** undefined where the host does not say, and useradd knows. */
function defaultShell({ shell, tools }: AccountSettings): string | undefined {
  if (shell !== '') return shell;
  return tools.has('useradd') ? undefined : '/bin/sh';
}

export function asSecret(value: string | Secret): Secret {
  return value instanceof Secret ? value : new Secret(value);
}

function defined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
