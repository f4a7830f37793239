import { UserError } from '../core/error.ts';
import {
  type Block,
  inherited,
  type Play,
  type RoleUse,
  roleOf,
  type Step,
  type Task,
} from '../core/play.ts';
import { type Position, positionOf } from '../core/position.ts';
import { LazyDict, type Raw, type RawDict, UnknownValue, type Value } from '../core/value.ts';
import { createTemplar } from '../template/index.ts';
import type { Templar } from '../template/types.ts';
import { LayeredScope, layersFor } from '../vars/layers.ts';
import { findAction } from './actions/index.ts';
import { ConnectionSettings } from './endpoint.ts';
import { Handlers } from './handlers.ts';
import { HostRun } from './host-run.ts';
import { searchFolders, searchPath } from './local-files.ts';
import { Free, Linear, type Pace } from './lockstep.ts';
import type { Run, RunOptions } from './run.ts';
import { SharedFate } from './shared-fate.ts';
import { TaskReports } from './task-reports.ts';
import { yesOrNo } from './yes-or-no.ts';

/** One batch of hosts going through one play. */
export class PlayRun {
  readonly name: string;
  readonly forceHandlers: boolean;
  readonly maxFailPercentage: number | undefined;
  readonly pace: Pace<HostRun>;
  readonly handlers = new Handlers(this);
  readonly reports = new TaskReports(this);
  readonly gatherTask: Task | undefined;
  /** Roles whose variables all tasks see. */
  readonly roles: RoleUse[] = [];
  readonly fate = new SharedFate(this);
  /** `meta: end_play` or `end_batch`: no host takes a further step. */
  ended = false;
  /** `meta: end_play`: no further batch begins. */
  endsPlay = false;
  readonly #magic = new Map<HostRun, { version: number; vars: Map<string, Raw> }>();
  readonly #allNames: readonly string[];
  #present: { changes: number; ofPlay: readonly string[]; ofBatch: readonly string[] } | undefined;
  readonly #views = new Map<string, { version: number; templar: Templar }>();

  constructor(
    readonly run: Run,
    readonly play: Play,
    /** This batch. */
    readonly hosts: readonly HostRun[],
    /** All hosts of the play, of every batch. */
    readonly allHosts: readonly HostRun[],
    readonly prompted: ReadonlyMap<string, Raw>,
    settings: PlaySettings,
  ) {
    this.#allNames = namesOf(allHosts);
    this.pace = settings.strategy === 'free' ? new Free(hosts) : new Linear(hosts);
    this.gatherTask = settings.gatherFacts ? gatherTask(play, run.options) : undefined;
    this.name = settings.name;
    this.forceHandlers = settings.forceHandlers;
    this.maxFailPercentage = settings.maxFailPercentage;
    for (const block of play.roles) this.addRole(block);
    for (const steps of [play.preTasks, play.tasks, play.postTasks]) this.#addRolesIn(steps);
    this.handlers.add(play.handlers);
  }

  /** Makes a role's variables and handlers known to the play, and those of roles it pulls in. */
  addRole(block: Block): void {
    const use = block.role;
    if (use) {
      if (use.public && !this.roles.includes(use)) this.roles.push(use);
      this.handlers.add(use.handlers);
    }
    this.#addRolesIn([...block.tasks, ...block.rescue, ...block.always]);
  }

  #addRolesIn(steps: readonly Step[]): void {
    for (const step of steps) if (step.kind === 'block') this.addRole(step);
  }

  /** Hosts of this batch that still take part. */
  get active(): readonly HostRun[] {
    return this.hosts.filter(host => host.out === undefined);
  }

  scope(host: HostRun, step: Step | undefined, more?: ReadonlyMap<string, Raw>): LayeredScope {
    const layers = layersFor({
      magic: this.#magicOf(host, step),
      extra: this.run.extraVars,
      variables: host.variables,
      play: this.play,
      prompted: this.prompted,
      roles: this.roles,
      step,
      frame: block => host.frames.get(block),
    });
    if (more) layers.unshift({ origin: 'the task itself', vars: more });
    return new LayeredScope(layers, this.run.options.mergeDicts);
  }

  templar(host: HostRun, step: Step | undefined, scope = this.scope(host, step)): Templar {
    const folders = searchFolders(step, this.play.folder);
    const { surroundings } = this.run;
    // What is said may be about what the task computes with.
    const tells = () => !step || !this.hides(step, this.quietTemplar(host, step));
    return createTemplar(scope, {
      ...surroundings,
      warn: (message, position) => {
        if (tells()) surroundings.warn(message, position);
      },
      said: text => {
        if (tells()) surroundings.said?.(text);
      },
      searchPath: kind => searchPath(folders, kind),
    });
  }

  /** A templar whose warnings and hints go nowhere: for what is rendered ahead and will be rendered again. */
  quietTemplar(host: HostRun, step: Step): Templar {
    const folders = searchFolders(step, this.play.folder);
    const scope = this.scope(host, step);
    const withoutNames = { get: (name: string) => scope.get(name), names: () => [] };
    return createTemplar(withoutNames, {
      ...this.run.surroundings,
      warn: () => {},
      said: () => {},
      searchPath: kind => searchPath(folders, kind),
    });
  }

  connection(host: HostRun, step: Step | Play, scope: LayeredScope, templar: Templar): ConnectionSettings {
    return new ConnectionSettings(templar, name => scope.get(name), step, {
      ...this.run.options.connection,
      ...(host.name === 'localhost' && !host.host.file && { transport: 'local' }),
    });
  }

  /** A directive that says yes or no, from the nearest level that has it. */
  flag(step: Step, key: Flag, templar: Templar): boolean | undefined {
    const raw = inherited(step, key);
    return raw === undefined || raw === null ? undefined : yesOrNo(templar, raw, step.position);
  }

  /** `no_log`, as this host and this turn of a loop see it. What cannot be told is not shown. */
  hides(step: Step, templar: Templar): boolean {
    try {
      return this.flag(step, 'noLog', templar) ?? this.run.options.noLog;
    } catch (error) {
      if (error instanceof UserError || error instanceof UnknownValue) return true;
      throw error;
    }
  }

  positionIn(args: RawDict, key: string): Position | undefined {
    return positionOf(args, key) ?? positionOf(args);
  }

  /** Resolves after a time, or at once when the run is interrupted. */
  wait(milliseconds: number): Promise<void> {
    return this.run.wait(milliseconds);
  }

  /** vars_files, once before facts are there and once with them: their names may depend on facts. */
  loadVarsFiles(host: HostRun, final: boolean): void {
    if (this.play.varsFiles.length === 0) return;
    host.variables.varsFiles = this.run.varsFiles(this, host, final);
    host.version++;
  }

  /** The block that stands for an included file: loaded once for each task that includes it. */
  includedTasks(task: Task, file: string): [Block, string] {
    return this.run.loader.tasks(task, file, this.play);
  }

  includedRole(task: Task, named: ReadonlyMap<Value, Value>): [Block, string] {
    return this.run.loader.role(task, named, this.play);
  }

  /** `run_once`: one host runs it for all; where hosts do not wait for one another, each does. */
  runsOnce(task: Task, host: HostRun): boolean {
    if (this.pace instanceof Free) return false;
    // There is one terminal and one inventory for all of them.
    if (findAction(task.action)?.onceForAll) return true;
    if (inherited(task, 'runOnce') === undefined) return false;
    return this.flag(task, 'runOnce', this.templar(host, task)) === true;
  }

  /** `hostvars[name]`: that host's variables, each rendered as that host sees it. */
  view(host: HostRun): LazyDict {
    const templar = (): Templar => {
      const known = this.#views.get(host.name);
      if (known?.version === host.version) return known.templar;
      const fresh = this.templar(host, undefined, this.#hostScope(host));
      this.#views.set(host.name, { version: host.version, templar: fresh });
      return fresh;
    };
    const scope = (): LayeredScope => this.#hostScope(host);
    return new LazyDict(
      key => {
        const raw = typeof key === 'string' ? scope().get(key) : undefined;
        return raw === undefined ? undefined : templar().render(raw);
      },
      () => new Set(scope().names()),
    );
  }

  /** What is a host's own: nothing of the play, its files and its roles. */
  #hostScope(host: HostRun): LayeredScope {
    return new LayeredScope(
      layersFor({
        magic: this.#magicOf(host, undefined),
        extra: this.run.extraVars,
        variables: { ...host.variables, varsFiles: [] },
        play: undefined,
        prompted: new Map(),
        roles: [],
        step: undefined,
        frame: () => undefined,
      }),
    );
  }

  #magicOf(host: HostRun, step: Step | undefined): Map<string, Raw> {
    let entry = this.#magic.get(host);
    if (!entry || entry.version !== this.run.inventoryVersion) {
      entry = { version: this.run.inventoryVersion, vars: this.#hostMagic(host) };
      this.#magic.set(host, entry);
    }
    const use = step && roleOf(step);
    const vars = new Map(entry.vars);
    vars.set('ansible_facts', host.facts);
    const { ofPlay, ofBatch } = this.#presentHosts();
    vars.set('ansible_play_hosts', ofPlay);
    vars.set('ansible_play_batch', ofBatch);
    vars.set('play_hosts', ofBatch);
    if (use) {
      vars.set('role_name', use.role.name);
      vars.set('ansible_role_name', use.role.name);
      vars.set('role_path', use.role.path);
      const chain = [use, ...use.parents];
      const above = chain.flatMap(({ included }, i) => (included && chain[i + 1] ? [chain[i + 1]!] : []));
      if (above.length > 0) {
        vars.set(
          'ansible_parent_role_names',
          above.map(({ role }) => role.name),
        );
        vars.set(
          'ansible_parent_role_paths',
          above.map(({ role }) => role.path),
        );
      }
    }
    return vars;
  }

  /** The same lists for every host: each with lists of its own would take time and memory with the square of them. */
  #presentHosts() {
    if (this.#present?.changes !== HostRun.changesOfOut) {
      this.#present = {
        changes: HostRun.changesOfOut,
        ofPlay: namesOf(this.allHosts.filter(({ out }) => out === undefined)),
        ofBatch: namesOf(this.active),
      };
    }
    return this.#present;
  }

  #hostMagic(host: HostRun): Map<string, Raw> {
    const { run, play } = this;
    const direct = this.roles.filter(use => use.included || use.parents.length === 0);
    const dependent = this.roles.filter(use => !direct.includes(use)).map(use => use.role.name);
    const roleNames = direct.map(use => use.role.name);
    return new Map<string, Raw>([
      ...run.magic,
      ['inventory_hostname', host.name],
      ['inventory_hostname_short', host.name.split('.')[0]!],
      ['group_names', run.groupNames(host)],
      ['inventory_file', host.host.file ?? null],
      ['playbook_dir', play.folder],
      ['ansible_play_name', this.name],
      ['ansible_play_hosts_all', this.#allNames],
      ['ansible_play_role_names', roleNames],
      ['role_names', roleNames],
      ['ansible_role_names', [...new Set([...roleNames, ...dependent])]],
      ['ansible_dependent_role_names', [...new Set(dependent)]],
      ['groups', run.groupMap()],
      [
        'hostvars',
        new LazyDict(
          key => {
            const other = typeof key === 'string' ? run.hostRun(key) : undefined;
            return other && this.view(other);
          },
          () => run.hostNames(),
        ),
      ],
    ]);
  }
}

export interface PlaySettings {
  readonly name: string;
  readonly strategy: string;
  readonly gatherFacts: boolean;
  readonly forceHandlers: boolean;
  readonly maxFailPercentage: number | undefined;
}

function namesOf(hosts: readonly HostRun[]): readonly string[] {
  return hosts.map(({ name }) => name);
}

function gatherTask(play: Play, options: RunOptions): Task {
  const named = new Map<Value, Raw>();
  const subset = play.gatherSubset ?? options.gatherSubset;
  const timeout = play.gatherTimeout ?? options.gatherTimeout;
  if (subset !== undefined) named.set('gather_subset', subset);
  if (timeout !== undefined) named.set('gather_timeout', timeout);
  const { position } = play;
  return {
    kind: 'task',
    name: 'Gathering Facts',
    action: 'setup',
    args: { position, named },
    position,
    parent: play,
  };
}

/** Directives that say yes or no. */
type Flag =
  | 'ignoreErrors'
  | 'ignoreUnreachable'
  | 'anyErrorsFatal'
  | 'runOnce'
  | 'noLog'
  | 'diff'
  | 'checkMode'
  | 'delegateFacts';
