import { Unknown } from '../core/value.ts';
import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { target } from './kind.ts';
import { accounts, findGroup, HOST } from './kinds/account.ts';
import { nextGid } from './kinds/account-ids.ts';
import type { Accounts, Group } from './kinds/account-tables.ts';
import { group as groupKind } from './kinds/group.ts';
import { t } from './parameters.ts';

export const group = stateModule({
  names: ['group', 'ansible.builtin.group'],
  summary: 'Add, change or remove groups',
  parameters: {
    name: t.str({ required: true, doc: 'Name of the group.' }),
    gid: t.int({ doc: 'Number of the group; without it, the next free one.' }),
    state: t.choice(['present', 'absent'])({ default: 'present' }),
    system: t.bool({ default: false, doc: 'A new group gets a number from the range for system groups.' }),
    local: t.bool({
      default: false,
      doc: 'Look at the local groups only, not at those of a directory service.',
    }),
    non_unique: t.bool({ default: false, doc: 'The number may be taken already. Needs gid.' }),
    force: t.bool({ default: false, doc: 'Remove the group even if it is the primary group of a user.' }),
    gid_min: t.int({ doc: 'Least number for a new group, instead of GID_MIN in login.defs.' }),
    gid_max: t.int({ doc: 'Greatest number for a new group, instead of GID_MAX in login.defs.' }),
  },
  constraints: [
    (given, all) =>
      all.get('non_unique') === true && !given.has('gid') ? 'non_unique needs: gid' : undefined,
  ],

  async probe(host, { name, local }) {
    const [tables, anywhere] = await Promise.all([
      host.look(accounts, HOST),
      local ? null : findGroup(host, name),
    ]);
    return { tables, anywhere: anywhere ?? tables.group(name) };
  },

  want({ tables, anywhere }, p) {
    const local = tables.group(p.name);
    const result = { name: p.name, state: p.state };
    if (p.state === 'absent') {
      refuseToOrphan(tables, local, p.force);
      const how = { system: false, nonUnique: false, force: p.force, fixedGid: true, range: {} };
      return { targets: [target(groupKind, p.name, { group: local }, { group: null, how })], result };
    }
    if (!local && anywhere) return wantForeign(anywhere, p);
    if (/[:,\n]|^$/.test(p.name)) throw new Failure(`"${p.name}" cannot be the name of a group`);
    const range = { from: p.gid_min, to: p.gid_max };
    const gid = p.gid ?? local?.gid ?? nextGid(tables, p.system, undefined, withoutUndefined(range));
    const taken = p.gid === undefined || p.non_unique ? null : tables.groupById(p.gid);
    if (taken && taken.name !== p.name) {
      throw new Failure(
        `the group ${p.name} cannot have gid ${p.gid}: it is the number of the group ${taken.name}`,
        {},
        'choose another number, or say non_unique: true',
      );
    }
    const after: Group = { name: p.name, gid, members: local?.members ?? [] };
    const how = {
      system: p.system,
      nonUnique: p.non_unique,
      force: p.force,
      fixedGid: p.gid !== undefined,
      range,
    };
    return {
      targets: [target(groupKind, p.name, { group: local }, { group: after, how })],
      result: {
        ...result,
        system: p.system,
        gid: gid ?? new Unknown(`the group ${p.name} is not there yet`),
      },
      resultAfter: async host => ({ gid: (await findGroup(host, p.name))?.gid ?? null }),
    };
  },
});

/** A group of a directory service is there, and is not ours to change. */
function wantForeign(
  found: Group,
  p: { name: string; gid: number | undefined; state: string; system: boolean },
) {
  if (p.gid !== undefined && p.gid !== found.gid) {
    throw new Failure(
      `the group ${p.name} has gid ${found.gid} in a directory service, so it cannot be given ${p.gid}`,
      {},
      'local: true makes a local group of this name',
    );
  }
  return { targets: [], result: { name: p.name, state: p.state, system: p.system, gid: found.gid } };
}

/** Both runs refuse what groupdel would refuse. */
function refuseToOrphan(tables: Accounts, group: Group | null, force: boolean): void {
  if (!group || force) return;
  const user = [...tables.users].find(
    candidate => candidate.gid !== undefined && candidate.gid === group.gid,
  );
  if (!user) return;
  throw new Failure(
    `the group ${group.name} cannot be removed: it is the primary group of the user ${user.name}`,
    {},
    'give the user another group first, or say force: true',
  );
}

function withoutUndefined(range: { from: number | undefined; to: number | undefined }) {
  return Object.fromEntries(Object.entries(range).filter(([, value]) => value !== undefined));
}
