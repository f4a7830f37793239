import { sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import type { Kind } from '../kind.ts';
import { parseGroupLine, parseUserLine, readTables, withDefaults } from './account-files.ts';
import type { AccountSettings, Accounts, Group, User } from './account-tables.ts';

/**
 * A user by name, also one that only a directory service knows; null when there is none. In a check run this
 * includes users that earlier tasks would have created, whose `uid` may then be undefined (not yet known).
 */
export async function findUser(host: Reader, name: string): Promise<User | null> {
  const tables = await host.look(accounts, HOST);
  const local = tables.user(name);
  if (local || tables.settings.userSources.length === 0 || tables.removedUsers.has(name)) return local;
  return host.look(foreignUser, name);
}

export async function findGroup(host: Reader, name: string): Promise<Group | null> {
  const tables = await host.look(accounts, HOST);
  const local = tables.group(name);
  if (local || tables.settings.groupSources.length === 0 || tables.removedGroups.has(name)) return local;
  return host.look(foreignGroup, name);
}

export async function findUserById(host: Reader, uid: number): Promise<User | null> {
  const tables = await host.look(accounts, HOST);
  const local = tables.userById(uid);
  return local || tables.settings.userSources.length === 0 ? local : host.look(foreignUser, String(uid));
}

export async function findGroupById(host: Reader, gid: number): Promise<Group | null> {
  const tables = await host.look(accounts, HOST);
  const local = tables.groupById(gid);
  return local || tables.settings.groupSources.length === 0 ? local : host.look(foreignGroup, String(gid));
}

/** The id of `accounts`: each host has one such table. */
export const HOST = null;

/**
 * All local users and groups of a host with the defaults for new ones, read with one process and shared by
 * every task that names an owner. Never a target: the kinds `user` and `group` change it, and revise it
 * where a check run foresees a change.
 */
export const accounts: Kind<typeof HOST, Accounts> = {
  name: 'accounts',
  key: () => '',
  read: readTables,
  compare: () => [],
  apply: () => Promise.reject(new Error('the accounts are changed one by one')),
};

/** What a new user would be given, as useradd itself says: part of it is built into the program. */
export const userDefaults: Kind<typeof HOST, AccountSettings> = {
  name: 'user defaults',
  composed: true,
  key: () => '',
  async read(host) {
    const { settings } = await host.look(accounts, HOST);
    if (!settings.tools.has('useradd')) return settings;
    return withDefaults(settings, await host.look(useraddAnswer, HOST));
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('defaults are only for reading')),
};

const useraddAnswer: Kind<typeof HOST, string> = {
  name: 'useradd -D',
  key: () => '',
  read: async host => (await host.ask(sh`exec useradd -D`)).stdout.toString('utf8'),
  compare: () => [],
  apply: () => Promise.reject(new Error('defaults are only for reading')),
};

/** A user that is not in the local tables, by name or number. */
const foreignUser: Kind<string, User | null> = {
  name: 'foreign user',
  key: name => name,
  read: (host, name) => askDirectory(host, 'passwd', name, parseUserLine),
  compare: () => [],
  apply: (_host, name) => Promise.reject(new Failure(`the user ${name} is not a local one`)),
};

const foreignGroup: Kind<string, Group | null> = {
  name: 'foreign group',
  key: name => name,
  read: (host, name) => askDirectory(host, 'group', name, parseGroupLine),
  compare: () => [],
  apply: (_host, name) => Promise.reject(new Failure(`the group ${name} is not a local one`)),
};

/** getent's statuses: 2 means "there is none", 127 that the host has no getent (busybox). */
async function askDirectory<T>(
  host: Reader,
  database: 'passwd' | 'group',
  key: string,
  parse: (line: string) => T | null,
): Promise<T | null> {
  const { status, stdout, stderr } = await host.ask(sh`exec getent ${database} ${key}`);
  if (status === 2 || status === 127) return null;
  if (status !== 0)
    throw new Failure(`could not look up "${key}" with getent ${database}: ${stderr.toString().trim()}`);
  return parse(stdout.toString('utf8').split('\n', 1)[0]!);
}
