import type { Group, Inventory } from '../../core/inventory.ts';
import { type Raw, Sealed } from '../../core/value.ts';
import { toText } from '../../template/index.ts';
import { plain, plainDict, variablesOf } from './plain.ts';

type Hosts = ReadonlySet<string>;

/** How Ansible is to read the marks of unsafe and encrypted values. */
const SCRIPT_PROFILE = 'inventory_legacy';

/** What an inventory script would say: groups with their hosts and children, and the variables of hosts. */
export function asScript(inventory: Inventory, hosts: Hosts): Raw {
  const hostVars = new Map<string, Raw>();
  for (const name of [...hosts].sort()) {
    const variables = variablesOf(inventory.hosts.get(name)!);
    if (variables.size > 0) hostVars.set(name, plainDict(variables, true));
  }
  const script = new Map<string, Raw>([
    [
      '_meta',
      new Map<string, Raw>([
        ['hostvars', hostVars],
        ['profile', SCRIPT_PROFILE],
      ]),
    ],
  ]);
  for (const name of [...inventory.groups.keys()].sort()) {
    const group = inventory.groups.get(name)!;
    const own = hostsIn(group, hosts);
    const entry = new Map<string, Raw>();
    if (group.children.length > 0) entry.set('children', [...group.children]);
    if (own.length > 0) entry.set('hosts', own);
    if (entry.size > 0) script.set(name, entry);
  }
  return script;
}

/** The same as a YAML inventory; a host's variables stand where it comes first. */
export function asInventoryFile(inventory: Inventory, hosts: Hosts): Raw {
  const told = new Set<string>();
  const described = (group: Group): Map<string, Raw> => {
    const entry = new Map<string, Raw>();
    const children = group.children
      .map(name => [name, described(inventory.groups.get(name)!)] as const)
      .filter(([, child]) => child.size > 0);
    if (children.length > 0) entry.set('children', new Map<string, Raw>(children));
    const own = hostsIn(group, hosts);
    if (own.length > 0) entry.set('hosts', new Map(own.map(name => [name, variablesOnce(name)])));
    return entry;
  };
  const variablesOnce = (name: string): Raw => {
    if (told.has(name)) return new Map();
    told.add(name);
    return plainDict(variablesOf(inventory.hosts.get(name)!), false);
  };
  return new Map([['all', described(inventory.groups.get('all')!)]]);
}

/** The tree of groups below one, as lines. */
export function graph(inventory: Inventory, top: Group, hosts: Hosts, withVars: boolean): string {
  const lines: string[] = [];
  const draw = (group: Group, depth: number): void => {
    lines.push(`${branch(depth)}@${group.name}:`);
    for (const child of group.children) draw(inventory.groups.get(child)!, depth + 1);
    for (const host of hostsIn(group, hosts)) {
      lines.push(`${branch(depth + 1)}${host}`);
      if (!withVars) continue;
      for (const [name, value] of variablesOf(inventory.hosts.get(host)!))
        lines.push(`${branch(depth + 2)}{${name} = ${onOneLine(value)}}`);
    }
  };
  draw(top, 0);
  return `${lines.join('\n')}\n`;
}

/** The hosts named in the group itself; those of `all` stand in its groups or in `ungrouped`. */
function hostsIn(group: Group, hosts: Hosts): string[] {
  return group.name === 'all' ? [] : group.hosts.filter(name => hosts.has(name));
}

function onOneLine(value: Raw): string {
  if (value instanceof Sealed) return '(encrypted)';
  return toText(plain(value, false)).replaceAll('\n', '\\n');
}

function branch(depth: number): string {
  return depth === 0 ? '' : `${'  |'.repeat(depth)}--`;
}
