import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** The built program; `TSIBLE_DIST` names another build than the one in `dist/`. */
export const program = [process.execPath, resolve(root, process.env.TSIBLE_DIST ?? 'dist', 'tsible.js')];

export interface PlayEvent {
  readonly type: string;
  readonly host?: string;
  readonly status?: string;
  readonly message?: string;
  readonly task?: { readonly name: string; readonly role?: string };
  readonly hosts?: readonly { readonly host: string; readonly counts: Readonly<Record<string, number>> }[];
  readonly interrupted?: boolean;
  readonly result?: Readonly<Record<string, unknown>>;
  /** Milliseconds from the start of the program. */
  readonly at: number;
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly events: readonly PlayEvent[];
  /** Everything that was printed. */
  readonly output: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** `tsible play --json` as a process of its own, whose events are heard as they come. */
export class RunningPlay {
  readonly process: ChildProcess;
  readonly events: PlayEvent[] = [];
  readonly ended: Promise<Ended>;
  readonly #begin = performance.now();
  readonly #listeners: ((event: PlayEvent, index: number) => void)[] = [];
  #output = '';
  #line = '';

  /** `words` follow `tsible play --json`. */
  constructor(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const [command, ...first] = program;
    this.process = spawn(command!, [...first, 'play', '--json', ...words], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout!.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    this.ended = new Promise((done, reject) => {
      this.process.on('error', reject);
      this.process.on('close', (status, signal) => {
        const { events } = this;
        done({ status, signal, events, output: this.#output, duration: this.#now() });
      });
    });
  }

  onEvent(listener: (event: PlayEvent, index: number) => void): void {
    this.#listeners.push(listener);
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  #now(): number {
    return performance.now() - this.#begin;
  }

  #hear(text: string): void {
    this.#output += text;
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop()!;
    for (const line of lines) {
      if (!line.startsWith('{')) continue;
      const event = { ...(JSON.parse(line) as PlayEvent), at: this.#now() };
      this.events.push(event);
      for (const listener of this.#listeners) listener(event, this.events.length - 1);
    }
  }
}

export function changedCount(ended: Ended): number {
  const recap = ended.events.find(event => event.type === 'recap');
  return (recap?.hosts ?? []).reduce((sum, { counts }) => sum + counts.changed!, 0);
}
