import { inherited, type Task } from '../core/play.ts';
import type { HostRun } from './host-run.ts';
import type { Turn } from './lockstep.ts';
import type { PlayRun } from './play-run.ts';
import { Stop } from './stop.ts';

/**
 * Lets hosts fail for others: `any_errors_fatal` and `max_fail_percentage` take every host of the play out of
 * its block, into the block's rescue and always, as if it had failed itself. So does a `run_once`, which one
 * host runs for all.
 */
export class SharedFate {
  /** Failed, and nothing rescues them. */
  readonly #lost = new Set<HostRun>();
  /** Those that were elsewhere when it happened: they stop at their next step. */
  readonly #doomed = new Set<HostRun>();

  /** Failed for others. */
  readonly #condemned = new Set<HostRun>();

  constructor(private readonly play: PlayRun) {}

  /** Whether the hosts must know of each other how the task ended before any goes on. */
  concerns(host: HostRun, task: Task, turn: Turn<HostRun>): boolean {
    if (!turn.together) return false;
    return this.play.maxFailPercentage !== undefined || this.#isFatal(host, task);
  }

  /** The host has failed, or was lost, at a task. */
  stopped(host: HostRun, rescuable: boolean): void {
    if (!rescuable) this.#lost.add(host);
  }

  /**
   * Waits for how the task ended on the others, and throws a Stop when their failure is this host's as well.
   *
   * @param stop how it ended here, if it ended badly
   */
  async share(host: HostRun, task: Task, turn: Turn<HostRun>, stop: Stop | undefined): Promise<void> {
    const stops = await turn.gather('fate', host, stop);
    if (stop) return;
    const failures = [...stops.values()].filter(other => other !== undefined);
    if (failures.length === 0) return;
    if (!this.#isFatal(host, task) && !this.#isTooMany()) return;
    for (const other of this.play.active) if (!turn.hosts.includes(other)) this.#doomed.add(other);
    this.#condemned.add(host);
    throw new Stop('failed', failures[0]!.task);
  }

  /** The host has failed for others. Whatever rescued it then, no later play has it. */
  shares(host: HostRun): boolean {
    return this.#condemned.has(host);
  }

  /** Throws the Stop that other hosts' failure has brought upon this one meanwhile. */
  meet(host: HostRun, task: Task): void {
    if (!this.#doomed.delete(host)) return;
    this.#condemned.add(host);
    throw new Stop('failed', task);
  }

  #isFatal(host: HostRun, task: Task): boolean {
    const { play } = this;
    if (inherited(task, 'anyErrorsFatal') === undefined) return play.run.options.anyErrorsFatal;
    return play.flag(task, 'anyErrorsFatal', play.templar(host, task)) === true;
  }

  #isTooMany(): boolean {
    const { maxFailPercentage, hosts } = this.play;
    return maxFailPercentage !== undefined && (this.#lost.size / hosts.length) * 100 > maxFailPercentage;
  }
}
