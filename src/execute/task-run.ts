import { BecomeFailed, CommandTimeout, Unreachable, Unsupported } from '../connection/types.ts';
import { UserError } from '../core/error.ts';
import type { TaskInfo } from '../core/event.ts';
import { inherited, type LoopControl, type Task } from '../core/play.ts';
import { type Raw, UnknownValue, type Value } from '../core/value.ts';
import type { Templar } from '../template/types.ts';
import { whenPrepared } from '../vault/sodium.ts';
import type { HostRun } from './host-run.ts';
import { usesLookups } from './lookups-used.ts';
import { loopItems } from './loop.ts';
import { Performance } from './perform.ts';
import type { PlayRun } from './play-run.ts';
import { combined, failed, registerValue, skipped, type TaskResult, unknown } from './result.ts';

/** Told of everything that is to be reported while a task runs. */
export interface TaskReports {
  item(index: number, label: Value, result: TaskResult, duration: number): void;
  retry(attempt: number, left: number, result: TaskResult, label?: Value): void;
}

/** Runs a task, with its loop and retries, on one host. Never throws for what goes wrong on that host. */
export async function executeTask(
  play: PlayRun,
  host: HostRun,
  task: Task,
  info: TaskInfo,
  reports: TaskReports,
): Promise<TaskResult> {
  const templar = play.templar(host, task);
  const result = await guarded(play, host, task, async () => {
    if (!task.loop) return new Once(play, host, task, info, templar, reports).run();
    return runLoop(play, host, task, info, templar, reports);
  });
  // A loop's turns were ignored one by one.
  return result.turns ? result : ignoring(play, task, templar, result);
}

/** Lets the host answer ahead what a task will ask. Never throws: what is wrong shows when the task runs. */
export async function readTaskAhead(play: PlayRun, host: HostRun, task: Task): Promise<void> {
  try {
    // Lookups read files and run programs: that is done once, and when the task is run.
    if (task.delegateTo !== undefined || usesLookups(task)) return;
    const templar = play.quietTemplar(host, task);
    const views = task.loop
      ? loopItems(task.loop, templar).map((_item, index, items) =>
          templar.with(loopVariables(task.loop!.control, items, index)),
        )
      : [templar];
    await Promise.all(views.map(view => new Once(play, host, task, ANONYMOUS, view, SILENT).readAhead()));
  } catch {
    // Most often a variable that an earlier task has yet to register.
  }
}

const ANONYMOUS: TaskInfo = { id: 0, name: '', action: '', handler: false, noLog: true };
const SILENT: TaskReports = { item: () => {}, retry: () => {} };

/** For steps that are no work on a host (`meta`): how the task ended when its `when` does not let it run. */
export async function conditionsOf(
  play: PlayRun,
  host: HostRun,
  task: Task,
): Promise<TaskResult | undefined> {
  const templar = play.templar(host, task);
  return guarded(play, host, task, async () => refusal(task, templar));
}

/** One turn of a loop as an include sees it. */
export interface LoopTurn {
  readonly vars: ReadonlyMap<string, Value>;
  readonly label: Value;
}

/**
 * Calls `take` for each turn of the task's loop (once, without a loop) for which `when` holds, and `pass` for
 * each of a loop's for which it does not. Returns how the task ended when nothing was taken or something went wrong.
 */
export async function forEachTurn(
  play: PlayRun,
  host: HostRun,
  task: Task,
  take: (templar: Templar, turn?: LoopTurn) => void,
  pass: (refused: TaskResult, index: number, label: Value) => void,
): Promise<TaskResult | undefined> {
  const templar = play.templar(host, task);
  return guarded(play, host, task, async () => {
    let refused: TaskResult | undefined;
    let taken = 0;
    const consider = (view: Templar, turn?: LoopTurn): boolean => {
      refused = refusal(task, view);
      if (refused) return false;
      take(view, turn);
      taken++;
      return true;
    };
    if (!task.loop) consider(templar);
    else {
      const items = loopItems(task.loop, templar);
      for (const [index, item] of items.entries()) {
        const vars = loopVariables(task.loop.control, items, index);
        const view = templar.with(vars);
        const label = labelOf(task, view, item);
        if (!consider(view, { vars, label })) pass(refused!, index, label);
      }
    }
    return taken > 0 ? undefined : (refused ?? skipped('No items in the list'));
  });
}

async function runLoop(
  play: PlayRun,
  host: HostRun,
  task: Task,
  info: TaskInfo,
  templar: Templar,
  reports: TaskReports,
): Promise<TaskResult> {
  const loop = task.loop!;
  let items: readonly Value[];
  try {
    items = loopItems(loop, templar);
  } catch (error) {
    // A loop over something that is not there is no fault where `when` skips the task anyway.
    if (error instanceof UserError && conditionsIn(task).length > 0) {
      const refused = await guarded(play, host, task, async () => refusal(task, templar));
      if (refused?.status === 'skipped') return refused;
    }
    throw error;
  }
  if (items.length === 0) return skipped('No items in the list', { result: emptyLoop() });

  const turnOf = (index: number, view: Templar): Once => {
    const vars = loopVariables(loop.control, items, index);
    return new Once(play, host, task, info, view.with(vars), reports);
  };
  const turns = items.map((_item, index) => turnOf(index, templar));
  // The turns' questions travel together; what a turn then changes is asked again by those after it.
  if (turns.length > 1) await Promise.all(turns.map(turn => turn.readAhead()));

  const results: TaskResult[] = [];
  const { version } = host;
  for (const [index, prepared] of turns.entries()) {
    const begin = performance.now();
    // A turn sees the variables that those before it have set.
    const turn = host.version === version ? prepared : turnOf(index, play.templar(host, task));
    const label = labelOf(task, turn.templar, items[index]!);
    turn.label = label;
    const result = await guarded(play, host, task, () => turn.run());
    const withItem = { ...result, result: inLoop(result, loop.control, items, index) };
    const shown = ignoring(play, task, turn.templar, withItem);
    results.push(shown);
    reports.item(index, label, shown, performance.now() - begin);
    if (result.status === 'unreachable') break;
    if (loop.control.breakWhen) {
      const after = turn.templar.with(registerVars(task, withItem));
      if (loop.control.breakWhen.every(condition => after.holds(condition, loop.position))) break;
    }
    if (loop.control.pause !== undefined && index < turns.length - 1) {
      await play.wait(Number(turn.templar.render(loop.control.pause)) * 1000);
    }
  }
  return combined(results);
}

/** One time that a task runs: without a loop, or one turn of it. */
class Once {
  label: Value | undefined;
  readonly #performance: Performance;

  constructor(
    private readonly play: PlayRun,
    host: HostRun,
    private readonly task: Task,
    info: TaskInfo,
    readonly templar: Templar,
    private readonly reports: TaskReports,
  ) {
    this.#performance = new Performance(play, host, task, info, templar);
  }

  async readAhead(): Promise<void> {
    try {
      if (!refusal(this.task, this.templar)) await this.#performance.readAhead();
    } catch {
      // Whatever is wrong is found again, and reported, when it is this turn's time.
    }
  }

  async run(): Promise<TaskResult> {
    const { task, templar } = this;
    // Everything is rendered before anything is done, so that it may be rendered twice.
    const refused = await whenPrepared(() => refusal(task, templar) ?? this.#performance.prepare());
    if (refused) return refused;
    const until = task.until;
    const tries = this.#tries();
    for (let attempt = 1; ; attempt++) {
      const result = this.#judge(await this.#performance.run(), tries > 1 ? attempt : undefined);
      if (tries === 1 || result.status === 'unreachable' || result.status === 'unknown') return result;
      if (until ? this.#holds(until, result) : result.status !== 'failed') return result;
      // Ansible counts the retries in the end, not the tries.
      if (attempt >= tries)
        return withAttempts({ ...result, status: 'failed', result: asFailed(result) }, tries - 1);
      this.reports.retry(attempt, tries - attempt, result, this.label);
      await this.play.wait(this.#delay() * 1000);
    }
  }

  #tries(): number {
    const { task, templar } = this;
    if (task.retries === undefined || task.retries === null) return task.until ? 4 : 1;
    const retries = Number(templar.render(task.retries));
    return Number.isFinite(retries) && retries > 0 ? retries + 1 : 1;
  }

  #delay(): number {
    const { task, templar } = this;
    const delay = task.delay === undefined || task.delay === null ? 5 : Number(templar.render(task.delay));
    return Number.isFinite(delay) && delay > 0 ? delay : 0;
  }

  #holds(conditions: readonly Raw[], result: TaskResult): boolean {
    const templar = this.templar.with(registerVars(this.task, result));
    return conditions.every(condition => templar.holds(condition, this.task.position));
  }

  /** What `changed_when` and `failed_when` make of a result, in this order. */
  #judge(given: TaskResult, attempt: number | undefined): TaskResult {
    const { task } = this;
    if (given.status === 'unreachable' || given.status === 'skipped' || given.status === 'unknown')
      return given;
    let result = attempt === undefined ? given : withAttempts(given, attempt);
    try {
      if (task.changedWhen) result = withChanged(result, this.#holds(task.changedWhen, result));
      if (task.failedWhen) result = withFailed(result, this.#holds(task.failedWhen, result));
      return result;
    } catch (error) {
      // The work is done whatever the condition's fault: its result is kept.
      if (!(error instanceof UserError) || error instanceof UnknownValue) throw error;
      const { message, hint, position } = error;
      return { ...result, status: 'failed', message, hint, position, result: asFailed(result) };
    }
  }
}

function withChanged(result: TaskResult, changed: boolean): TaskResult {
  const values = new Map(result.result).set('changed', changed);
  const status = result.status === 'failed' ? 'failed' : changed ? 'changed' : 'ok';
  return { ...result, status, result: values };
}

function withFailed(result: TaskResult, fails: boolean): TaskResult {
  const values = new Map(result.result).set('failed', fails).set('failed_when_result', fails);
  const status = fails ? 'failed' : values.get('changed') === true ? 'changed' : 'ok';
  const said = result.message === undefined || result.message === '' ? 'failed_when holds' : result.message;
  return { ...result, status, result: values, ...(fails && { message: said }) };
}

/** `when` says no; undefined when it says yes. */
function refusal(task: Task, templar: Templar): TaskResult | undefined {
  for (const { condition, position } of conditionsIn(task)) {
    if (!templar.holds(condition, position)) {
      const text = isText(condition) ? condition : undefined;
      return skipped('Conditional result was False', text === undefined ? {} : { message: `when: ${text}` });
    }
  }
  return undefined;
}

function conditionsIn(task: Task): { condition: Raw; position: Task['position'] }[] {
  const found: { condition: Raw; position: Task['position'] }[] = [];
  for (let level: Task['parent'] | Task = task; level; level = level.parent) {
    const { position } = level;
    found.unshift(...(level.when ?? []).map(condition => ({ condition, position })));
  }
  return found;
}

function isText(condition: Raw): condition is string {
  return typeof condition === 'string';
}

/** Turns what was thrown on a host's behalf into that host's result. */
async function guarded<T>(
  play: PlayRun,
  host: HostRun,
  task: Task,
  run: () => Promise<T>,
): Promise<T | TaskResult> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UnknownValue) return unknown(error.message);
    if (error instanceof UserError) {
      const { cloud } = host.memory;
      if (play.run.options.check && cloud !== undefined && isUndefinedVariable(error)) return unknown(cloud);
      return failed(error.message, { hint: error.hint, position: error.position });
    }
    if (error instanceof Unreachable) {
      await play.run.connections.drop(host.name);
      const hint = error.hint;
      return {
        ...failed(error.message, { hint }),
        status: 'unreachable',
        result: unreachableResult(error.message),
      };
    }
    if (error instanceof BecomeFailed) return failed(error.message, { hint: error.hint });
    if (error instanceof CommandTimeout || error instanceof Unsupported) return failed(error.message);
    if (isSystemError(error)) return failed(error.message, { position: task.args.position });
    return failed(`internal error: ${error instanceof Error ? error.message : String(error)}`, {
      hint: `this is a fault in tsible; please report it with this trace: ${stackOf(error)}`,
    });
  }
}

function isUndefinedVariable(error: UserError): boolean {
  return /is undefined|undefined variable|has no attribute/.test(error.message);
}

/** A failing call to the controller's own system, such as a file of ours that cannot be read. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .slice(1, 4)
    .map(line => line.trim())
    .join(' ');
}

function ignoring(play: PlayRun, task: Task, templar: Templar, result: TaskResult): TaskResult {
  if (result.status !== 'failed' && result.status !== 'unreachable') return result;
  const key = result.status === 'failed' ? 'ignoreErrors' : 'ignoreUnreachable';
  if (inherited(task, key) === undefined) return result;
  return play.flag(task, key, templar) ? { ...result, ignored: true } : result;
}

/** The variable that `register` names, for the task's own later conditions. */
export function registerVars(task: Task, result: TaskResult): ReadonlyMap<string, Value> {
  return new Map(task.register === undefined ? [] : [[task.register, registerValue(result)]]);
}

function labelOf(task: Task, templar: Templar, item: Value): Value {
  const { label } = task.loop!.control;
  if (label === undefined) return item;
  try {
    return templar.render(label);
  } catch (error) {
    if (error instanceof UserError || error instanceof UnknownValue) return item;
    throw error;
  }
}

/** A turn's result names its item, and the loop's other variables where they were asked for. */
function inLoop(
  { result }: TaskResult,
  control: LoopControl,
  items: readonly Value[],
  index: number,
): TaskResult['result'] {
  return new Map<Value, Value>([...result, ...loopVariables(control, items, index)]);
}

function emptyLoop(): TaskResult['result'] {
  return new Map<Value, Value>([
    ['changed', false],
    ['failed', false],
    ['skipped', true],
    ['skipped_reason', 'No items in the list'],
    ['results', []],
  ]);
}

function unreachableResult(message: string): TaskResult['result'] {
  return new Map<Value, Value>([
    ['changed', false],
    ['failed', false],
    ['unreachable', true],
    ['msg', message],
  ]);
}

function withAttempts(result: TaskResult, attempts: number): TaskResult {
  return { ...result, result: new Map(result.result).set('attempts', attempts) };
}

function asFailed(result: TaskResult): TaskResult['result'] {
  return new Map(result.result).set('failed', true);
}

function loopVariables(control: LoopControl, items: readonly Value[], index: number): Map<string, Value> {
  const { loopVar = 'item', indexVar, extended } = control;
  const vars = new Map<string, Value>([
    [loopVar, items[index]!],
    ['ansible_loop_var', loopVar],
  ]);
  if (indexVar !== undefined) vars.set(indexVar, index).set('ansible_index_var', indexVar);
  if (extended) vars.set('ansible_loop', extendedLoop(items, index, control.extendedAllItems !== false));
  return vars;
}

function extendedLoop(items: readonly Value[], index: number, withAll: boolean): Value {
  const { length } = items;
  const loop = new Map<Value, Value>([
    ['index', index + 1],
    ['index0', index],
    ['first', index === 0],
    ['last', index === length - 1],
    ['length', length],
    ['revindex', length - index],
    ['revindex0', length - index - 1],
  ]);
  if (withAll) loop.set('allitems', items);
  if (index < length - 1) loop.set('nextitem', items[index + 1]!);
  if (index > 0) loop.set('previtem', items[index - 1]!);
  return loop;
}
