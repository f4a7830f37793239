import { Secret } from '../core/secret.ts';
import { Unknown } from '../core/value.ts';
import { type ModuleContext, stateModule } from './define.ts';
import { Failure } from './failure.ts';
import type { Reader } from './host/access.ts';
import { target } from './kind.ts';
import { accounts, findGroup, findUser, HOST, userDefaults } from './kinds/account.ts';
import type { AccountSettings, Accounts, Group, User } from './kinds/account-tables.ts';
import { lookThrough } from './kinds/file.ts';
import type { FileState } from './kinds/file-state.ts';
import { readSkeleton, type SkeletonEntry } from './kinds/home-directory.ts';
import { type SshKeyState, sshKey } from './kinds/ssh-key.ts';
import { type Account, accountOf, groupGoesAlong, user as userKind } from './kinds/user.ts';
import { homeForecast } from './user-home.ts';
import { UNSUPPORTED, type UserParameters, userParameters } from './user-parameters.ts';
import { asSecret, newUser, wantedAccount } from './user-wanted.ts';

/** What is known of the host before anything is decided. */
export interface UserNow {
  readonly tables: Accounts;
  readonly settings: AccountSettings;
  readonly local: User | null;
  /** Known to a directory service only. */
  readonly foreign: User | null;
  /** The groups that are named, by the text that names them; null: there is none. */
  readonly groups: ReadonlyMap<string, Group | null>;
  readonly home: string;
  readonly homeState: FileState;
  /** What a new home directory begins with; asked for only where it is foreseen. */
  readonly skeleton: readonly SkeletonEntry[];
  readonly keyPath: string;
  readonly key: SshKeyState | undefined;
}

export const user = stateModule({
  names: ['user', 'ansible.builtin.user'],
  summary: 'Add, change or remove users',
  parameters: userParameters,
  constraints: [
    (given, all) =>
      all.get('non_unique') === true && !given.has('uid') ? 'non_unique needs: uid' : undefined,
    (given, all) => (all.get('append') === true && !given.has('groups') ? 'append needs: groups' : undefined),
    given => {
      const found = UNSUPPORTED.find(name => given.has(name));
      return found && `the parameter ${found} is not supported: it has no meaning on Linux`;
    },
  ],

  async probe(host, p, context): Promise<UserNow> {
    const named = [
      ...(p.group === undefined ? [] : [p.group]),
      ...(p.groups ?? []).filter(name => name !== ''),
    ];
    // Where the home directory most likely is, asked together with where it really is: one turn less.
    const likely = p.home ?? `/home/${p.name}`;
    const [tables, likelyHome, found, ...groups] = await Promise.all([
      host.look(accounts, HOST),
      lookThrough(host, likely),
      p.local ? null : findUser(host, p.name),
      ...named.map(name => findGroupSaid(host, name)),
    ]);
    const local = tables.user(p.name);
    const creates = !local && p.state === 'present';
    const settings = creates ? await host.look(userDefaults, HOST) : tables.settings;
    const home = p.home ?? local?.home ?? `${settings.homeBase.replace(/\/+$/, '')}/${p.name}`;
    const keyPath = p.ssh_key_file?.startsWith('/')
      ? p.ssh_key_file
      : `${home}/${p.ssh_key_file ?? `.ssh/id_${p.ssh_key_type}`}`;
    const [{ state: homeState }, key] = await Promise.all([
      home === likely ? likelyHome : lookThrough(host, home),
      p.generate_ssh_key && p.state === 'present' ? host.look(sshKey, keyPath) : undefined,
    ]);
    const skeleton = await skeletonNeeded(host, p, context, homeState);
    return {
      ...{ tables, settings, local, home, homeState, skeleton, keyPath, key },
      foreign: local ? null : found,
      groups: new Map(named.map((name, i) => [name, groups[i]!])),
    };
  },

  want(now, p) {
    const { tables, local, foreign, homeState } = now;
    const before = local && accountOf(tables, local, homeState.type !== 'absent', passwordOf(local));
    if (p.state === 'absent') return wantAbsent(now, p, before);
    if (foreign) return wantForeign(foreign, now, p);
    const { account: after, how, warnings } = wantedAccount(now, p, before);
    const files = homeForecast(now, p, before, after, how);
    const unknown = new Unknown(`the user ${p.name} is not there yet`);
    return {
      targets: [
        target(userKind, p.name, { account: before }, { account: after, how: { ...how, files } }),
        ...(now.key ? [target(sshKey, now.keyPath, now.key, keyWanted(p))] : []),
      ],
      warnings,
      result: {
        ...commonResult(p),
        uid: after.uid ?? unknown,
        group: after.gid ?? unknown,
        home: after.home,
        shell: after.shell ?? unknown,
        comment: after.comment,
        ...(before
          ? { append: p.append, move_home: p.move_home }
          : { system: p.system, create_home: p.create_home }),
        ...(now.key && keyResult(now.keyPath, now.key)),
      },
      resultAfter: async host => {
        const real = await findUser(host, p.name);
        if (!real) return {};
        const key = now.key && (await host.look(sshKey, now.keyPath));
        const { uid, gid, home, shell, comment } = real;
        return { uid, group: gid, home, shell, comment, ...(key && keyResult(now.keyPath, key)) };
      },
    };
  },
});

/** By name first, as the tools read it: a group's name may be all digits. */
async function findGroupSaid(host: Reader, said: string): Promise<Group | null> {
  const named = await findGroup(host, said);
  if (named || !/^\d+$/.test(said)) return named;
  const tables = await host.look(accounts, HOST);
  return tables.groupById(Number(said));
}

async function skeletonNeeded(
  host: Reader,
  p: UserParameters,
  { check }: ModuleContext,
  home: FileState,
): Promise<readonly SkeletonEntry[]> {
  const made = check && p.state === 'present' && p.create_home && home.type === 'absent';
  return made ? readSkeleton(host, p.skeleton ?? '/etc/skel') : [];
}

function wantAbsent(now: UserNow, p: UserParameters, before: Account | null) {
  const result = { name: p.name, state: p.state, ...(before && { force: p.force, remove: p.remove }) };
  if (!before) {
    if (now.foreign) {
      throw new Failure(`the user ${p.name} is one of a directory service and cannot be removed from here`);
    }
    return { targets: [], result };
  }
  if (p.remove && /^\/*$/.test(before.home)) {
    throw new Failure(`the home directory of ${p.name} is "${before.home}", which is not removed`);
  }
  const home = now.local!.home;
  const how = {
    ...newUser(now.settings, p),
    ownGroup: groupGoesAlong(now.tables, p.name),
    removeHome: p.remove,
    force: p.force,
    files: p.remove && before.homeThere ? [[home, { type: 'absent' }] as const] : [],
  };
  return { targets: [target(userKind, p.name, { account: before }, { account: null, how })], result };
}

/** A user of a directory service is there, and is not ours to change. */
function wantForeign(found: User, now: UserNow, p: UserParameters) {
  const gid = p.group === undefined ? undefined : now.groups.get(p.group)?.gid;
  const asked = { uid: p.uid, gid, comment: p.comment, home: p.home, shell: p.shell };
  const differing = Object.entries(asked).filter(
    ([key, value]) => value !== undefined && value !== found[key as keyof User],
  );
  if (p.password !== undefined && p.update_password === 'always') differing.push(['password', '']);
  if (p.groups?.some(name => name !== '')) differing.push(['groups', '']);
  if (differing.length > 0) {
    throw new Failure(
      `the user ${p.name} is one of a directory service, so these cannot be changed from here: ` +
        differing.map(([key]) => key).join(', '),
      {},
      'local: true makes a local user of this name',
    );
  }
  const { uid, home, shell, comment } = found;
  return { targets: [], result: { ...commonResult(p), uid, group: found.gid, home, shell, comment } };
}

function commonResult(p: UserParameters): Record<string, unknown> {
  return {
    name: p.name,
    state: p.state,
    ...(p.groups && { groups: p.groups.join(',') }),
    ...(p.password !== undefined && { password: 'NOT_LOGGING_PASSWORD' }),
  };
}

function keyWanted(p: UserParameters): SshKeyState {
  const passphrase = p.ssh_key_passphrase;
  return {
    there: true,
    how: {
      user: p.name,
      type: p.ssh_key_type,
      bits: p.ssh_key_bits === 0 ? undefined : p.ssh_key_bits,
      comment: p.ssh_key_comment,
      passphrase: passphrase === undefined ? undefined : asSecret(passphrase),
      force: p.force,
    },
  };
}

function keyResult(path: string, key: SshKeyState): Record<string, unknown> {
  return {
    ssh_key_file: path,
    ...(key.fingerprint && { ssh_fingerprint: key.fingerprint }),
    ...(key.publicKey && { ssh_public_key: key.publicKey }),
  };
}

function passwordOf(user: User): Secret | undefined {
  return user.shadow ? new Secret(user.shadow.password) : undefined;
}
