import type { Host, VarsLayer } from '../core/inventory.ts';
import { type Block, levels, type Play, type RoleUse, roleOf, type Step } from '../core/play.ts';
import { isDict, type Raw, type RawDict, type Value } from '../core/value.ts';

/** The variables that one host gathers in the course of a run. */
export interface HostVariables {
  readonly host: Host;
  /** Facts as top-level variables (`ansible_distribution`), and what `set_fact: cacheable` added. */
  readonly facts: Map<string, Raw>;
  /** include_vars. */
  readonly included: Map<string, Raw>;
  /** set_fact and register. */
  readonly assigned: Map<string, Raw>;
  /** vars_files of the play being run, later files later. */
  varsFiles: readonly VarsLayer[];
}

export interface LayerSources {
  /** Variables that cannot be set: `inventory_hostname`, `groups` … */
  readonly magic: ReadonlyMap<string, Raw>;
  readonly extra: RawDict;
  readonly variables: HostVariables;
  readonly play: Play | undefined;
  /** Answers of vars_prompt. */
  readonly prompted: ReadonlyMap<string, Raw>;
  /** Roles whose variables every task of the play sees: those of `roles:`, imported and public included ones. */
  readonly roles: readonly RoleUse[];
  readonly step: Step | undefined;
  /** What an include gave the host for this block: its loop variables. */
  readonly frame: (block: Block) => RawDict | undefined;
}

/**
 * All layers of variables that a step sees on a host, highest precedence first: the order that Ansible
 * documents, read from its end.
 */
export function layersFor(sources: LayerSources): VarsLayer[] {
  const { variables, play, step } = sources;
  const chain = step ? levels(step).filter(level => level.kind !== 'play') : [];
  const own = step ? roleOf(step) : undefined;
  const roles = own ? [...[...own.parents].reverse(), own] : [];
  const visible = [...sources.roles.filter(use => !roles.includes(use)), ...roles];

  const ascending: VarsLayer[] = [
    ...visible.map(use => layer(`defaults of role ${use.role.name}`, use.role.defaults)),
    ...variables.host.layers,
    layer('facts', variables.facts),
    layer('vars of the play', play?.vars),
    layer('vars_prompt', sources.prompted),
    ...variables.varsFiles,
    ...visible.map(use => layer(`vars of role ${use.role.name}`, use.role.vars)),
    ...chain.map(level => layer(`vars of the ${level.kind}`, level.vars)),
    layer('include_vars', variables.included),
    layer('set_fact and register', variables.assigned),
    ...roles.map(use => layer(`parameters of role ${use.role.name}`, use.params)),
    ...chain.flatMap(level =>
      level.kind === 'block'
        ? [
            layer('parameters of an include', level.includeParams),
            layer('loop of an include', sources.frame(level)),
          ]
        : [],
    ),
    layer('extra vars', sources.extra),
    layer('magic variables', sources.magic),
  ];
  return ascending.filter(({ vars }) => vars.size > 0).reverse();
}

const NONE: RawDict = new Map();

function layer(origin: string, vars: RawDict | undefined): VarsLayer {
  return { origin, vars: vars ?? NONE };
}

/** Looks names up through layers; the first that has one wins. */
export class LayeredScope {
  /** @param merge `hash_behaviour = merge`: mappings of several layers are joined, key by key */
  constructor(
    readonly layers: readonly VarsLayer[],
    private readonly merge = false,
  ) {}

  get(name: string): Raw | undefined {
    for (const [index, { vars }] of this.layers.entries()) {
      const value = vars.get(name);
      if (value === undefined) continue;
      return this.merge && isDict(value) ? this.#merged(name, value, index) : value;
    }
    return undefined;
  }

  #merged(name: string, value: RawDict, from: number): RawDict {
    let result = value;
    for (const { vars } of this.layers.slice(from + 1)) {
      const below = vars.get(name);
      if (below === undefined) continue;
      if (!isDict(below)) break;
      result = mergedDicts(below, result);
    }
    return result;
  }

  *names(): Iterable<string> {
    for (const { vars } of this.layers) {
      for (const key of vars.keys()) if (typeof key === 'string') yield key;
    }
  }

  /** The layer a name's value comes from. */
  origin(name: string): string | undefined {
    return this.layers.find(({ vars }) => vars.has(name))?.origin;
  }
}

function mergedDicts(below: RawDict, above: RawDict): RawDict {
  const result = new Map<Value, Raw>(below);
  for (const [key, value] of above) {
    const old = result.get(key);
    result.set(key, isDict(old) && isDict(value) ? mergedDicts(old, value) : value);
  }
  return result;
}
