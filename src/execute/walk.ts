import { UserError } from '../core/error.ts';
import type { TaskInfo } from '../core/event.ts';
import type { Block, Step, Task } from '../core/play.ts';
import type { Raw, Value } from '../core/value.ts';
import { whenPrepared } from '../vault/sodium.ts';
import { guarded } from './guarded.ts';
import { maybeResult } from './handlers.ts';
import type { HostRun } from './host-run.ts';
import { type Inclusion, includesOf, isInclude } from './include.ts';
import type { Place, Turn } from './lockstep.ts';
import { LookAhead } from './look-ahead.ts';
import { isMeta, runMeta } from './meta.ts';
import type { PlayRun } from './play-run.ts';
import { registerValue, type TaskResult } from './result.ts';
import { Stop } from './stop.ts';

import { executeTask } from './task-run.ts';

/** Takes one host through a play: facts, tasks, handlers, in step with the others. */
export class Walk {
  /** How many blocks with a rescue the host is in the tasks of. */
  #rescues = 0;
  /** The lists of steps it is in. */
  readonly #course: { steps: readonly Step[]; at: number }[] = [];
  readonly #ahead: LookAhead;
  /** Includes it is in. */
  #depth = 0;
  readonly #rolesDone = new Set<string>();
  /** The roles it is in, outermost first, and whether a task of theirs was run. */
  readonly #visits: { worked: boolean }[] = [];

  constructor(
    private readonly play: PlayRun,
    private readonly host: HostRun,
  ) {
    this.#ahead = new LookAhead(play, host);
  }

  async run(): Promise<void> {
    const { play, host } = this;
    const sections = [play.play.preTasks, [...play.play.roles, ...play.play.tasks], play.play.postTasks];
    try {
      await whenPrepared(() => play.loadVarsFiles(host, false));
      if (play.gatherTask) await this.#task(play.gatherTask, [0]);
      await whenPrepared(() => play.loadVarsFiles(host, true));
      for (const [index, steps] of sections.entries()) {
        const handlers = [index * 2 + 2];
        await this.#orForcedHandlers(handlers, () => this.#steps(steps, [index * 2 + 1]));
        await this.flush(handlers);
      }
    } catch (error) {
      // Wrong input found between tasks: a handler that does not exist, a vars file that cannot be read.
      if (error instanceof UserError) {
        host.out = 'failed';
        host.tally.failed++;
        play.reports.fault(host, error);
      } else if (!(error instanceof Stop)) throw error;
      else if (error.reason === 'failed' || error.reason === 'unreachable') {
        host.out = error.reason;
      }
    } finally {
      if (play.fate.shares(host)) host.out ??= 'failed';
      host.notified.clear();
      play.pace.leave(host);
    }
  }

  /**
   * Runs the handlers that were notified so far, in the order in which they are defined. One that is notified
   * by a later one waits for the next flush.
   */
  async flush(place: Place): Promise<void> {
    const { host, play } = this;
    // By index: a handler may include further ones.
    for (let index = 0; index < play.handlers.tasks.length; index++) {
      const task = play.handlers.tasks[index]!;
      const notified = host.notified.get(task);
      if (notified === undefined) continue;
      host.notified.delete(task);
      await this.#task(task, [...place, index], { handler: true, maybe: notified === 'maybe' });
    }
  }

  /** `force_handlers`: also where tasks fail, what was notified before is run, along with the other hosts'. */
  async #orForcedHandlers(place: Place, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (error instanceof Stop && error.reason === 'failed' && this.play.forceHandlers)
        await this.flush(place);
      throw error;
    }
  }

  async #steps(steps: readonly Step[], place: Place): Promise<void> {
    const standing = { steps, at: 0 };
    this.#course.push(standing);
    try {
      for (const [index, step] of steps.entries()) {
        standing.at = index;
        const here = [...place, index];
        if (step.kind === 'block') await this.#block(step, here);
        else if (this.play.run.selected(step)) await this.#task(step, here);
      }
    } finally {
      this.#course.pop();
    }
  }

  async #block(block: Block, place: Place): Promise<void> {
    const { role } = block;
    if (!role) return this.#parts(block, place);
    // A role is gone through once in a play, however often it is named, if any of its tasks was run.
    if (!role.allowDuplicates && this.#rolesDone.has(role.key)) return;
    const visit = { worked: false };
    this.#visits.push(visit);
    try {
      await this.#parts(block, place);
    } finally {
      this.#visits.pop();
    }
    if (visit.worked) this.#rolesDone.add(role.key);
  }

  async #parts(block: Block, place: Place): Promise<void> {
    let stop: Stop | undefined;
    try {
      await this.#attempt(block, place);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      stop = error;
    }
    if (stop?.reason === 'failed' && block.rescue.length > 0) stop = await this.#rescue(block, place, stop);
    // A host that is gone, or has ended by wish, runs nothing more.
    if (block.always.length > 0 && (!stop || stop.reason === 'failed')) {
      await this.#steps(block.always, [...place, 2]);
    }
    if (stop?.reason === 'role-ended' && block.role) return;
    if (stop) throw stop;
  }

  async #attempt(block: Block, place: Place): Promise<void> {
    if (block.rescue.length > 0) this.#rescues++;
    try {
      await this.#steps(block.tasks, [...place, 0]);
    } finally {
      if (block.rescue.length > 0) this.#rescues--;
    }
  }

  async #rescue(block: Block, place: Place, stop: Stop): Promise<Stop | undefined> {
    const { host } = this;
    for (const [name, value] of stop.variables) host.assign(name, value);
    try {
      await this.#steps(block.rescue, [...place, 1]);
      return undefined;
    } catch (error) {
      if (error instanceof Stop) return error;
      throw error;
    }
  }

  async #task(task: Task, place: Place, how: { handler?: boolean; maybe?: boolean } = {}): Promise<void> {
    const { play, host } = this;
    const turn = await play.pace.arrive(host, place);
    if (play.run.interrupted) throw new Stop('ended');
    if (play.ended) throw new Stop('ended', task);
    play.fate.meet(host, task);
    if (isMeta(task)) return this.#meta(task, turn, place);
    if (isInclude(task)) return this.#include(task, turn, place, how.handler === true);

    const info = await whenPrepared(() => play.reports.announce(turn, task, host, how.handler === true));
    const result = how.maybe ? this.#maybe(task, info) : await this.#oncePerPlay(task, turn, info);
    await this.#inSharedFate(task, turn, () => this.#settle(task, info, result));
  }

  async #inSharedFate(task: Task, turn: Turn<HostRun>, end: () => Promise<void>): Promise<void> {
    const { play, host } = this;
    const { fate } = play;
    let stop: Stop | undefined;
    try {
      await end();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      stop = error;
      fate.stopped(host, this.#rescues > 0);
    }
    if (await whenPrepared(() => fate.concerns(host, task, turn))) await fate.share(host, task, turn, stop);
    if (stop) throw stop;
  }

  /** `run_once`: the first host of the turn runs it for all. */
  async #oncePerPlay(task: Task, turn: Turn<HostRun>, info: TaskInfo): Promise<TaskResult> {
    if (!(await whenPrepared(() => this.play.runsOnce(task, this.host)))) return this.#execute(task, info);
    return turn.share('run once', () => this.#execute(task, info));
  }

  async #execute(task: Task, info: TaskInfo): Promise<TaskResult> {
    const { play, host } = this;
    const begin = performance.now();
    const result = await play.run.limit(() => {
      // It may have waited long for its turn.
      if (play.run.interrupted) throw new Stop('ended');
      const work = async () => {
        await this.#ahead.prepare(this.#course);
        return executeTask(play, host, task, {
          item: (index, label, item, duration) => {
            if (!play.run.interrupted) play.reports.item(host, info, index, label, item, duration);
          },
          retry: (attempt, left, retried, label) => {
            if (!play.run.interrupted) play.reports.retry(host, info, attempt, left, retried, label);
          },
        });
      };
      return play.reports.whileWatched(host, info, () =>
        guarded(play, host, task, () => play.run.unlessInterrupted(work)),
      );
    });
    this.#ahead.learn(result.status !== 'ok' && result.status !== 'skipped');
    play.reports.result(host, info, task, result, performance.now() - begin, this.#rescues > 0);
    return result;
  }

  #maybe(task: Task, info: TaskInfo): TaskResult {
    const result = maybeResult();
    this.play.reports.result(this.host, info, task, result, 0, false);
    return result;
  }

  async #settle(task: Task, info: TaskInfo, result: TaskResult): Promise<void> {
    const { play, host } = this;
    const visit = this.#visits.at(-1);
    if (visit && result.status !== 'skipped') visit.worked = true;
    if (task.register !== undefined) host.assign(task.register, registerValue(result));
    if (task.notify && (result.status === 'changed' || result.status === 'unknown')) {
      for (const notice of task.notify) {
        const how = result.status === 'changed' ? 'surely' : 'maybe';
        await whenPrepared(() => play.handlers.notify(host, task, info, notice, how));
      }
    }
    if (result.ignored) return;
    if (result.status === 'unreachable') throw new Stop('unreachable', task, result);
    if (result.status === 'failed') throw new Stop('failed', task, result);
  }

  async #meta(task: Task, turn: Turn<HostRun>, place: Place): Promise<void> {
    // Not announced: meta tasks are steps of the play, not work on a host.
    const info = await whenPrepared(() =>
      turn.share(task, () => this.play.reports.describe(task, this.host, false)),
    );
    const end = await runMeta(task, {
      play: this.play,
      host: this.host,
      info,
      flush: () => this.flush([...place, 0]),
    });
    if (end) throw new Stop(end, task);
  }

  async #include(task: Task, turn: Turn<HostRun>, place: Place, handler: boolean): Promise<void> {
    const { play, host } = this;
    const info = await whenPrepared(() => play.reports.announce(turn, task, host, handler));
    const once = await whenPrepared(() => play.runsOnce(task, host));
    if (once && turn.hosts.indexOf(host) > 0) return;
    const begin = performance.now();
    const included = await includesOf(play, host, task, turn, (refused, index, label) =>
      play.reports.item(host, info, index, label, refused, 0),
    );
    const own = isInclusions(included) ? included : [];
    const all = once ? new Map([[host, own]]) : await turn.gather('included', host, own);
    // Said once for all who are here together; who comes late says its own.
    if (turn.together && all.size > 1) turn.share('included said', () => play.reports.included(all, info));
    else play.reports.included(all, info);
    if (!isInclusions(included)) {
      play.reports.result(host, info, task, included, performance.now() - begin, this.#rescues > 0);
      return this.#inSharedFate(task, turn, () => this.#settle(task, info, included));
    }
    if (++this.#depth > DEEPEST) {
      throw new UserError(`includes are nested more than ${DEEPEST} deep`, {
        position: task.args.position,
        hint: 'does a file include itself, with no condition that ends it?',
      });
    }
    host.tally.ok += included.length;
    if (task.register !== undefined) host.assign(task.register, INCLUDED);
    try {
      for (const inclusion of included) await this.#included(inclusion, place);
    } finally {
      this.#depth--;
    }
  }

  async #included({ block, order, frame }: Inclusion, place: Place): Promise<void> {
    const { frames } = this.host;
    this.play.addRole(block);
    const before = frames.get(block);
    frames.set(block, frame);
    try {
      await this.#block(block, [...place, order]);
    } finally {
      if (before) frames.set(block, before);
      else frames.delete(block);
    }
  }
}

/** Far more than anybody nests, and less than what the stack bears. */
const DEEPEST = 100;

/** What `register` of an include sees. */
const INCLUDED: Raw = new Map<Value, Raw>([
  ['changed', false],
  ['failed', false],
]);

function isInclusions(included: readonly Inclusion[] | TaskResult): included is readonly Inclusion[] {
  return Array.isArray(included);
}
