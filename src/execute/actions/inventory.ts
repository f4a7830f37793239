import { madeOf } from '../../core/secret-pieces.ts';
import type { Raw, Value } from '../../core/value.ts';
import { each, t } from '../../modules/parameters.ts';
import { done } from '../result.ts';
import { action } from './action.ts';

export const addHost = action({
  names: ['add_host', 'ansible.builtin.add_host'],
  summary: 'Add a host, and groups, to the inventory of this run',
  parameters: {
    name: t.str({ required: true, aliases: ['hostname', 'host'] }),
    groups: t.list(each.str)({ aliases: ['group', 'groupname'], default: [] }),
  },
  open: true,
  onceForAll: true,
  run({ name, groups }, { templar, rest, play }) {
    const vars = new Map<Value, Raw>([...rest].map(([key, value]) => [key, templar.render(value)]));
    const changed = play.run.addHost(name, groups, vars);
    return done(changed ? 'changed' : 'ok', {
      add_host: { host_name: name, groups, host_vars: vars },
    });
  },
});

export const groupBy = action({
  names: ['group_by', 'ansible.builtin.group_by'],
  summary: 'Put the host into a group named after a value',
  parameters: {
    key: t.str({ required: true }),
    parents: t.list(each.str)({ default: ['all'] }),
  },
  run({ key, parents }, { host, play }) {
    const group = groupName(key);
    const changed = play.run.addToGroup(host, group, parents.map(groupName));
    return done(changed ? 'changed' : 'ok', { add_group: group, parent_groups: parents });
  },
});

function groupName(text: string): string {
  return madeOf(text, given => given.replaceAll(' ', '-'));
}
