import pLimit from 'p-limit';
import type { Event } from '../core/event.ts';
import type { Host, Inventory } from '../core/inventory.ts';
import type { Block, Play, Task } from '../core/play.ts';
import { isList, type Raw, type RawDict, type Value } from '../core/value.ts';
import { matchHosts } from '../plan/index.ts';
import type { Surroundings, Templar } from '../template/types.ts';
import { whenPrepared } from '../vault/sodium.ts';
import { Connections } from './connections.ts';
import type { ConnectionDefaults } from './endpoint.ts';
import { HostRun } from './host-run.ts';
import type { FileOpener } from './local-files.ts';
import { plainWords } from './plain-text.ts';
import { PlayRun, type PlaySettings } from './play-run.ts';
import { RunInventory } from './run-inventory.ts';
import type { SecretsAhead } from './secrets-ahead.ts';
import { strategyOf } from './strategy.ts';
import { varsFilesOf } from './vars-files.ts';
import { Walk } from './walk.ts';
import { yesOrNo } from './yes-or-no.ts';

export interface RunOptions {
  readonly check: boolean;
  readonly diff: boolean;
  readonly verbosity: number;
  /** Hosts worked on at the same time. */
  readonly forks: number;
  /** `implicit`: facts are gathered unless a play says no; `explicit`: only where it says yes. */
  readonly gathering: 'implicit' | 'explicit' | 'smart';
  /** For plays that do not say. */
  readonly gatherSubset: readonly string[] | undefined;
  /** Seconds. */
  readonly gatherTimeout: number | undefined;
  readonly strategy: string;
  /** Seconds for one task; 0 is no limit. */
  readonly taskTimeout: number;
  readonly noLog: boolean;
  /** `hash_behaviour = merge`. */
  readonly mergeDicts: boolean;
  readonly forceHandlers: boolean;
  readonly anyErrorsFatal: boolean;
  readonly connection: ConnectionDefaults;
  /** Variables of the run itself: `ansible_check_mode`, `ansible_run_tags` … */
  readonly magic: ReadonlyMap<string, Raw>;
  /** Whether a task's tags are among those asked for. */
  selected(task: Task): boolean;
  /** The play's hosts: its pattern, narrowed by --limit, in its order. */
  hostsOf(play: Play, pattern: Value, inventory: Inventory): readonly string[];
  batches(hosts: readonly string[], serial: Value): readonly (readonly string[])[];
}

/** Content that is loaded while running. */
export interface RuntimeLoader {
  /** The block for an included file (relative names as Ansible finds them), and the file's name to show. */
  tasks(task: Task, file: string, play: Play): [Block, string];
  role(task: Task, parameters: ReadonlyMap<Value, Value>, play: Play): [Block, string];
  vars(path: string): RawDict;
}

export interface RunParts {
  readonly options: RunOptions;
  readonly inventory: Inventory;
  readonly extraVars: RawDict;
  readonly loader: RuntimeLoader;
  readonly surroundings: Omit<Surroundings, 'searchPath'>;
  readonly openFile: FileOpener;
  readonly secretsAhead?: SecretsAhead;
  emit(event: Event): void;
  /** Asks somebody at the terminal (`vars_prompt`, `pause`); undefined when nobody is there. */
  ask(prompt: string, echo: boolean): Promise<string | undefined>;
  reloadInventory(): Promise<Inventory>;
}

/** A whole run: plays one after another over the hosts of an inventory. */
export class Run {
  readonly connections = new Connections();
  readonly limit: ReturnType<typeof pLimit>;
  interrupted = false;
  readonly #waiting = new Set<() => void>();
  #inventory: RunInventory;
  readonly #surroundings: RunParts['surroundings'];
  readonly #hosts = new Map<string, HostRun>();
  #ids = 0;

  constructor(readonly parts: RunParts) {
    this.limit = pLimit(parts.options.forks);
    this.#inventory = new RunInventory(parts.inventory);
    this.#surroundings = {
      ...parts.surroundings,
      hostsOf: pattern => matchHosts(pattern, this.#inventory.current).hosts,
    };
  }

  get options(): RunOptions {
    return this.parts.options;
  }
  get loader(): RuntimeLoader {
    return this.parts.loader;
  }
  get extraVars(): RawDict {
    return this.parts.extraVars;
  }
  get surroundings(): RunParts['surroundings'] {
    return this.#surroundings;
  }
  get openFile(): FileOpener {
    return this.parts.openFile;
  }
  get magic(): ReadonlyMap<string, Raw> {
    return this.options.magic;
  }
  get inventoryVersion(): number {
    return this.#inventory.version;
  }

  emit(event: Event): void {
    this.parts.emit(event);
  }

  ask(prompt: string, echo: boolean): Promise<string | undefined> {
    return this.parts.ask(prompt, echo);
  }

  selected(task: Task): boolean {
    return this.options.selected(task);
  }

  nextId(): number {
    return ++this.#ids;
  }

  /** Runs the plays; ends with the recap, also when it was interrupted or cannot go on. */
  async execute(plays: readonly Play[]): Promise<{ failed: boolean; unreachable: boolean }> {
    const begin = performance.now();
    try {
      for (const play of plays) {
        if (this.interrupted || (await this.#play(play)) === 'stop') break;
      }
    } finally {
      await this.connections.close();
      const hosts = [...this.#hosts.values()]
        .filter(host => Object.values(host.tally.counts).some(count => count > 0))
        .map(host => ({ host: host.name, counts: host.tally.counts }));
      this.emit({
        type: 'recap',
        hosts,
        duration: performance.now() - begin,
        check: this.options.check,
        interrupted: this.interrupted,
      });
    }
    const all = [...this.#hosts.values()];
    return {
      // Hosts that failed only for others may have been rescued.
      failed: all.some(host => host.out === 'failed' && host.tally.failed > 0),
      unreachable: all.some(host => host.out === 'unreachable'),
    };
  }

  /** Ends the run as soon as may be: no further step begins, and what is running loses its connection. */
  async interrupt(): Promise<void> {
    this.interrupted = true;
    for (const wake of this.#waiting) wake();
    await this.connections.end();
  }

  /** The work's result; rejects at once when the run is interrupted, whatever the work is waiting for. */
  unlessInterrupted<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const wake = () => reject(new Error('the run was interrupted'));
      this.#waiting.add(wake);
      work()
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(wake));
    });
  }

  wait(milliseconds: number): Promise<void> {
    if (this.interrupted) return Promise.resolve();
    return new Promise(resolve => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#waiting.add(wake);
    });
  }

  hostRun(name: string): HostRun | undefined {
    const known = this.#hosts.get(name);
    if (known) return known;
    const host = this.#inventory.host(name);
    return host && this.#remember(host);
  }

  /** A host that is not in the inventory, named by `delegate_to`. */
  outsider(name: string): HostRun {
    return this.hostRun(name) ?? this.#remember({ name, groups: [], layers: [] });
  }

  hostNames(): Iterable<string> {
    return this.#inventory.hostNames();
  }

  groupNames(host: HostRun): Value {
    return this.#inventory.groupsOf(host.host);
  }

  groupMap(): Raw {
    return this.#inventory.groupMap();
  }

  addHost(name: string, groups: readonly string[], vars: RawDict): boolean {
    const changed = this.#inventory.addHost(name, groups, vars);
    const known = this.#hosts.get(name);
    if (known) for (const [key, value] of vars) known.assign(String(key), value);
    return changed;
  }

  addToGroup(host: HostRun, group: string, parents: readonly string[]): boolean {
    return this.#inventory.addToGroup(host.name, group, parents);
  }

  async refreshInventory(): Promise<void> {
    this.#inventory = this.#inventory.refreshed(await this.parts.reloadInventory());
  }

  clearErrors(): void {
    for (const host of this.#hosts.values()) host.out = undefined;
  }

  loadVars(path: string): RawDict {
    return this.loader.vars(path);
  }

  varsFiles(play: PlayRun, host: HostRun, final: boolean) {
    return varsFilesOf(play, host, final);
  }

  #remember(host: Host): HostRun {
    const run = new HostRun(host);
    this.#hosts.set(host.name, run);
    return run;
  }

  async #play(play: Play): Promise<'stop' | undefined> {
    const settings = await whenPrepared(() => this.#render(play));
    const names = this.options.hostsOf(play, settings.pattern, this.#inventory.current);
    // `order` is about the order of work: for variables the hosts stand as the pattern names them.
    const unordered =
      play.order === undefined
        ? names
        : this.options.hostsOf({ ...play, order: undefined }, settings.pattern, this.#inventory.current);
    const named = unordered.map(name => this.hostRun(name) ?? this.outsider(name));
    const position = play.position;
    if (named.length === 0) {
      this.emit({ type: 'play-start', name: settings.name, hosts: [], position });
      return undefined;
    }
    const prompted = await this.#prompt(play);
    const batches = this.options.batches(names, settings.serial);
    for (const [index, batch] of batches.entries()) {
      const taking = batch.map(name => this.hostRun(name)!).filter(host => host.out === undefined);
      this.emit({
        type: 'play-start',
        name: settings.name,
        hosts: taking.map(host => host.name),
        position,
        ...(batches.length > 1 && { batch: { number: index + 1, of: batches.length } }),
      });
      const running = new PlayRun(this, play, taking, named, prompted, settings);
      await Promise.all(taking.map(host => new Walk(running, host).run()));
      if (running.endsPlay || this.interrupted) break;
      // A batch that failed as a whole ends the run.
      if (batch.length === taking.length && taking.every(host => host.out !== undefined)) return 'stop';
    }
    return undefined;
  }

  /** What a play's head says, in the variables that are known before any host. */
  #render(play: Play): PlaySettings & { pattern: Value; serial: Value } {
    const templar = this.#templarBefore(play);
    const value = (raw: Raw | undefined): Value => (raw === undefined ? null : templar.render(raw));
    const pattern = plainWords(value(play.hosts));
    const strategy = plainWords(value(play.strategy));
    const gather = value(play.gatherFacts);
    const limit = plainWords(value(play.maxFailPercentage));
    const name = play.name === undefined ? undefined : String(value(play.name));
    const patternText = isList(pattern) ? pattern.map(String).join(',') : String(pattern);
    return {
      name: name ?? patternText,
      pattern,
      serial: plainWords(value(play.serial)),
      strategy: strategyOf(strategy ?? this.options.strategy, play.position),
      gatherFacts: gather === null ? this.options.gathering !== 'explicit' : yesOrNo(templar, gather),
      forceHandlers:
        play.forceHandlers === undefined ? this.options.forceHandlers : yesOrNo(templar, play.forceHandlers),
      maxFailPercentage: limit === null ? undefined : Number(limit),
    };
  }

  /** Before there is any host. */
  #templarBefore(play: Play): Templar {
    const first = new HostRun({ name: 'localhost', groups: [], layers: [] });
    const bare = new PlayRun(this, play, [first], [first], new Map(), {
      name: '',
      strategy: 'linear',
      gatherFacts: false,
      forceHandlers: false,
      maxFailPercentage: undefined,
    });
    return bare.templar(first, undefined);
  }

  async #prompt(play: Play): Promise<ReadonlyMap<string, Raw>> {
    const answers = new Map<string, Raw>();
    for (const prompt of play.varsPrompt) {
      if (this.extraVars.has(prompt.name)) continue;
      const { answerPrompt, questionOf } = await import('./prompts.ts');
      const question = await whenPrepared(() => questionOf(prompt, this.#templarBefore(play)));
      answers.set(prompt.name, await answerPrompt(prompt, question, this.parts));
    }
    return answers;
  }
}
