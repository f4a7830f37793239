import { UserError } from '../core/error.ts';
import { inherited, type LoopControl, levels, type Task } from '../core/play.ts';
import { UnknownValue, type Value } from '../core/value.ts';
import type { Templar } from '../template/types.ts';
import { whenPrepared } from '../vault/sodium.ts';
import { guarded } from './guarded.ts';
import type { HostRun } from './host-run.ts';
import { usesLookups } from './lookups-used.ts';
import { loopItems, loopVariables } from './loop.ts';
import { Once, type ReportRetry, refusal, registerVars } from './once.ts';
import type { PlayRun } from './play-run.ts';
import { combined, skipped, type TaskResult } from './result.ts';
import { prepareSecrets } from './secrets-ahead.ts';

/** Told of everything that is to be reported while a task runs. */
export interface TaskReports {
  item(index: number, label: Value, result: TaskResult, duration: number): void;
  readonly retry: ReportRetry;
}

/** Runs a task, with its loop and retries, on one host. Never throws for what goes wrong on that host. */
export async function executeTask(
  play: PlayRun,
  host: HostRun,
  task: Task,
  reports: TaskReports,
): Promise<TaskResult> {
  const templar = play.templar(host, task);
  // Before the task sets the variables that this may depend on.
  const hidden = await whenPrepared(() => play.hides(task, templar));
  const result = await guarded(play, host, task, async () => {
    if (task.loop) return runLoop(play, host, task, templar, reports);
    const once = new Once(play, host, task, templar, reports.retry);
    once.hidden = hidden;
    return once.run();
  });
  // A loop's turns were ignored, and hidden, one by one.
  return result.turns ? result : whenPrepared(() => ignoring(play, task, templar, { ...result, hidden }));
}

/** Lets the host answer ahead what a task will ask. Never throws: what is wrong shows when the task runs. */
export async function readTaskAhead(play: PlayRun, host: HostRun, task: Task): Promise<void> {
  try {
    // Lookups read files and run programs: that is done once, and when the task is run.
    if (task.delegateTo !== undefined || usesLookups(task)) return;
    const templar = play.quietTemplar(host, task);
    const views = task.loop
      ? loopItems(task.loop, templar, task.action).map((_item, index, items) =>
          templar.with(loopVariables(task.loop!.control, items, index)),
        )
      : [templar];
    await Promise.all(views.map(view => new Once(play, host, task, view, () => {}).readAhead()));
  } catch {
    // Most often a variable that an earlier task has yet to register.
  }
}

/** For steps that are no work on a host (`meta`): how the task ended when its `when` does not let it run. */
export async function conditionsOf(
  play: PlayRun,
  host: HostRun,
  task: Task,
  templar = play.templar(host, task),
): Promise<TaskResult | undefined> {
  const hidden = await whenPrepared(() => play.hides(task, templar));
  const refused = await guarded(play, host, task, () => whenPrepared(() => refusal(task, templar)));
  return refused && { ...refused, hidden };
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
  const hidden = await whenPrepared(() => play.hides(task, templar));
  const ended = await guarded(play, host, task, async () => {
    let refused: TaskResult | undefined;
    let taken = 0;
    const consider = (view: Templar, turn?: LoopTurn): boolean => {
      refused = refusal(task, view);
      if (refused) return false;
      take(view, turn);
      taken++;
      return true;
    };
    if (!task.loop) await whenPrepared(() => consider(templar));
    else {
      const { loop } = task;
      const items = await whenPrepared(() => loopItems(loop, templar, task.action));
      for (const [index, item] of items.entries()) {
        const vars = loopVariables(task.loop.control, items, index);
        const view = templar.with(vars);
        const label = await whenPrepared(() => labelOf(task, view, item));
        if (await whenPrepared(() => consider(view, { vars, label }))) continue;
        pass({ ...refused!, hidden: await whenPrepared(() => play.hides(task, view)) }, index, label);
      }
    }
    return taken > 0 ? undefined : (refused ?? skipped('No items in the list'));
  });
  return ended && { ...ended, hidden };
}

async function runLoop(
  play: PlayRun,
  host: HostRun,
  task: Task,
  templar: Templar,
  reports: TaskReports,
): Promise<TaskResult> {
  const loop = task.loop!;
  // With a condition, some or all of its turns may use none.
  if (levels(task).every(level => level.when === undefined)) await prepareSecrets(play, host, task);
  let items: readonly Value[];
  try {
    items = await whenPrepared(() => loopItems(loop, templar, task.action));
  } catch (error) {
    // A loop over something that is not there is no fault where `when` skips the task anyway.
    if (error instanceof UserError) {
      const refused = await conditionsOf(play, host, task, templar);
      if (refused?.status === 'skipped') return refused;
    }
    throw error;
  }
  if (items.length === 0) return skipped('No items in the list', { result: emptyLoop() });

  const turnOf = (index: number, view: Templar): Once => {
    const vars = loopVariables(loop.control, items, index);
    return new Once(play, host, task, view.with(vars), reports.retry);
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
    const label = await whenPrepared(() => labelOf(task, turn.templar, items[index]!));
    turn.label = label;
    turn.hidden = await whenPrepared(() => play.hides(task, turn.templar));
    const result = { ...(await guarded(play, host, task, () => turn.run())), hidden: turn.hidden };
    const withItem = { ...result, result: inLoop(result, loop.control, items, index) };
    const shown = await whenPrepared(() => ignoring(play, task, turn.templar, withItem));
    results.push(shown);
    reports.item(index, label, shown, performance.now() - begin);
    if (result.status === 'unreachable' || play.run.interrupted) break;
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

function ignoring(play: PlayRun, task: Task, templar: Templar, result: TaskResult): TaskResult {
  if (result.status !== 'failed' && result.status !== 'unreachable') return result;
  const key = result.status === 'failed' ? 'ignoreErrors' : 'ignoreUnreachable';
  if (inherited(task, key) === undefined) return result;
  return play.flag(task, key, templar) ? { ...result, ignored: true } : result;
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
