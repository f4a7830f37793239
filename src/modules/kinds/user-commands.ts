import { Secret } from '../../core/secret.ts';
import { type ShellText, sh } from '../../core/shell.ts';
import type { Writer } from '../host/access.ts';
import { accountScript, allOf } from './account-script.ts';
import { makeHome, parentOf } from './home-directory.ts';
import { type Account, date, type UserHow } from './user.ts';
import { tableCreate, tableModify, tableRemove } from './user-table-edits.ts';

type Word = string | number;

/** Makes the user, its own group and its home directory, all in one go. */
export async function createUser(host: Writer, name: string, user: Account, how: UserHow): Promise<void> {
  const options: Word[] = [
    ...(how.nonUnique ? ['-o'] : []),
    ...(how.system ? ['-r'] : []),
    ...(how.ownGroup ? ['-U'] : how.fixedGroup ? ['-N', '-g', user.gid!] : ['-N']),
    ...(user.groups.length > 0 ? ['-G', user.groups.join(',')] : []),
    ...(user.comment ? ['-c', user.comment] : []),
    ...['-d', user.home],
    ...(user.shell === undefined ? [] : ['-s', user.shell]),
    ...(how.createHome ? ['-m', ...(how.skeleton === undefined ? [] : ['-k', how.skeleton])] : ['-M']),
    ...(how.umask === undefined ? [] : ['-K', `UMASK=${how.umask}`]),
    ...(how.range.from === undefined ? [] : ['-K', `UID_MIN=${how.range.from}`]),
    ...(how.range.to === undefined ? [] : ['-K', `UID_MAX=${how.range.to}`]),
    ...(user.inactive === undefined ? [] : ['-f', user.inactive]),
    ...(user.expires === undefined ? [] : ['-e', date(user.expires) ?? '']),
  ];
  const numbered = user.uid === undefined ? options : ['-u', user.uid, ...options];
  const useradd = sh`useradd ${numbered} -- ${name}`;
  // Status 4: the number was free when it was chosen, and somebody else has taken it since.
  const patient = how.fixedUid ? useradd : sh`${useradd} || { [ $? = 4 ] && useradd ${options} -- ${name}; }`;
  await run(
    host,
    [
      how.createHome ? sh`mkdir -p -- ${parentOf(user.home)}` : sh`:`,
      sh`if has useradd; then { ${patient}; }; else { ${allOf(tableCreate(name, user, how))}; }; fi`,
      ...passwordSteps(user.password),
      ...agingSteps(name, undefined, user),
    ],
    name,
    user.password,
  );
}

/** Changes what differs, with as few commands as that takes. */
export async function modifyUser(
  host: Writer,
  name: string,
  before: Account,
  after: Account,
  how: UserHow,
): Promise<void> {
  const options: Word[] = [];
  if (after.uid !== before.uid) options.push('-u', after.uid!, ...(how.nonUnique ? ['-o'] : []));
  if (after.gid !== before.gid) options.push('-g', after.gid!);
  const [joined, left] = [without(after.groups, before.groups), without(before.groups, after.groups)];
  // Where none is left, others that joined meanwhile elsewhere stay untouched.
  if (left.length > 0) options.push('-G', after.groups.join(','));
  else if (joined.length > 0) options.push('-a', '-G', joined.join(','));
  if (after.comment !== before.comment) options.push('-c', after.comment);
  const moves = how.moveHome && after.home !== before.home;
  if (after.home !== before.home) options.push('-d', after.home, ...(moves ? ['-m'] : []));
  if (after.shell !== before.shell) options.push('-s', after.shell!);
  if (after.inactive !== before.inactive) options.push('-f', after.inactive ?? -1);
  if (date(after.expires) !== date(before.expires)) options.push('-e', date(after.expires) ?? '');
  const lock = lockOption(before.password, after.password);
  const newPassword = lock === null && after.password?.reveal() !== before.password?.reveal();
  if (lock) options.push(lock);
  const madeHome = after.homeThere && !before.homeThere && !moves;
  await run(
    host,
    [
      ...(moves ? [sh`mkdir -p -- ${parentOf(after.home)}`] : []),
      options.length === 0
        ? sh`:`
        : sh`if has usermod; then usermod ${options} -- ${name}; else { ${allOf(tableModify(name, before, after, { moves, joined, left, lock }))}; }; fi`,
      ...(newPassword ? passwordSteps(after.password) : []),
      ...agingSteps(name, before, after),
      ...(madeHome ? [makeHome(name, after.home, after.gid!, how)] : []),
    ],
    name,
    newPassword ? after.password : undefined,
  );
}

export async function removeUser(host: Writer, name: string, user: Account, how: UserHow): Promise<void> {
  const options = [...(how.force ? ['-f'] : []), ...(how.removeHome ? ['-r'] : [])];
  await run(
    host,
    [
      sh`if has userdel; then userdel ${options} -- ${name}; else { ${allOf(tableRemove(name, user, how))}; }; fi`,
    ],
    name,
  );
}

/** The password travels on standard input, and is nobody's argument. */
async function run(
  host: Writer,
  steps: readonly ShellText[],
  name: string,
  password?: Secret,
): Promise<void> {
  const stdin = password && new Secret(`${name}:${password.reveal()}\n`);
  await host.must(accountScript(steps), { stdin });
}

function passwordSteps(password: Secret | undefined): ShellText[] {
  return password ? [sh`set_password`] : [];
}

function agingSteps(name: string, before: Account | undefined, after: Account): ShellText[] {
  const options: Word[] = [];
  const fields: Word[] = [];
  const add = (option: string, field: number, from: number | undefined, to: number | undefined) => {
    if (to === undefined || to === from) return;
    options.push(option, to);
    fields.push(field, to);
  };
  add('-m', 4, before?.minimum, after.minimum);
  add('-M', 5, before?.maximum, after.maximum);
  add('-W', 6, before?.warn, after.warn);
  if (options.length === 0) return [];
  return [sh`if has chage; then chage ${options} -- ${name}; else edit /etc/shadow ${name} ${fields}; fi`];
}

/** `-L` or `-U` where locking is all that is asked for; null where the password itself is another. */
function lockOption(before: Secret | undefined, after: Secret | undefined): '-L' | '-U' | null {
  const [was, will] = [before?.reveal(), after?.reveal()];
  if (was === undefined || will === undefined) return null;
  if (will === `!${was}`) return '-L';
  return was === `!${will}` ? '-U' : null;
}

function without(list: readonly string[], others: readonly string[]): string[] {
  return list.filter(item => !others.includes(item));
}
