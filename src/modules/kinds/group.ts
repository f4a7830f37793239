import { type ShellText, sh } from '../../core/shell.ts';
import type { Difference, Kind } from '../kind.ts';
import { accounts, HOST } from './account.ts';
import { accountScript } from './account-script.ts';
import type { Group } from './account-tables.ts';

/** A group, and with it how it is to be made or removed; `how` is no part of what is compared. */
export interface GroupState {
  readonly group: Group | null;
  readonly how?: GroupHow;
}

export interface GroupHow {
  readonly system: boolean;
  readonly nonUnique: boolean;
  /** Remove it even if it is some user's primary group. */
  readonly force: boolean;
  /** The number was asked for; otherwise it is the one that groupadd would choose. */
  readonly fixedGid: boolean;
  readonly range: { readonly from?: number | undefined; readonly to?: number | undefined };
}

/** A local group, by name. Supplementary members are a matter of the users. */
export const group: Kind<string, GroupState> = {
  name: 'group',
  composed: true,
  key: name => name,
  expect: () => {},

  async read(host, name) {
    return { group: (await host.look(accounts, HOST)).group(name) };
  },

  isMissing: ({ group }) => !group,

  compare(name, { group: before }, { group: after }) {
    const header = `group ${name}`;
    const differences: Difference[] = [];
    if (!before !== !after) {
      const state = (there: Group | null) => (there ? 'present' : 'absent');
      differences.push({
        type: 'attribute',
        header,
        attribute: 'state',
        before: state(before),
        after: state(after),
      });
    }
    // Of a group that goes, its number is still worth knowing; of one that comes, only a known number is.
    if (before?.gid !== after?.gid) {
      differences.push({
        type: 'attribute',
        header,
        attribute: 'gid',
        before: number(before),
        after: number(after),
      });
    }
    return differences;
  },

  async apply(host, name, { group: before }, { group: after, how }) {
    if (!after) await host.must(accountScript([remove(name, how?.force === true)]));
    else if (!before) await host.must(accountScript([create(name, after.gid, how!)]));
    else await host.must(accountScript([renumber(name, after.gid!, how?.nonUnique === true)]));
  },

  foresee(memory, name, _before, { group: after }) {
    memory.revise(accounts, HOST, tables => (after ? tables.withGroup(after) : tables.withoutGroup(name)));
  },
};

function number(there: Group | null): string | null {
  return there?.gid === undefined ? null : String(there.gid);
}

function create(name: string, gid: number | undefined, how: GroupHow): ShellText {
  const { from, to } = how.range;
  const chosen = gid === undefined ? [] : ['-g', gid];
  const options = [
    ...(how.system ? ['-r'] : []),
    ...(how.nonUnique ? ['-o'] : []),
    ...(from === undefined ? [] : ['-K', `GID_MIN=${from}`]),
    ...(to === undefined ? [] : ['-K', `GID_MAX=${to}`]),
  ];
  const groupadd = sh`groupadd ${[...options, ...chosen]} -- ${name}`;
  // Status 4: the number was free when it was chosen, and somebody else has taken it since.
  const patient = how.fixedGid
    ? groupadd
    : sh`${groupadd} || { [ $? = 4 ] && groupadd ${options} -- ${name}; }`;
  return sh`if has groupadd; then ${patient}; else append /etc/group ${`${name}:x:${gid}:`}; fi`;
}

function renumber(name: string, gid: number, nonUnique: boolean): ShellText {
  const options = ['-g', gid, ...(nonUnique ? ['-o'] : [])];
  return sh`if has groupmod; then groupmod ${options} -- ${name}; else edit /etc/group ${name} 3 ${gid}; fi`;
}

function remove(name: string, force: boolean): ShellText {
  return sh`if has groupdel; then groupdel ${force ? ['-f'] : []} -- ${name}; else strike /etc/group ${name}; fi`;
}
