import type { HostItem, HostResult, TaskEnd, TaskInfo } from '../core/event.ts';
import { formatPosition } from '../core/position.ts';
import { banner, stars } from './banner.ts';
import type { DifferenceLine } from './difference-text.ts';
import { durationText } from './duration-text.ts';
import { hostName, word } from './host-line.ts';
import { clean, displayWidth, type Page, type Span } from './page.ts';
import { taskHeading } from './task-title.ts';

/** Milliseconds from which on a task's duration is worth a word. */
const SLOW = 3000;

type Quiet = 'ok' | 'skipped';

interface Open {
  readonly task: TaskInfo;
  readonly quiet: Map<Quiet, Set<string>>;
  /** The host on which differences were shown first. */
  readonly shown: Map<string, string>;
  /** Hosts that had a line of their own. */
  readonly spoken: Set<string>;
  headed: boolean;
  /** The hosts that come to the task, in the play's order: that of their names, whoever is done first. */
  order: readonly string[];
}

/**
 * Under which heading lines stand. Hosts of which there is nothing to say are gathered, and named together
 * when their task ends: on the heading's line when they are all, below the others' lines otherwise.
 */
export class TaskOutput {
  readonly #page: Page;
  readonly #verbosity: number;
  readonly #open = new Map<TaskInfo, Open>();
  /** Quiet lines stand together, apart from what stands out. */
  #lastWasQuiet = false;
  /** Whose heading is the last one written. */
  #current: TaskInfo | undefined;

  constructor(page: Page, verbosity: number) {
    this.#page = page;
    this.#verbosity = verbosity;
  }

  start(task: TaskInfo, hosts: readonly string[]): void {
    this.#state(task).order = hosts;
    // With -vv the place of every task is shown, so every task has a heading.
    if (this.#verbosity >= 2) this.heading(task);
  }

  /** Whether a host's outcome has a line of its own. */
  standsOut(event: HostItem | HostResult): boolean {
    if (event.show !== undefined || this.#verbosity >= 1) return true;
    return event.status !== 'ok' && event.status !== 'skipped';
  }

  /** An outcome of which there is nothing to say. */
  collect(event: HostItem | HostResult): void {
    // An item is summed up by its loop's result.
    if (event.type === 'item') return;
    const { quiet } = this.#state(event.task);
    const status = event.status === 'skipped' ? 'skipped' : 'ok';
    const hosts = quiet.get(status) ?? new Set();
    quiet.set(status, hosts.add(`${hostName(event).slice(1, -1)}`));
  }

  /** The host has a line of its own under this task. */
  spokeOf(event: HostItem | HostResult): void {
    this.#state(event.task).spoken.add(event.host);
  }

  /** The host for which just these differences were shown already in this task; many hosts are alike. */
  hostWithSame(
    { task, host }: HostItem | HostResult,
    differences: readonly DifferenceLine[],
  ): string | undefined {
    if (differences.length === 0) return undefined;
    const { shown } = this.#state(task);
    const key = differences.map(([text]) => text).join('\n');
    const before = shown.get(key);
    if (before === undefined) shown.set(key, host);
    return before;
  }

  /** A loop has ended on a host; its items have had their lines, or none was worth one. */
  summed(event: HostResult): void {
    const calm = event.status === 'ok' || event.status === 'skipped';
    if (calm && !this.#state(event.task).spoken.has(event.host)) this.collect(event);
    if (event.ignored) this.#page.line(['...ignoring', 'skipped']);
    if (event.rescued) this.#page.line(['...to be rescued', 'skipped']);
  }

  /** Makes sure that what is written next stands under the task's heading. */
  heading(task: TaskInfo): void {
    const state = this.#state(task);
    if (this.#current === task) return;
    this.#current = task;
    this.#lastWasQuiet = false;
    state.headed = true;
    banner(this.#page, taskHeading(task));
    if (this.#verbosity >= 2 && task.position) {
      this.#page.line([`task path: ${formatPosition(task.position)}`, 'quiet']);
    }
  }

  included(task: TaskInfo, text: string): void {
    if (this.#verbosity >= 1) this.heading(task);
    this.#page.line([text, 'quiet']);
  }

  end({ task, duration }: TaskEnd): void {
    const state = this.#open.get(task);
    if (state) this.#close(state, duration);
  }

  /** For tasks whose end was never told: the run was interrupted. */
  endAll(): void {
    for (const state of [...this.#open.values()]) this.#close(state, 0);
    this.#current = undefined;
    this.#lastWasQuiet = false;
  }

  #close({ task, quiet: unordered, headed, order }: Open, duration: number): void {
    this.#open.delete(task);
    const quiet = inOrder(unordered, order);
    const took = duration >= SLOW ? durationText(duration) : undefined;
    if (headed) {
      if (quiet.size > 0) this.heading(task);
      for (const [status, hosts] of quiet)
        this.#page.line([`${word(status)}: ${this.#names(hosts, 0)}`, 'quiet']);
      if (took !== undefined) this.#page.line([`(took ${took})`, 'quiet']);
    } else if (quiet.size > 0) {
      this.#oneLine(task, quiet, took);
    }
    if (this.#current === task) this.#current = undefined;
  }

  #oneLine(task: TaskInfo, quiet: Open['quiet'], took: string | undefined): void {
    const heading = taskHeading(task);
    const room = this.#page.width - displayWidth(clean(heading)) - 8;
    const parts = [...quiet].map(
      ([status, hosts]) => `${word(status)}: ${this.#names(hosts, room / quiet.size)}`,
    );
    const end = parts.join('  ') + (took === undefined ? '' : ` (took ${took})`);
    const filler: Span = stars(this.#page, heading, displayWidth(clean(end)) + 1);
    if (!this.#lastWasQuiet) this.#page.line('');
    this.#lastWasQuiet = true;
    this.#page.line([heading, 'quiet'], filler, [` ${end}`, 'quiet']);
  }

  /** `[web1, web2]`, or how many they are when naming them takes too much room. */
  #names(hosts: ReadonlySet<string>, room: number): string {
    const named = `[${[...hosts].join(', ')}]`;
    const limit = room > 0 ? room : this.#page.width - 12;
    return displayWidth(named) <= Math.max(limit, 16) ? named : `${hosts.size} hosts`;
  }

  #state(task: TaskInfo): Open {
    let state = this.#open.get(task);
    if (!state) {
      state = { task, quiet: new Map(), spoken: new Set(), shown: new Map(), headed: false, order: [] };
      this.#open.set(task, state);
    }
    return state;
  }
}

function inOrder(quiet: Open['quiet'], order: readonly string[]): Open['quiet'] {
  // A name may say more than the host's: "web1 -> db1".
  const place = (name: string): number => order.indexOf(name.split(' ', 1)[0]!);
  return new Map(
    [...quiet].map(([status, names]) => [status, new Set([...names].sort((a, b) => place(a) - place(b)))]),
  );
}
