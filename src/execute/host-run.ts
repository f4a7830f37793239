import type { Host } from '../core/inventory.ts';
import type { Block, Task } from '../core/play.ts';
import { type Dict, isDict, type Raw, type RawDict, type Value } from '../core/value.ts';
import { Memory } from '../modules/host/memory.ts';
import type { HostVariables } from '../vars/layers.ts';
import { Tally } from './result.ts';

/** One host through a whole run: what it has gathered, and how it stands. */
export class HostRun {
  readonly variables: HostVariables;
  readonly tally = new Tally();
  /** What is known of the host itself; a check run's predictions are kept here from play to play. */
  readonly memory = new Memory();
  /** `ansible_facts`: names without the prefix. */
  readonly facts = new Map<string, Value>();
  /** Handlers to run at the next flush; `maybe` where a check run cannot tell. */
  readonly notified = new Map<Task, 'surely' | 'maybe'>();
  /** Loop variables of the includes it is in. */
  readonly frames = new Map<Block, RawDict>();
  /** Grows whenever any host leaves a run or comes back, for lists of those that are in it. */
  static changesOfOut = 0;
  #out: 'failed' | 'unreachable' | undefined;
  /** Grows with every variable that is set, for what is computed from them. */
  version = 0;

  constructor(readonly host: Host) {
    this.variables = { host, facts: new Map(), included: new Map(), assigned: new Map(), varsFiles: [] };
  }

  get name(): string {
    return this.host.name;
  }

  /** Set when the host takes no further part in the run. */
  get out(): 'failed' | 'unreachable' | undefined {
    return this.#out;
  }

  set out(how: 'failed' | 'unreachable' | undefined) {
    if (how !== this.#out) HostRun.changesOfOut++;
    this.#out = how;
  }

  assign(name: string, value: Raw): void {
    this.variables.assigned.set(name, value);
    this.version++;
  }

  include(vars: ReadonlyMap<Value, Raw>): void {
    for (const [name, value] of vars) if (typeof name === 'string') this.variables.included.set(name, value);
    this.version++;
  }

  /** Facts as `setup` returns them: visible as `ansible_NAME` and as `ansible_facts.NAME`. */
  learn(facts: Dict): void {
    for (const [name, value] of facts) {
      if (typeof name !== 'string') continue;
      if (name === 'ansible_local' || isDict(value)) {
        const known = this.facts.get(short(name));
        this.facts.set(short(name), isDict(known) && isDict(value) ? new Map([...known, ...value]) : value);
      } else this.facts.set(short(name), value);
      this.variables.facts.set(name, this.facts.get(short(name)) ?? null);
    }
    this.version++;
  }

  clearFacts(): void {
    this.facts.clear();
    this.variables.facts.clear();
    this.version++;
  }
}

function short(name: string): string {
  return name.startsWith('ansible_') ? name.slice('ansible_'.length) : name;
}
