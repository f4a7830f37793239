import { UserError } from '../core/error.ts';
import type { Task } from '../core/play.ts';
import { type Raw, UnknownValue, type Value } from '../core/value.ts';
import type { Templar } from '../template/types.ts';
import { whenPrepared } from '../vault/sodium.ts';
import type { HostRun } from './host-run.ts';
import { Performance } from './perform.ts';
import type { PlayRun } from './play-run.ts';
import { registerValue, skipped, type TaskResult } from './result.ts';
import { prepareSecrets } from './secrets-ahead.ts';

/** Told of the tries of a task that is tried again. */
export type ReportRetry = (attempt: number, left: number, result: TaskResult, label?: Value) => void;

/** One time that a task runs: without a loop, or one turn of it. */
export class Once {
  label: Value | undefined;
  /** `no_log` */
  hidden = false;
  readonly #performance: Performance;

  constructor(
    private readonly play: PlayRun,
    private readonly host: HostRun,
    private readonly task: Task,
    readonly templar: Templar,
    private readonly reportRetry: ReportRetry,
  ) {
    this.#performance = new Performance(play, host, task, templar);
  }

  async readAhead(): Promise<void> {
    try {
      if (refusal(this.task, this.templar)) return;
      if (!this.task.loop) await prepareSecrets(this.play, this.host, this.task);
      await this.#performance.readAhead();
    } catch {
      // Whatever is wrong is found again, and reported, when it is this turn's time.
    }
  }

  async run(): Promise<TaskResult> {
    const { task, templar } = this;
    const refused = await whenPrepared(() => refusal(task, templar));
    if (refused) return refused;
    if (!task.loop) await prepareSecrets(this.play, this.host, task);
    // Everything is rendered before anything is done, so that it may be rendered twice.
    await whenPrepared(() => this.#performance.prepare());
    const until = task.until;
    const tries = this.#tries();
    for (let attempt = 1; ; attempt++) {
      const done = await this.#performance.run();
      const result = await whenPrepared(() => this.#judge(done, tries > 1 ? attempt : undefined));
      if (tries === 1 || result.status === 'unreachable' || result.status === 'unknown') return result;
      if (until ? await whenPrepared(() => this.#holds(until, result)) : result.status !== 'failed')
        return result;
      // Ansible counts the retries in the end, not the tries.
      if (attempt >= tries)
        return withAttempts({ ...result, status: 'failed', result: asFailed(result) }, tries - 1);
      this.reportRetry(attempt, tries - attempt, { ...result, hidden: this.hidden }, this.label);
      await this.play.wait(this.#delay() * 1000);
      if (this.play.run.interrupted) return result;
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
export function refusal(task: Task, templar: Templar): TaskResult | undefined {
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

/** The variable that `register` names, for the task's own later conditions. */
export function registerVars(task: Task, result: TaskResult): ReadonlyMap<string, Value> {
  return new Map(task.register === undefined ? [] : [[task.register, registerValue(result)]]);
}

function withAttempts(result: TaskResult, attempts: number): TaskResult {
  return { ...result, result: new Map(result.result).set('attempts', attempts) };
}

function asFailed(result: TaskResult): TaskResult['result'] {
  return new Map(result.result).set('failed', true);
}
