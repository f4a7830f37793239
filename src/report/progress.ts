import type { TaskInfo } from '../core/event.ts';
import { durationText } from './duration-text.ts';
import type { Page } from './page.ts';
import { taskTitle } from './task-title.ts';

/** Milliseconds after which the hosts that keep the others waiting are named. */
const NAME_AFTER = 3000;

/** How far the current task has come, on the bottom line of a terminal. */
export class Progress {
  readonly #page: Page;
  readonly #now: () => number;
  #task: TaskInfo | undefined;
  #pending = new Set<string>();
  #total = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(page: Page, now: () => number) {
    this.#page = page;
    this.#now = now;
  }

  start(task: TaskInfo, hosts: readonly string[]): void {
    if (!this.#page.isTerminal) return;
    this.#task = task;
    this.#pending = new Set(hosts);
    this.#total = hosts.length;
    this.#since = this.#now();
    this.#draw();
    this.#timer ??= setInterval(() => this.#draw(), 1000).unref();
  }

  done(task: TaskInfo, host: string): void {
    if (task !== this.#task) return;
    this.#pending.delete(host);
    // One drawing for all the hosts that end in the same moment.
    if (this.#now() - this.#drawn >= 50) this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#task = undefined;
    this.#page.progress('');
  }

  #drawn = 0;

  #draw(): void {
    if (!this.#task) return;
    this.#drawn = this.#now();
    const elapsed = this.#drawn - this.#since;
    const parts = [`${this.#total - this.#pending.size}/${this.#total} hosts`, taskTitle(this.#task)];
    if (elapsed >= 1000) parts.push(durationText(Math.floor(elapsed / 1000) * 1000));
    if (elapsed >= NAME_AFTER && this.#pending.size > 0 && this.#pending.size < this.#total) {
      parts.push(`waiting for ${shortList([...this.#pending])}`);
    }
    this.#page.progress(`… ${parts.join(' · ')}`);
  }
}

function shortList(hosts: readonly string[]): string {
  const named = hosts.slice(0, 3).join(', ');
  return hosts.length > 3 ? `${named} and ${hosts.length - 3} more` : named;
}
