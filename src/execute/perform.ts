import type { Identity } from '../connection/types.ts';
import { UserError } from '../core/error.ts';
import { inherited, levels, type Task } from '../core/play.ts';
import { Secret } from '../core/secret.ts';
import { isDict, type Raw, type RawDict, TemplateText, type Value } from '../core/value.ts';
import type { Module, ModuleContext } from '../modules/define.ts';
import { HostAccess } from '../modules/host/access.ts';
import { Memory } from '../modules/host/memory.ts';
import { findModule } from '../modules/index.ts';
import { readParameters } from '../modules/parameters.ts';
import type { RenderOptions, Templar } from '../template/types.ts';
import { whenPrepared } from '../vault/sodium.ts';
import type { Action } from './actions/action.ts';
import { findAction } from './actions/index.ts';
import type { HostRun } from './host-run.ts';
import { TaskFiles } from './local-files.ts';
import type { PlayRun } from './play-run.ts';
import { fromOutcome, type TaskResult } from './result.ts';
import { readAhead, runModule } from './run-module.ts';

/** One rendering of a task's arguments, and what is done with them. */
export class Performance {
  #prepared: { args: Map<Value, Value> } | undefined;

  constructor(
    private readonly play: PlayRun,
    private readonly host: HostRun,
    private readonly task: Task,
    private readonly templar: Templar,
  ) {}

  /** Lets the host answer ahead what the module will ask; only worth it for modules that ask before they act. */
  async readAhead(): Promise<void> {
    const module = findModule(this.task.action);
    if (!module || this.task.delegateTo !== undefined) return;
    const access = await this.#access(this.host);
    await readAhead(module, this.#arguments(module), access, this.#context(module), this.task.args.named);
  }

  /** Renders the arguments, so that nothing can go wrong with them once the host is asked. */
  prepare(): undefined {
    const module = findModule(this.task.action);
    if (module) this.#arguments(module);
  }

  /** Sealed files may be met on the way, but never after something was changed: what needs them is asked before. */
  run(): Promise<TaskResult> {
    return whenPrepared(() => this.#run());
  }

  async #run(): Promise<TaskResult> {
    const { task } = this;
    const action = findAction(task.action);
    if (action) return this.#runAction(action);
    const module = findModule(task.action);
    if (!module) throw new UserError(`unknown module "${task.action}"`, { position: task.position });
    const diff = this.#wantsDiff();
    const target = this.#target();
    const access = await this.#access(target);
    const run = runModule(module, this.#arguments(module), access, this.#context(module), task.args.named);
    const outcome = fromOutcome(await this.#inTime(run), diff);
    if (!this.#predictsAsTheRun()) target.memory.forget();
    const result = outcome.facts ? this.#learn(target, outcome) : outcome;
    return target === this.host ? result : { ...result, delegatedTo: target.name };
  }

  #runAction(action: Action): TaskResult | Promise<TaskResult> {
    const { task, templar, host, play } = this;
    const raw = this.#withFreeForm(action.freeForm, action.names[0]);
    const known = new Set(
      Object.entries(action.parameters).flatMap(([name, { aliases }]) => [name, ...aliases]),
    );
    const own = new Map<Value, Raw>();
    const rest = new Map<string, Raw>();
    for (const [name, value] of [...this.#defaults(action), ...raw]) {
      if (action.open && !known.has(name as string)) rest.set(String(name), value);
      else if (action.asLoaded?.includes(name as string)) own.set(name, '');
      else own.set(name, value);
    }
    const args = templar.render(own) as ReadonlyMap<Value, Value>;
    const { values } = readParameters(
      action.names[0],
      action.parameters,
      action.constraints ?? [],
      args,
      task.args.named,
    );
    const recipients = this.#recipients(this.#target());
    return action.run(values, { task, host, recipients, play, templar, raw, rest, check: this.#check() });
  }

  /** The module's rendered arguments, its defaults (`module_defaults`) beneath them. */
  #arguments(module: Module): Map<Value, Value> {
    if (this.#prepared) return this.#prepared.args;
    const raw = new Map<Value, Raw>(this.#defaults(module));
    for (const [key, value] of this.#withFreeForm(module.freeForm, module.names[0])) raw.set(key, value);
    const args = new Map(this.templar.render(raw) as ReadonlyMap<Value, Value>);
    this.#prepared = { args };
    return args;
  }

  #withFreeForm(parameter: string | undefined, name: string): RawDict {
    const { named, free, template, position } = this.task.args;
    if (free === undefined && template === undefined) return named;
    const raw = new Map<Value, Raw>();
    if (template) {
      const rendered = this.templar.render(template);
      if (!isDict(rendered)) {
        throw new UserError(`the parameters of ${name} must be a mapping`, { position: template.position });
      }
      for (const [key, value] of rendered) raw.set(key, value);
    }
    if (free !== undefined) {
      if (parameter === undefined) {
        throw new UserError(`${name} takes named parameters, not plain text`, { position });
      }
      raw.set(parameter, free);
    }
    for (const [key, value] of named) raw.set(key, value);
    return raw;
  }

  #defaults(module: Pick<Module, 'names'>): RawDict {
    const found = new Map<Value, Raw>();
    for (const level of levels(this.task)) {
      if (!level.moduleDefaults) continue;
      for (const name of module.names) {
        const defaults = level.moduleDefaults.get(name);
        const rendered = defaults instanceof TemplateText ? this.templar.render(defaults) : defaults;
        if (isDict(rendered)) for (const [key, value] of rendered) found.set(key, value);
      }
    }
    return found;
  }

  #target(): HostRun {
    const raw = inherited(this.task, 'delegateTo');
    if (raw === undefined || raw === null) return this.host;
    // As a mapping's value, so that `omit` leaves nothing.
    const rendered = (this.templar.render(new Map([['to', raw]])) as ReadonlyMap<Value, Value>).get('to');
    if (rendered === undefined || rendered === null) return this.host;
    const name = String(reveal(rendered));
    return this.play.run.hostRun(name) ?? this.play.run.outsider(name);
  }

  async #access(target: HostRun): Promise<HostAccess> {
    const { play, task } = this;
    const scope = play.scope(target, task);
    const templar = target === this.host ? this.templar : play.templar(target, task, scope);
    const settings = play.connection(target, task, scope, templar);
    const identity: Identity | undefined = settings.identity();
    const session = await play.run.connections.open(settings.endpoint(target.name));
    return new HostAccess(session, identity, this.#predictsAsTheRun() ? target.memory : new Memory());
  }

  #context(module: Module): ModuleContext {
    const { play, task, templar } = this;
    return {
      check: this.#check(),
      local: new TaskFiles(task, play.play.folder, play.run.openFile),
      render: (template, options, extra) =>
        (extra ? templar.with(extra) : templar).renderText(template, options as RenderOptions),
      positionOf: parameter => {
        if (parameter === undefined) return task.args.position;
        const names = [parameter, ...(module.parameters[parameter]?.aliases ?? [])];
        const written = names.find(name => task.args.named.has(name));
        return written === undefined ? task.args.position : play.positionIn(task.args.named, written);
      },
      environment: this.#environment(),
    };
  }

  #environment(): ReadonlyMap<string, string | Secret> {
    const environment = new Map<string, string | Secret>();
    for (const level of levels(this.task)) {
      for (const raw of level.environment ?? []) {
        const values = this.templar.render(raw);
        if (values === null || values === '') continue;
        if (!isDict(values))
          throw new UserError('environment must be a mapping', { position: level.position });
        for (const [name, value] of values as ReadonlyMap<Value, Value>) {
          environment.set(String(name), value instanceof Secret ? value : environmentText(value));
        }
      }
    }
    return environment;
  }

  #learn(target: HostRun, result: TaskResult): TaskResult {
    for (const recipient of this.#recipients(target)) recipient.learn(result.facts!);
    return result;
  }

  /** The hosts whose facts and variables the task sets. */
  #recipients(target: HostRun): readonly HostRun[] {
    const { play, host, task, templar } = this;
    if (target !== host && play.flag(task, 'delegateFacts', templar)) return [target];
    if (!play.runsOnce(task, host)) return [host];
    return play.allHosts.filter(({ out }) => out !== 'unreachable');
  }

  /**
   * What a task with a `check_mode` of its own foresees is not what comes to be, and what it really does must
   * not build on what others foresee.
   */
  #predictsAsTheRun(): boolean {
    return this.#check() === this.play.run.options.check;
  }

  #check(): boolean {
    return this.play.flag(this.task, 'checkMode', this.templar) ?? this.play.run.options.check;
  }

  #wantsDiff(): boolean {
    return this.play.flag(this.task, 'diff', this.templar) ?? this.play.run.options.diff;
  }

  /** `timeout:` of the task, in seconds. */
  async #inTime<T>(work: Promise<T>): Promise<T> {
    const raw = inherited(this.task, 'timeout');
    const usual = this.play.run.options.taskTimeout;
    const seconds = raw === undefined || raw === null ? usual : Number(this.templar.render(raw));
    if (!(seconds > 0)) return work;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        // The command may still be running; its shell goes with the connection.
        void this.play.run.connections.drop(this.host.name);
        reject(
          new UserError(`the task took longer than ${seconds} seconds (timeout)`, {
            position: this.task.position,
          }),
        );
      }, seconds * 1000);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function reveal(value: Value): Value {
  return value instanceof Secret ? value.reveal() : value;
}

function environmentText(value: Value): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null ? 'None' : String(value);
}
