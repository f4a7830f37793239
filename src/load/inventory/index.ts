import path from 'node:path';
import type { Group, Host, Inventory, VarsLayer } from '../../core/inventory.ts';
import type { Value } from '../../core/value.ts';
import type { LoadContext } from '../context.ts';
import { byCodePoint } from '../files.ts';
import { ancestorsOf, Draft, type DraftGroup } from './draft.ts';
import { SideVars } from './side-vars.ts';
import { IGNORED_ENDINGS, readInventorySource, sideFolder } from './sources.ts';

export interface InventoryOptions {
  /** What `-i` named: files, folders, scripts, `host1,host2,`; later ones win. */
  readonly sources: readonly string[];
  /** Folders of the playbooks, whose group_vars/ and host_vars/ win over those of the inventory. */
  readonly playbookFolders?: readonly string[];
  /** Endings of files that are passed over in inventory folders; Ansible's unless said otherwise. */
  readonly ignoredEndings?: readonly string[];
}

/**
 * Reads all inventory sources and the variables beside them and beside the playbooks. What takes long in opening
 * those that are encrypted is done beforehand, for all of them at once.
 */
export async function loadInventory(options: InventoryOptions, context: LoadContext): Promise<Inventory> {
  const draft = new Draft(context);
  for (const source of options.sources) {
    readInventorySource(source, draft, options.ignoredEndings ?? IGNORED_ENDINGS);
  }
  draft.settle();
  const folders = options.sources.flatMap(source => sideFolder(source) ?? []);
  const read = new Map<string, SideVars>();
  // The inventory mostly stands beside the playbook: what is there is read once.
  const side = (folder: string): SideVars => {
    const found = read.get(path.resolve(folder)) ?? new SideVars(folder, context);
    read.set(path.resolve(folder), found);
    return found;
  };
  const sides = (list: readonly string[]) => [...new Set(list.map(side))];
  const [beside, ofPlaybooks] = [sides(folders), sides(options.playbookFolders ?? [])];
  const sealed = [...read.values()].flatMap(each => each.sealed(draft.groups.keys(), draft.hosts.keys()));
  await context.opener?.prepare?.(sealed);
  return new LoadedInventory(draft, beside, ofPlaybooks, folders[0]);
}

class LoadedInventory implements Inventory {
  readonly hosts = new Map<string, Host>();
  readonly groups = new Map<string, Group>();
  readonly #members = new Map<string, readonly string[]>();
  readonly #layersOfGroups = new Map<string, readonly VarsLayer[]>();

  constructor(
    readonly draft: Draft,
    readonly inventorySides: readonly SideVars[],
    readonly playbookSides: readonly SideVars[],
    readonly folder: string | undefined,
  ) {
    for (const { name, hosts, children, parents, priority, depth } of draft.groups.values()) {
      this.groups.set(name, {
        name,
        hosts: [...hosts],
        children: [...children],
        parents: [...parents],
        priority,
        depth,
      });
    }
    for (const host of draft.hosts.values()) {
      const groups = ancestorsOf(host.groups, draft.groups);
      this.hosts.set(host.name, {
        name: host.name,
        groups: [...groups].filter(name => name !== 'all').sort(byCodePoint),
        layers: this.#layers(host.name, groups, host.layers),
        ...(host.position && { position: host.position }),
        ...(host.file !== undefined && { file: host.file }),
      });
    }
  }

  // Fields rather than methods, so that a copy of the object keeps them.
  readonly members = (name: string): readonly string[] => {
    let members = this.#members.get(name);
    if (!members) {
      members = [...this.#membersOf(name)];
      this.#members.set(name, members);
    }
    return members;
  };

  readonly implicitHost = (name: string): Host => {
    const vars = new Map<Value, string>([['ansible_connection', 'local']]);
    return {
      name,
      groups: [],
      layers: this.#layers(name, new Set(['all']), [{ origin: 'implicit localhost', vars }]),
    };
  };

  /** The group's own hosts first, then those of its children, level by level. */
  #membersOf(name: string): Set<string> {
    const groups = new Set([name]);
    const hosts = new Set<string>();
    for (const each of groups) {
      const group = this.draft.groups.get(each);
      for (const host of group?.hosts ?? []) hosts.add(host);
      for (const child of group?.children ?? []) groups.add(child);
    }
    return hosts;
  }

  /** Ansible's documented order, lowest first. */
  #layers(name: string, groups: ReadonlySet<string>, own: readonly VarsLayer[]): VarsLayer[] {
    return [
      ...this.#groupLayers(groups),
      ...own,
      ...this.inventorySides.flatMap(side => side.host(name)),
      ...this.playbookSides.flatMap(side => side.host(name)),
    ];
  }

  /** The same for all hosts of the same groups, which are many. */
  #groupLayers(names: ReadonlySet<string>): readonly VarsLayer[] {
    const key = [...names].sort(byCodePoint).join('\0');
    const known = this.#layersOfGroups.get(key);
    if (known) return known;
    const groups = [...names]
      .filter(name => name !== 'all')
      .map(name => this.draft.groups.get(name)!)
      .sort(byPrecedence);
    const sorted = groups.map(group => group.name);
    const beside = (sides: readonly SideVars[], wanted: readonly string[]) =>
      sides.flatMap(side => wanted.flatMap(group => side.group(group)));
    const layers = [
      ...this.draft.group('all').layers,
      ...groups.flatMap(group => group.layers),
      ...beside(this.inventorySides, ['all']),
      ...beside(this.playbookSides, ['all']),
      ...beside(this.inventorySides, sorted),
      ...beside(this.playbookSides, sorted),
    ];
    this.#layersOfGroups.set(key, layers);
    return layers;
  }
}

/** Children win over parents; among equals the higher priority, then the later name. */
function byPrecedence(a: DraftGroup, b: DraftGroup): number {
  return a.depth - b.depth || a.priority - b.priority || byCodePoint(a.name, b.name);
}
