import { sh } from '../core/shell.ts';
import { Failure } from './failure.ts';
import { resolveMode } from './file-mode.ts';
import type { Reader } from './host/access.ts';
import type { Kind } from './kind.ts';
import { findGroup, findGroupById, findUser, findUserById } from './kinds/account.ts';
import type { FileAttributes, FileState } from './kinds/file.ts';
import { type ProcessDefaults, processDefaults } from './kinds/process-defaults.ts';
import { t } from './parameters.ts';

/** The parameters that every module which makes files has. */
export const attributeParameters = {
  mode: t.mode({ doc: 'Permissions: octal in quotes ("0644") or symbolic ("u=rw,g=r,o=r").' }),
  owner: t.str({ doc: 'Name or number of the user that owns the file.' }),
  group: t.str({ doc: 'Name or number of the group of the file.' }),
  attributes: t.str({ aliases: ['attr'], doc: 'Not supported.' }),
  seuser: t.str({ doc: 'Ignored on hosts without SELinux, not supported on others.' }),
  serole: t.str({ doc: 'As for seuser.' }),
  setype: t.str({ doc: 'As for seuser.' }),
  selevel: t.str({ doc: 'As for seuser.' }),
  unsafe_writes: t.bool({
    default: false,
    doc: 'Write into the file where it cannot be replaced, such as one that is a mount point.',
  }),
} as const;

export interface AttributeWishes {
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  readonly attributes?: string | undefined;
  readonly seuser?: string | undefined;
  readonly serole?: string | undefined;
  readonly setype?: string | undefined;
  readonly selevel?: string | undefined;
}

/** What has to be known of a host to give a file its attributes. */
export interface Owners {
  readonly owner?: Named;
  readonly group?: Named;
  /** Only of what is not there yet. */
  readonly defaults?: ProcessDefaults;
}

interface Named {
  readonly name: string;
  readonly id: number | null;
}

/**
 * Looks up the users and groups that were asked for, unless what stands there has them already. Throws
 * `Failure` for unknown ones.
 */
export async function lookUpOwners(host: Reader, present: FileState, p: AttributeWishes): Promise<Owners> {
  await refuseUnsupported(host, p);
  const there = present.type === 'absent' ? undefined : present;
  const [owner, group, defaults] = await Promise.all([
    p.owner === undefined ? undefined : lookUpUser(host, p.owner, there),
    p.group === undefined ? undefined : lookUpGroup(host, p.group, there),
    there ? undefined : host.look(processDefaults, null),
  ]);
  return { ...(owner && { owner }), ...(group && { group }), ...(defaults && { defaults }) };
}

/**
 * Owner, group and permissions that a file should have: those asked for, else those it has, else those that
 * a new one gets by itself.
 *
 * @param parent the folder in which a new file would be
 */
export function wantedAttributes(
  type: 'file' | 'directory' | 'link',
  present: FileState,
  parent: FileState,
  p: AttributeWishes,
  owners: Owners,
): Pick<FileAttributes, 'mode' | 'uid' | 'gid' | 'owner' | 'group'> {
  const own = present.type === 'absent' ? newAttributes(type, parent, owners) : present;
  const umask = owners.defaults?.umask;
  const { owner, group } = owners;
  return {
    mode: p.mode === undefined ? own.mode : resolveMode(p.mode, own.mode, type === 'directory', umask),
    uid: owner ? owner.id : own.uid,
    owner: owner ? owner.name : own.owner,
    gid: group ? group.id : own.gid,
    group: group ? group.name : own.group,
  };
}

function newAttributes(type: 'file' | 'directory' | 'link', parent: FileState, { defaults }: Owners) {
  if (!defaults) throw new TypeError('the defaults of a new file were not looked up');
  const { umask, uid, owner, gid, group } = defaults;
  const inherits = parent.type === 'directory' && (parent.mode & 0o2000) !== 0;
  const most = type === 'directory' ? 0o777 : type === 'file' ? 0o666 : 0o777;
  return {
    mode: type === 'link' ? most : (most & ~umask) | (inherits && type === 'directory' ? 0o2000 : 0),
    uid,
    owner,
    gid: inherits ? parent.gid : gid,
    group: inherits ? parent.group : group,
  };
}

async function lookUpUser(host: Reader, wanted: string, there: FileAttributes | undefined): Promise<Named> {
  if (there && (there.owner === wanted || String(there.uid) === wanted))
    return { name: there.owner, id: there.uid };
  if (/^\d+$/.test(wanted)) {
    return { name: (await findUserById(host, Number(wanted)))?.name ?? wanted, id: Number(wanted) };
  }
  const user = await findUser(host, wanted);
  if (user) return { name: user.name, id: user.uid ?? null };
  throw new Failure(
    `there is no user "${wanted}" on this host to own a file`,
    {},
    'create the user before this task',
  );
}

async function lookUpGroup(host: Reader, wanted: string, there: FileAttributes | undefined): Promise<Named> {
  if (there && (there.group === wanted || String(there.gid) === wanted))
    return { name: there.group, id: there.gid };
  if (/^\d+$/.test(wanted)) {
    return { name: (await findGroupById(host, Number(wanted)))?.name ?? wanted, id: Number(wanted) };
  }
  const group = await findGroup(host, wanted);
  if (group) return { name: group.name, id: group.gid ?? null };
  throw new Failure(
    `there is no group "${wanted}" on this host to own a file`,
    {},
    'create the group before this task',
  );
}

async function refuseUnsupported(host: Reader, p: AttributeWishes): Promise<void> {
  if (p.attributes !== undefined) {
    throw new Failure(
      'the parameter "attributes" (chattr) is not supported',
      {},
      'run chattr in a command task',
    );
  }
  const given = (['seuser', 'serole', 'setype', 'selevel'] as const).filter(name => p[name] !== undefined);
  if (given.length > 0 && (await host.look(selinux, null))) {
    throw new Failure(`${given.join(', ')}: setting SELinux contexts is not supported`);
  }
}

/** Whether the host's kernel enforces or logs by SELinux. */
const selinux: Kind<null, boolean> = {
  name: 'selinux',
  key: () => '',
  read: async host => (await host.ask(sh`[ -e /sys/fs/selinux/enforce ]`)).status === 0,
  compare: () => [],
  apply: () => Promise.reject(new Error('selinux is only for reading')),
};
