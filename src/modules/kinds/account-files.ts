import { sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { type AccountSettings, Accounts, type Group, type Shadow, type User } from './account-tables.ts';

/** Programs that change accounts; which of them a host has decides how it is done. */
const TOOLS = 'useradd usermod userdel groupadd groupmod groupdel chpasswd adduser addgroup deluser delgroup';

const FILES = [
  '/etc/passwd',
  '/etc/group',
  '/etc/shadow',
  '/etc/login.defs',
  '/etc/default/useradd',
  '/etc/nsswitch.conf',
];

/**
 * Reads all account files of a host with one process. Which file a line is from stands in front of it; a
 * file that is not there or may not be read has no lines.
 */
export async function readTables(host: Reader): Promise<Accounts> {
  const outcome = await host.ask(
    sh`for tool in ${TOOLS.split(' ')}; do command -v "$tool" >/dev/null && echo "tool $tool"; done
grep -a -H '' ${FILES} 2>/dev/null`,
  );
  const lines = outcome.stdout.toString('utf8').split('\n');
  const tables = parseTables(lines);
  if (tables === null)
    throw new Failure(
      `could not read the accounts from /etc/passwd: ${outcome.stderr.toString('utf8').trim() || 'it has none'}`,
    );
  return tables;
}

/** Lines as `readTables` gets them: `tool NAME`, or `FILE:LINE`. null: no users at all. */
export function parseTables(lines: readonly string[]): Accounts | null {
  const tools = new Set<string>();
  const texts = new Map<string, string[]>(FILES.map(file => [file, []]));
  for (const line of lines) {
    if (line.startsWith('tool ')) tools.add(line.slice(5));
    const colon = line.indexOf(':');
    if (colon > 0) texts.get(line.slice(0, colon))?.push(line.slice(colon + 1));
  }
  const of = (file: string) => texts.get(file)!;
  const shadows = parseShadow(of('/etc/shadow'));
  const users = new Map<string, User>();
  for (const line of of('/etc/passwd')) {
    const user = parseUserLine(line);
    if (user && !users.has(user.name))
      users.set(user.name, { ...user, shadow: shadows.get(user.name) ?? null });
  }
  if (users.size === 0) return null;
  const groups = new Map<string, Group>();
  for (const line of of('/etc/group')) {
    const group = parseGroupLine(line);
    if (group && !groups.has(group.name)) groups.set(group.name, group);
  }
  const settings = parseSettings(
    of('/etc/login.defs'),
    of('/etc/default/useradd'),
    of('/etc/nsswitch.conf'),
    tools,
  );
  return new Accounts(users, groups, settings);
}

/** What useradd itself says it would give a new user (`useradd -D`), in place of what its file says. */
export function withDefaults(settings: AccountSettings, useradd: string): AccountSettings {
  const said = pairs(useradd.split('\n'));
  return {
    ...settings,
    defaultGroup: said.get('GROUP') ?? settings.defaultGroup,
    homeBase: said.get('HOME') ?? settings.homeBase,
    shell: said.get('SHELL') ?? settings.shell,
  };
}

/** null: not a user's line (a comment, a NIS entry, garbage). */
export function parseUserLine(line: string): User | null {
  const fields = line.split(':');
  const [name, , uid, gid, comment, home, shell] = fields;
  if (fields.length !== 7 || !name || !isId(uid) || !isId(gid) || /^[+#-]/.test(name)) return null;
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    comment: comment!,
    home: home!,
    shell: shell!,
    shadow: null,
  };
}

export function parseGroupLine(line: string): Group | null {
  const fields = line.split(':');
  const [name, , gid, members] = fields;
  if (fields.length !== 4 || !name || !isId(gid) || /^[+#-]/.test(name)) return null;
  return { name, gid: Number(gid), members: members!.split(',').filter(member => member !== '') };
}

function parseShadow(lines: readonly string[]): Map<string, Shadow> {
  const shadows = new Map<string, Shadow>();
  for (const line of lines) {
    const [name, password, , minimum, maximum, warn, inactive, expires] = line.split(':');
    if (!name || password === undefined || shadows.has(name)) continue;
    shadows.set(name, {
      password,
      minimum: days(minimum),
      maximum: days(maximum),
      warn: days(warn),
      inactive: days(inactive),
      expires: days(expires),
    });
  }
  return shadows;
}

function parseSettings(
  loginDefs: readonly string[],
  useradd: readonly string[],
  nsswitch: readonly string[],
  tools: ReadonlySet<string>,
): AccountSettings {
  const login = new Map<string, string>();
  for (const line of loginDefs) {
    const match = /^\s*([A-Z_]+)\s+"?([^"\s]+)/.exec(line);
    if (match) login.set(match[1]!, match[2]!);
  }
  const defaults = pairs(useradd);
  const number = (name: string, otherwise: number): number => {
    const text = login.get(name);
    // As the tools read it: 0x and 0 in front change the base.
    const value = text === undefined ? Number.NaN : /^0[0-7]+$/.test(text) ? parseInt(text, 8) : Number(text);
    return Number.isInteger(value) ? value : otherwise;
  };
  const uidMin = number('UID_MIN', 1000);
  const gidMin = number('GID_MIN', 1000);
  return {
    uid: { from: uidMin, to: number('UID_MAX', 60000) },
    systemUid: { from: number('SYS_UID_MIN', 101), to: number('SYS_UID_MAX', uidMin - 1) },
    gid: { from: gidMin, to: number('GID_MAX', 60000) },
    systemGid: { from: number('SYS_GID_MIN', 101), to: number('SYS_GID_MAX', gidMin - 1) },
    userGroups: (login.get('USERGROUPS_ENAB') ?? 'no') === 'yes',
    defaultGroup: defaults.get('GROUP') ?? '1000',
    homeBase: defaults.get('HOME') ?? '/home',
    shell: defaults.get('SHELL') ?? '',
    umask: login.get('UMASK'),
    homeMode: login.get('HOME_MODE'),
    userSources: foreignSources(nsswitch, 'passwd'),
    groupSources: foreignSources(nsswitch, 'group'),
    tools,
  };
}

/** Lines of the form NAME=value. */
function pairs(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const match = /^([A-Z_]+)=(.*?)\s*$/.exec(line);
    if (match) found.set(match[1]!, match[2]!);
  }
  return found;
}

/** Sources of a database besides the local files; [actions] are left out. */
function foreignSources(nsswitch: readonly string[], database: string): string[] {
  const line = nsswitch.find(text => text.trimStart().startsWith(`${database}:`));
  if (line === undefined) return [];
  const words = line
    .replace(/#.*/, '')
    .replace(/\[[^\]]*\]/g, ' ')
    .split(':')[1]!
    .trim()
    .split(/\s+/);
  return words.filter(word => word !== '' && word !== 'files' && word !== 'compat');
}

function isId(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text);
}

function days(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
