import { excerpt } from '../core/error.ts';
import type {
  Event,
  HostItem,
  HostResult,
  Included,
  Notice,
  Notified,
  PlayStart,
  RunError,
  Straggler,
} from '../core/event.ts';
import { formatPosition } from '../core/position.ts';
import { banner } from './banner.ts';
import { DifferenceText } from './difference-text.ts';
import { durationText } from './duration-text.ts';
import { writeFailure } from './failure-text.ts';
import { hostLine, retryLine } from './host-line.ts';
import { Page } from './page.ts';
import { Progress } from './progress.ts';
import { writeRecap } from './recap.ts';
import type { Report, Sink } from './sink.ts';
import { TaskOutput } from './task-output.ts';
import { blockText, inline } from './value-text.ts';

export interface HumanOptions {
  readonly sink: Sink;
  readonly colour: boolean;
  /** 0 to 4, as -v is counted. */
  readonly verbosity: number;
  readonly diff: boolean;
  /** Milliseconds; for the progress line. */
  readonly now?: () => number;
}

/**
 * Text for people: what Ansible's users know, but calm. A task that leaves every host as it was is one dim
 * line; what changed, failed or is to be read stands out with a line for each host.
 */
export async function humanReport(options: HumanOptions): Promise<Report> {
  return new HumanReport(options, options.diff ? await DifferenceText.load() : undefined);
}

class HumanReport implements Report {
  readonly #page: Page;
  readonly #progress: Progress;
  readonly #verbosity: number;
  readonly #differences: DifferenceText | undefined;
  readonly #tasks: TaskOutput;
  /** Warnings that were shown: once is enough, however many hosts they come from. */
  readonly #warned = new Set<string>();

  constructor({ sink, colour, verbosity, now = Date.now }: HumanOptions, differences?: DifferenceText) {
    this.#page = new Page(sink, colour);
    this.#progress = new Progress(this.#page, now);
    this.#tasks = new TaskOutput(this.#page, verbosity);
    this.#verbosity = verbosity;
    this.#differences = differences;
  }

  on(event: Event): void {
    switch (event.type) {
      case 'run-start':
        break;
      case 'play-start':
        this.#playStart(event);
        break;
      case 'task-start':
        this.#tasks.start(event.task, event.hosts);
        this.#progress.start(event.task, event.hosts);
        break;
      case 'item':
        this.#outcome(event);
        break;
      case 'result':
        this.#progress.done(event.task, event.host);
        this.#outcome(event);
        break;
      case 'retry':
        this.#tasks.heading(event.task);
        this.#page.line([retryLine(event), 'quiet']);
        break;
      case 'task-end':
        this.#tasks.end(event);
        break;
      case 'included':
        this.#included(event);
        break;
      case 'notified':
        this.#notified(event);
        break;
      case 'straggler':
        this.#straggler(event);
        break;
      case 'notice':
        this.#notice(event);
        break;
      case 'run-error':
        this.#runError(event);
        break;
      case 'recap':
        this.close();
        writeRecap(this.#page, event);
        break;
    }
  }

  close(): void {
    this.#tasks.endAll();
    this.#progress.stop();
  }

  #playStart({ name, hosts, batch, position }: PlayStart): void {
    this.#tasks.endAll();
    this.#progress.stop();
    const part = batch && batch.of > 1 ? ` (batch ${batch.number} of ${batch.of})` : '';
    banner(this.#page, `PLAY [${name}]${part}`);
    if (this.#verbosity >= 2 && position)
      this.#page.line([`play path: ${formatPosition(position)}`, 'quiet']);
    if (hosts.length === 0) this.#page.line(['skipping: no hosts matched', 'skipped']);
  }

  #outcome(event: HostItem | HostResult): void {
    this.#warnings(event);
    const differences = event.hidden ? [] : (this.#differences?.lines(event.differences) ?? []);
    if (event.type === 'result' && (event.items ?? 0) > 0) {
      this.#tasks.summed(event);
    } else if (!this.#tasks.standsOut(event) && differences.length === 0) {
      this.#tasks.collect(event);
    } else {
      this.#tasks.heading(event.task);
      this.#tasks.spokeOf(event);
      const same = this.#tasks.hostWithSame(event, differences);
      if (same === undefined) for (const [text, style] of differences) this.#page.block(text, 0, style);
      this.#line(event, same);
      this.#details(event);
    }
  }

  #line(event: HostItem | HostResult, same?: string): void {
    const said = event.hidden ? hidden(event) : told(event);
    const several = said?.includes('\n') === true;
    const end = said === undefined ? '' : several ? ' =>' : ` => ${said}`;
    this.#page.line(
      hostLine(event),
      end,
      same === undefined ? '' : [` (the same differences as on ${same})`, 'quiet'],
    );
    if (several) this.#page.block(said, 4);
  }

  #details(event: HostItem | HostResult): void {
    const verbose = this.#verbosity >= 1;
    if (event.status === 'failed' || event.status === 'unreachable') writeFailure(this.#page, event, verbose);
    if (verbose && !event.hidden && event.show === undefined && event.result.size > 0) {
      this.#page.block(blockText(event.result), 4, 'quiet');
    }
    if (event.ignored) this.#page.line(['...ignoring', 'skipped']);
    if (event.type === 'result' && event.rescued) this.#page.line(['...to be rescued', 'skipped']);
  }

  #warnings(event: HostItem | HostResult): void {
    if (event.hidden) return;
    const say = (kind: string, message: string) => {
      if (this.#warned.has(message)) return;
      this.#warned.add(message);
      this.#tasks.heading(event.task);
      this.#page.line([`[${kind}]: [${event.host}] ${message}`, 'warning']);
    };
    for (const message of event.warnings) say('WARNING', message);
    for (const message of event.deprecations ?? []) say('DEPRECATION WARNING', message);
  }

  #included({ task, name, hosts, label, hidden }: Included): void {
    const item = label === undefined || hidden ? '' : ` => (item=${inline(label)})`;
    this.#tasks.included(task, `included: ${name} for ${hosts.join(', ')}${item}`);
  }

  #notified({ host, task, handler }: Notified): void {
    if (this.#verbosity < 1) return;
    this.#tasks.heading(task);
    this.#page.line([`notified: [${host}]: ${handler}`, 'quiet']);
  }

  #straggler({ host, task, state, after }: Straggler): void {
    // A command that takes its time is nothing to worry about: the progress line names it.
    if (state === 'slow' && this.#page.isTerminal && this.#verbosity === 0) return;
    this.#tasks.heading(task);
    const time = durationText(after);
    if (state === 'slow') this.#page.line([`waiting: [${host}] has been at it for ${time}`, 'quiet']);
    if (state === 'silent') this.#page.line([`waiting: [${host}] has not answered for ${time}`, 'warning']);
    if (state === 'left')
      this.#page.line([`left behind: [${host}] has not answered for ${time}`, 'unreachable']);
  }

  #notice({ level, message, hint, position, host, verbosity = 0 }: Notice): void {
    if (verbosity > this.#verbosity) return;
    const about = host === undefined ? '' : `[${host}] `;
    const place = position ? `${formatPosition(position)}: ` : '';
    const text = `${about}${place}${message}`;
    if (level === 'info') {
      this.#page.block(text, 0, 'quiet');
    } else {
      if (this.#warned.has(text)) return;
      this.#warned.add(text);
      this.#page.block(`[${level === 'warning' ? 'WARNING' : 'DEPRECATION WARNING'}]: ${text}`, 0, 'warning');
    }
    if (hint !== undefined) this.#page.block(`hint: ${hint}`, 4, 'quiet');
  }

  #runError({ message, hint, position }: RunError): void {
    this.#tasks.endAll();
    this.#progress.stop();
    this.#page.line('');
    this.#page.block(`ERROR! ${position ? `${formatPosition(position)}: ` : ''}${message}`, 0, 'failed');
    if (position) for (const line of excerpt(position)) this.#page.block(line, 0);
    if (hint !== undefined) this.#page.block(`hint: ${hint}`, 0);
  }
}

function told({ show, status, message }: HostItem | HostResult): string | undefined {
  if (show !== undefined) return typeof show === 'string' ? show : blockText(show);
  return status === 'ok' || status === 'changed' ? undefined : message;
}

function hidden({ status }: HostItem | HostResult): string | undefined {
  return status === 'failed' || status === 'unreachable' ? 'the details are hidden by no_log' : undefined;
}
