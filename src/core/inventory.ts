import type { Position } from './position.ts';
import type { RawDict } from './value.ts';

/** One source of variables: a file, a group's section, a host's line. Later layers win over earlier ones. */
export interface VarsLayer {
  /** Where it came from, for `--explain`-like output: `group_vars/web.yml`, `inventory/hosts.ini [web:vars]`. */
  readonly origin: string;
  readonly vars: RawDict;
}

export interface Group {
  readonly name: string;
  /** Hosts named directly in this group, in order of appearance. */
  readonly hosts: string[];
  readonly children: string[];
  readonly parents: string[];
  /** `ansible_group_priority`; 1 unless said otherwise. */
  priority: number;
  /** Distance from `all`, the longest way. */
  depth: number;
}

export interface Host {
  readonly name: string;
  /** All groups it is in, directly or not, without `all`, sorted by name: `group_names`. */
  readonly groups: readonly string[];
  /** Every layer of the inventory and of group_vars/host_vars, lowest precedence first, in Ansible's order. */
  readonly layers: readonly VarsLayer[];
  readonly position?: Position;
  /** The source that named it, absolute: `inventory_file`. */
  readonly file?: string;
}

export interface Inventory {
  /** In order of appearance. */
  readonly hosts: ReadonlyMap<string, Host>;
  /** With `all` and `ungrouped`; every group's hosts including those of its children, in inventory order. */
  readonly groups: ReadonlyMap<string, Group>;
  members(group: string): readonly string[];
  /**
   * The host that `localhost` (or `127.0.0.1`, `::1`) stands for when the inventory has none of that name: in
   * no group, reached locally, with the variables of `all` and of host_vars.
   */
  implicitHost?(name: string): Host;
  /** `inventory_dir` of the first source. */
  readonly folder?: string;
}
