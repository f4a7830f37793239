import { didYouMean, UserError } from '../core/error.ts';
import type { TaskInfo } from '../core/event.ts';
import { roleOf, type Step, type Task, type Text } from '../core/play.ts';
import type { Position } from '../core/position.ts';
import { TemplateText } from '../core/value.ts';
import type { HostRun } from './host-run.ts';
import { plainText } from './plain-text.ts';
import type { PlayRun } from './play-run.ts';
import { type TaskResult, unknown } from './result.ts';

/** The handlers of a play, in the order in which they run. */
export class Handlers {
  readonly tasks: Task[] = [];

  constructor(private readonly play: PlayRun) {}

  add(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.kind === 'block') this.add(step.tasks);
      else if (!this.tasks.includes(step)) this.tasks.push(step);
    }
  }

  /** Marks what a `notify` names, to be run at the next flush. */
  notify(host: HostRun, task: Task, info: TaskInfo, notice: Text, how: 'surely' | 'maybe'): void {
    const rendered = this.play.templar(host, task).render(notice);
    const names = Array.isArray(rendered) ? rendered.map(plainText) : [plainText(rendered)];
    // All is rendered before anything is marked or said, so that it may be rendered twice.
    const found = names.map(name => [name, this.#named(name, host)] as const);
    for (const [name, named] of found) {
      if (named.length === 0) {
        throw new UserError(`there is no handler "${name}"`, {
          position: task.position,
          hint: didYouMean(name, this.names(host)),
        });
      }
      for (const handler of named) {
        // A role that is included again brings its handlers again: one of them is enough.
        for (const other of host.notified.keys()) {
          if (other !== handler && isSamePlace(other.position, handler.position)) host.notified.delete(other);
        }
        if (host.notified.get(handler) !== 'surely') host.notified.set(handler, how);
      }
      this.play.run.emit({ type: 'notified', host: host.name, task: info, handler: name });
    }
  }

  *names(host: HostRun): Iterable<string> {
    for (const task of this.tasks) {
      if (task.name !== undefined) yield this.#text(task.name, task, host);
      for (const topic of task.listen ?? []) yield this.#text(topic, task, host);
    }
  }

  /** Every handler that listens to the name, and the last one that has it. */
  #named(name: string, host: HostRun): Task[] {
    const found: Task[] = this.tasks.filter(task =>
      (task.listen ?? []).some(topic => this.#text(topic, task, host) === name),
    );
    const last = this.tasks.findLast(task => task.name !== undefined && this.#isCalled(task, name, host));
    if (last && !found.includes(last)) found.push(last);
    return found;
  }

  #isCalled(task: Task, name: string, host: HostRun): boolean {
    const text = this.#text(task.name!, task, host);
    const role = roleOf(task)?.role.name;
    return text === name || (role !== undefined && `${role} : ${text}` === name);
  }

  #text(text: Text, task: Task, host: HostRun): string {
    if (!(text instanceof TemplateText)) return text;
    try {
      return plainText(this.play.templar(host, task).render(text));
    } catch (error) {
      if (error instanceof UserError) return text.text;
      throw error;
    }
  }
}

function isSamePlace(a: Position, b: Position): boolean {
  return a.line === b.line && a.column === b.column && a.source.file === b.source.file;
}

/** A handler in a check run whose notifying task could not be told: it may run, or may not. */
export function maybeResult(): TaskResult {
  return unknown('whether it is notified depends on a task that a check run cannot tell');
}
