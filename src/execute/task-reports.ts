import { UserError } from '../core/error.ts';
import type { TaskInfo } from '../core/event.ts';
import { roleOf, type Task } from '../core/play.ts';
import { type Raw, TemplateText, UnknownValue, type Value } from '../core/value.ts';
import type { HostRun } from './host-run.ts';
import { type Inclusion, titleOfInclude } from './include.ts';
import type { Turn } from './lockstep.ts';
import type { PlayRun } from './play-run.ts';
import type { TaskResult } from './result.ts';

/** Milliseconds after which a host that keeps the others waiting is named. */
const SLOW_AFTER = 5000;
const WATCH_EVERY = 500;

/** Tells what the tasks of a play do. */
export class TaskReports {
  /** Hosts still busy with an announced task. */
  readonly #pending = new Map<TaskInfo, { hosts: number; since: number }>();

  readonly #faults = new Set<string>();

  constructor(private readonly play: PlayRun) {}

  /** Announces a task once for all hosts that come to it together. */
  announce(turn: Turn<HostRun>, task: Task, host: HostRun, handler: boolean): TaskInfo {
    return turn.share(task, () => {
      const info = this.describe(task, host, handler);
      const hosts = turn.hosts.map(({ name }) => name);
      this.#pending.set(info, { hosts: hosts.length, since: performance.now() });
      this.play.run.emit({ type: 'task-start', task: info, hosts });
      return info;
    });
  }

  describe(task: Task, host: HostRun, handler: boolean): TaskInfo {
    const { play } = this;
    const role = roleOf(task)?.role.name;
    const templar = play.templar(host, task);
    const check = quietly(() => play.flag(task, 'checkMode', templar), undefined);
    return {
      id: play.run.nextId(),
      name: quietly(
        () => String(templar.render(task.name ?? titleOfInclude(task) ?? task.action)),
        rawText(task.name ?? titleOfInclude(task)) ?? task.action,
      ),
      ...(role !== undefined && { role }),
      action: task.action,
      position: task.position,
      handler,
      // A check run stays one whatever a task says; only `check_mode: false` runs for real in it.
      ...(check !== undefined && { check }),
    };
  }

  item(
    host: HostRun,
    task: TaskInfo,
    index: number,
    label: Value,
    result: TaskResult,
    duration: number,
  ): void {
    this.play.run.emit({ type: 'item', ...this.#ended(host, task, result, duration), index, label });
  }

  retry(
    host: HostRun,
    task: TaskInfo,
    attempt: number,
    left: number,
    result: TaskResult,
    label?: Value,
  ): void {
    this.play.run.emit({
      type: 'retry',
      host: host.name,
      task,
      attempt,
      retriesLeft: left,
      ...(label !== undefined && { label }),
      ...(result.message !== undefined && { message: result.message }),
      ...(result.hidden && { hidden: true }),
    });
  }

  result(
    host: HostRun,
    info: TaskInfo,
    task: Task,
    result: TaskResult,
    duration: number,
    rescuable: boolean,
  ): void {
    const rescued = rescuable && result.status === 'failed' && !result.ignored;
    const items = task.loop ? result.result.get('results') : undefined;
    if (rescued) host.tally.rescued++;
    else host.tally.count(result);
    this.play.run.emit({
      type: 'result',
      ...this.#ended(host, info, result, duration),
      ...(Array.isArray(items) && { items: items.length }),
      ...(rescued && { rescued }),
    });
    this.#finish(info);
  }

  /** What hosts include at one step: once for each file or role, with all hosts that go through it. */
  included(all: ReadonlyMap<HostRun, readonly Inclusion[]>, task: TaskInfo): void {
    const byOrder = new Map<number, { first: Inclusion; hosts: string[]; hidden: boolean }>();
    for (const [host, inclusions] of all) {
      for (const inclusion of inclusions) {
        const { order, hidden } = inclusion;
        const known = byOrder.get(order) ?? { first: inclusion, hosts: [], hidden };
        known.hosts.push(host.name);
        known.hidden ||= hidden;
        byOrder.set(order, known);
      }
    }
    for (const [, { first, hosts, hidden }] of [...byOrder].sort(([a], [b]) => a - b)) {
      const { name, label } = first;
      this.play.run.emit({
        type: 'included',
        task,
        name,
        hosts,
        ...(label !== undefined && { label }),
        ...(hidden && { hidden }),
      });
    }
  }

  /** A fault that is no task's: said once, however many hosts meet it. */
  fault(host: HostRun, error: UserError): void {
    const said = error.format();
    if (this.#faults.has(said)) return;
    this.#faults.add(said);
    const { message, hint, position } = error;
    this.play.run.emit({
      type: 'run-error',
      message: `${host.name}: ${message}`,
      ...(hint !== undefined && { hint }),
      ...(position && { position }),
    });
  }

  /** Names the host when it keeps others waiting, and lets them go on when it does not answer at all. */
  async whileWatched<T>(host: HostRun, task: TaskInfo, work: () => Promise<T>): Promise<T> {
    const { run, pace } = this.play;
    const begin = performance.now();
    let said: 'slow' | 'silent' | undefined;
    const watch = setInterval(() => {
      const after = performance.now() - begin;
      const silent = run.connections.silence(host.name);
      if (silent > 0 && said !== 'silent') {
        said = 'silent';
        run.emit({ type: 'straggler', host: host.name, task, state: 'silent', after: Math.round(silent) });
        pace.leaveBehind(host);
      } else if (after > SLOW_AFTER && said === undefined) {
        said = 'slow';
        run.emit({ type: 'straggler', host: host.name, task, state: 'slow', after: Math.round(after) });
      }
    }, WATCH_EVERY);
    try {
      return await work();
    } finally {
      clearInterval(watch);
    }
  }

  #finish(info: TaskInfo): void {
    const pending = this.#pending.get(info);
    if (!pending || --pending.hosts > 0) return;
    this.#pending.delete(info);
    this.play.run.emit({ type: 'task-end', task: info, duration: performance.now() - pending.since });
  }

  #ended(host: HostRun, task: TaskInfo, result: TaskResult, duration: number) {
    const { status, message, hint, position, differences, show, warnings, ignored, delegatedTo } = result;
    return {
      host: host.name,
      task,
      status,
      ...(message !== undefined && { message }),
      ...(hint !== undefined && { hint }),
      ...(position && { position }),
      differences,
      result: result.result,
      ...(show !== undefined && { show }),
      warnings,
      ...(delegatedTo !== undefined && { delegatedTo }),
      ...(ignored && { ignored }),
      ...(result.hidden && { hidden: true }),
      duration,
    };
  }
}

/** The value, or `otherwise` where a template of the user's cannot be rendered yet. */
function quietly<T>(render: () => T, otherwise: T): T {
  try {
    return render();
  } catch (error) {
    if (error instanceof UserError || error instanceof UnknownValue) return otherwise;
    throw error;
  }
}

function rawText(name: Raw | undefined): string | undefined {
  return name instanceof TemplateText ? name.text : typeof name === 'string' ? name : undefined;
}
