import { UserError } from '../../core/error.ts';
import type { VarsLayer } from '../../core/inventory.ts';
import { formatPosition, type Position, positionOf } from '../../core/position.ts';
import { Float, type Raw, type RawDict } from '../../core/value.ts';
import type { LoadContext } from '../context.ts';
import { copyPositions } from '../yaml/key-places.ts';

export interface DraftGroup {
  readonly name: string;
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly parents: Set<string>;
  /** Variables of the group's own in the sources, in the order they were read. */
  readonly layers: VarsLayer[];
  priority: number;
  depth: number;
}

export interface DraftHost {
  readonly name: string;
  readonly groups: Set<string>;
  readonly layers: VarsLayer[];
  readonly position: Position | undefined;
  readonly file: string | undefined;
}

/** The inventory while its sources are being read. */
export class Draft {
  readonly hosts = new Map<string, DraftHost>();
  readonly groups = new Map<string, DraftGroup>();
  readonly #badNames = new Set<string>();

  constructor(readonly context: LoadContext) {
    this.group('all');
    this.addChild('all', 'ungrouped');
  }

  /** The group of this name, made when it is new. */
  group(name: string, position?: Position): DraftGroup {
    const known = this.groups.get(name);
    if (known) return known;
    if (/[^\w]|^\d/.test(name) && !this.#badNames.has(name)) {
      this.#badNames.add(name);
      this.context.warn(
        `the group name "${name}" is no valid variable name (letters, digits and _), so groups.${name} cannot be written`,
        position,
      );
    }
    const group: DraftGroup = {
      name,
      hosts: new Set(),
      children: new Set(),
      parents: new Set(),
      layers: [],
      priority: 1,
      depth: 0,
    };
    this.groups.set(name, group);
    return group;
  }

  /** Puts a host into a group. A port counts where the host is named first, as in Ansible. */
  addHost(
    name: string,
    group: string,
    place: { position?: Position | undefined; file?: string | undefined; port?: number | undefined },
  ): DraftHost {
    let host = this.hosts.get(name);
    if (!host) {
      host = { name, groups: new Set(), layers: [], position: place.position, file: place.file };
      this.hosts.set(name, host);
      if (place.port !== undefined) {
        const origin = place.position ? formatPosition(place.position) : '-i';
        host.layers.push({ origin, vars: new Map([['ansible_port', place.port]]) });
      }
    }
    this.group(group).hosts.add(name);
    host.groups.add(group);
    return host;
  }

  /** Makes a group the child of another; a group cannot be within itself. */
  addChild(parent: string, child: string, position?: Position): void {
    const chain = this.#path(child, parent);
    if (chain) {
      throw new UserError(
        chain.length === 1
          ? `the group "${parent}" is made a child of itself`
          : `the groups go round in a circle: ${[parent, ...chain].join(' > ')}`,
        { position, hint: "a group cannot be below itself; remove one of these from the other's children" },
      );
    }
    this.group(parent, position).children.add(child);
    this.group(child, position).parents.add(parent);
  }

  addGroupVars(name: string, layer: VarsLayer): void {
    if (layer.vars.size === 0) return;
    const group = this.group(name);
    const priority = layer.vars.get(PRIORITY);
    if (priority === undefined) {
      group.layers.push(layer);
      return;
    }
    // It is about the group, and no variable of its hosts.
    group.priority = readPriority(priority, layer.vars);
    const vars = new Map([...layer.vars].filter(([key]) => key !== PRIORITY));
    copyPositions(vars, layer.vars);
    group.layers.push({ ...layer, vars });
  }

  /** The groups on the way from one down to another, both included; undefined when there is no way. */
  #path(from: string, to: string): string[] | undefined {
    if (from === to) return [from];
    for (const child of this.groups.get(from)?.children ?? []) {
      const rest = this.#path(child, to);
      if (rest) return [from, ...rest];
    }
    return undefined;
  }

  /** Settles what only shows when everything is read: `all`, `ungrouped`, and how deep each group is. */
  settle(): void {
    for (const group of this.groups.values()) {
      if (group.name !== 'all' && group.parents.size === 0) this.addChild('all', group.name);
    }
    const ungrouped = this.group('ungrouped');
    for (const host of this.hosts.values()) {
      const own = [...host.groups].filter(name => name !== 'all' && name !== 'ungrouped');
      if (own.length > 0 && host.groups.delete('ungrouped')) ungrouped.hosts.delete(host.name);
      if (own.length === 0 && !host.groups.has('ungrouped')) {
        host.groups.add('ungrouped');
        ungrouped.hosts.add(host.name);
      }
      if (this.groups.has(host.name)) {
        this.context.warn(`"${host.name}" is both a group and a host`, host.position);
      }
    }
    this.#measure();
  }

  /** The longest way from `all` to each group. */
  #measure(): void {
    const depths = new Map<string, number>();
    const depth = (group: DraftGroup): number => {
      const known = depths.get(group.name);
      if (known !== undefined) return known;
      const parents = [...group.parents].map(name => depth(this.groups.get(name)!));
      const value = parents.length === 0 ? 0 : Math.max(...parents) + 1;
      depths.set(group.name, value);
      return value;
    };
    for (const group of this.groups.values()) group.depth = depth(group);
  }
}

const PRIORITY = 'ansible_group_priority';

/** All groups that a host is in, directly or through their parents, `all` included. */
export function ancestorsOf(groups: Iterable<string>, all: ReadonlyMap<string, DraftGroup>): Set<string> {
  const found = new Set(groups);
  for (const name of found) for (const parent of all.get(name)?.parents ?? []) found.add(parent);
  return found;
}

function readPriority(value: Raw, vars: RawDict): number {
  const text = value instanceof Float ? String(value.value) : String(value);
  if (!/^\s*[-+]?\d+\s*$/.test(text)) {
    throw new UserError('ansible_group_priority must be a whole number', {
      position: positionOf(vars, PRIORITY),
    });
  }
  return Number(text);
}
