import { type ShellText, sh } from '../../core/shell.ts';
import { makeHome } from './home-directory.ts';
import type { Account, UserHow } from './user.ts';

/*
 * Hosts without useradd, usermod and userdel: the tables themselves are edited, which needs no more than awk
 * and is the same on all of them.
 */

export function tableCreate(name: string, user: Account, how: UserHow): ShellText[] {
  const { uid, gid, comment, home, shell = '/bin/sh' } = user;
  const today = Math.floor(Date.now() / 86_400_000);
  const shadow = [name, '!', today, 0, 99999, 7, user.inactive, user.expires, ''].join(':');
  return [
    ...(how.ownGroup ? [sh`append /etc/group ${`${name}:x:${gid}:`}`] : []),
    // The user comes last: a run that ends midway has not made it yet.
    ...user.groups.map(group => sh`join ${group} ${name}`),
    sh`if [ -e /etc/shadow ]; then append /etc/shadow ${shadow}; fi`,
    sh`append /etc/passwd ${[name, 'x', uid, gid, comment, home, shell].join(':')}`,
    ...(how.createHome ? [sh`if [ ! -e ${home} ]; then ${makeHome(name, home, gid!, how)}; fi`] : []),
  ];
}

export function tableModify(
  name: string,
  before: Account,
  after: Account,
  changes: {
    readonly moves: boolean;
    readonly joined: readonly string[];
    readonly left: readonly string[];
    readonly lock: '-L' | '-U' | null;
  },
): ShellText[] {
  const fields: (string | number)[] = [];
  if (after.uid !== before.uid) fields.push(3, after.uid!);
  if (after.gid !== before.gid) fields.push(4, after.gid!);
  if (after.comment !== before.comment) fields.push(5, after.comment);
  if (after.home !== before.home) fields.push(6, after.home);
  if (after.shell !== before.shell) fields.push(7, after.shell!);
  const shadow: (string | number)[] = [];
  if (after.inactive !== before.inactive) shadow.push(7, after.inactive ?? '');
  if (after.expires !== before.expires) shadow.push(8, after.expires ?? '');
  // Files change hands as usermod does it: in the home directory only.
  const give = (test: string, from: number, owner: string) =>
    sh`if [ -d ${after.home} ]; then find ${after.home} ${test} ${from} -exec chown -h ${owner} {} +; fi`;
  return [
    ...(fields.length > 0 ? [sh`edit /etc/passwd ${name} ${fields}`] : []),
    ...(shadow.length > 0 ? [sh`edit /etc/shadow ${name} ${shadow}`] : []),
    ...changes.joined.map(group => sh`join ${group} ${name}`),
    ...changes.left.map(group => sh`quit ${group} ${name}`),
    ...(changes.lock ? [sh`passwd ${changes.lock === '-L' ? '-l' : '-u'} ${name} >/dev/null`] : []),
    ...(changes.moves
      ? [sh`if [ -d ${before.home} ] && [ ! -e ${after.home} ]; then mv -- ${before.home} ${after.home}; fi`]
      : []),
    ...(after.uid !== before.uid ? [give('-user', before.uid!, String(after.uid))] : []),
    ...(after.gid !== before.gid ? [give('-group', before.gid!, `:${after.gid}`)] : []),
  ];
}

export function tableRemove(name: string, user: Account, how: UserHow): ShellText[] {
  const { uid, home } = user;
  return [
    sh`strike /etc/passwd ${name}`,
    sh`if [ -e /etc/shadow ]; then strike /etc/shadow ${name}; fi`,
    ...user.groups.map(group => sh`quit ${group} ${name}`),
    ...(how.ownGroup ? [sh`strike /etc/group ${name}`] : []),
    // Only what was the user's own: an account's home may be "/", or another account's.
    ...(how.removeHome
      ? [sh`if [ "$(stat -c %u -- ${home} 2>/dev/null)" = ${uid!} ]; then rm -rf -- ${home}; fi`]
      : []),
  ];
}
