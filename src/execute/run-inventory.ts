import type { Group, Host, Inventory, VarsLayer } from '../core/inventory.ts';
import type { Raw, RawDict, Value } from '../core/value.ts';

/** The inventory as a run sees it: what was loaded, and what `add_host` and `group_by` added. */
export class RunInventory {
  readonly #hosts: Map<string, Host>;
  readonly #groups: Map<string, Group>;

  readonly #additions: ((to: RunInventory) => void)[] = [];
  #groupMap: { version: number; map: Raw } | undefined;

  constructor(
    private readonly loaded: Inventory,
    /** Grows with every change. */
    public version = 0,
  ) {
    this.#hosts = new Map(loaded.hosts);
    this.#groups = new Map(loaded.groups);
  }

  get current(): Inventory {
    return {
      ...this.loaded,
      hosts: this.#hosts,
      groups: this.#groups,
      members: group => this.members(group),
    };
  }

  /** The same additions over another inventory. */
  refreshed(loaded: Inventory): RunInventory {
    const fresh = new RunInventory(loaded, this.version + 1);
    for (const add of this.#additions) {
      add(fresh);
      fresh.#additions.push(add);
    }
    return fresh;
  }

  host(name: string): Host | undefined {
    const known = this.#hosts.get(name);
    if (known) return known;
    // The controller itself is always there, without being in any group.
    if (!['localhost', '127.0.0.1', '::1'].includes(name)) return undefined;
    return this.loaded.implicitHost?.(name) ?? { name, groups: [], layers: [] };
  }

  hostNames(): Iterable<string> {
    return this.#hosts.keys();
  }

  groupsOf(host: Host): string[] {
    const own = new Set(this.#hosts.get(host.name)?.groups ?? host.groups);
    return [...own].sort();
  }

  members(group: string): readonly string[] {
    const added = this.#groups.get(group)?.hosts ?? [];
    return [...new Set([...this.loaded.members(group), ...(group === 'all' ? this.#hosts.keys() : added)])];
  }

  /** `groups`: one for all hosts, until something is added. */
  groupMap(): Raw {
    if (this.#groupMap?.version !== this.version) {
      const map = new Map<Value, Raw>([...this.#groups.keys()].map(name => [name, this.members(name)]));
      this.#groupMap = { version: this.version, map };
    }
    return this.#groupMap.map;
  }

  addHost(name: string, groups: readonly string[], vars: RawDict): boolean {
    this.#additions.push(to => to.#addHost(name, groups, vars));
    return this.#addHost(name, groups, vars);
  }

  #addHost(name: string, groups: readonly string[], vars: RawDict): boolean {
    const known = this.#hosts.get(name);
    const layer: VarsLayer = { origin: 'add_host', vars };
    const joined = [
      ...new Set([...(known?.groups ?? []), ...groups.filter(group => group !== 'all')]),
    ].sort();
    const layers = [...(known?.layers ?? []), layer];
    this.#hosts.set(name, { ...known, name, groups: joined, layers });
    for (const group of groups) this.#join(group, name, []);
    this.version++;
    return !known || joined.length !== known.groups.length;
  }

  addToGroup(host: string, group: string, parents: readonly string[]): boolean {
    this.#additions.push(to => to.#addToGroup(host, group, parents));
    return this.#addToGroup(host, group, parents);
  }

  #addToGroup(host: string, group: string, parents: readonly string[]): boolean {
    const known = this.#hosts.get(host);
    if (!known || known.groups.includes(group)) return false;
    this.#join(group, host, parents);
    const above = parents.filter(parent => parent !== 'all');
    for (const parent of above) this.#join(parent, host, []);
    this.#hosts.set(host, { ...known, groups: [...new Set([...known.groups, group, ...above])].sort() });
    this.version++;
    return true;
  }

  #join(name: string, host: string, parents: readonly string[]): void {
    const group = this.#groups.get(name) ?? {
      name,
      hosts: [],
      children: [],
      parents: [...parents],
      priority: 1,
      depth: 1,
    };
    if (!group.hosts.includes(host)) this.#groups.set(name, { ...group, hosts: [...group.hosts, host] });
  }
}
