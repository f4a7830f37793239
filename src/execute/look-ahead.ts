import type { Step, Task } from '../core/play.ts';
import { isActModule } from '../modules/define.ts';
import { findModule } from '../modules/index.ts';
import type { HostRun } from './host-run.ts';
import type { PlayRun } from './play-run.ts';
import { readTaskAhead } from './task-run.ts';

/** At most this many tasks are asked ahead together. */
const MOST = 64;

/** The lists of steps a host is in, outermost first, each with the step it stands at. */
export type Course = readonly { readonly steps: readonly Step[]; readonly at: number }[];

/**
 * Lets a host answer in one go what its next tasks will ask. The answers wait in the host's memory, so that a
 * stretch of tasks that change nothing costs one round trip, and one process for what can be asked together.
 *
 * A change makes all answers void. So as long as tasks change things nothing is asked ahead, and with every
 * task that changes nothing the stretch grows again.
 */
export class LookAhead {
  #stretch = MOST;
  #asked = new Set<Task>();

  constructor(
    private readonly play: PlayRun,
    private readonly host: HostRun,
  ) {}

  /** Before the task at the end of `course` is run. */
  async prepare(course: Course): Promise<void> {
    const last = course.at(-1);
    const step = last?.steps[last.at];
    // What runs on the controller needs no answers; the next task that does asks for all after it.
    if (step?.kind !== 'task' || !asks(step) || this.#asked.has(step) || this.#stretch < 2) return;
    const next = upcoming(course, this.#stretch, task => this.play.run.selected(task));
    this.#asked = new Set(next);
    if (next.length < 2) return;
    await Promise.all(next.map(task => readTaskAhead(this.play, this.host, task)));
  }

  /** After a task has ended. */
  learn(changed: boolean): void {
    if (changed) {
      this.#asked.clear();
      this.#stretch = 1;
    } else this.#stretch = Math.min(MOST, this.#stretch * 2);
  }
}

function asks(task: Task): boolean {
  const module = findModule(task.action);
  return module !== undefined && !isActModule(module);
}

/** The next tasks that only ask before they act, up to the first whose effect cannot be told beforehand. */
function upcoming(course: Course, most: number, selected: (task: Task) => boolean): Task[] {
  const found: Task[] = [];
  const take = (steps: readonly Step[]): boolean => {
    for (const step of steps) {
      if (found.length >= most) return false;
      if (step.kind === 'block') {
        if (!take(step.tasks) || !take(step.always)) return false;
      } else if (selected(step)) {
        const module = findModule(step.action);
        if (module && isActModule(module)) return false;
        if (module) found.push(step);
      }
    }
    return true;
  };
  for (const [depth, { steps, at }] of [...course.entries()].reverse()) {
    const rest = steps.slice(depth === course.length - 1 ? at : at + 1);
    if (!take(rest)) break;
  }
  return found;
}
