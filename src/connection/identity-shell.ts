import { endProcess } from './end-process.ts';
import { askFrame, newMarker, type Request, runFrame } from './frame.ts';
import { type FrameHandle, type FrameResult, LARGEST_OUTPUT, type Shell, ShellNeverCame } from './shell.ts';
import { BecomeFailed, CommandTimeout, type Outcome, type Unreachable } from './types.ts';

/** Milliseconds a finished command's shell may stay busy before a new one takes its place. */
const LEFTOVER_GRACE = 250;

/** Status of a command that took its shell down with it, where the host tells none: as after SIGKILL. */
const SHELL_KILLED = 128 + 9;

export interface ShellSource {
  /** Starts a shell that is ready to read; throws Unreachable or BecomeFailed. */
  start(): Promise<Shell>;
  lost(): Unreachable | undefined;
  /** What to tell when a shell ended without its greeting. */
  refused(said: Buffer): Error;
  /** The program that reads users' commands. */
  readonly program: string;
  /** Whether the abandoned shell itself may be ended without harm to the children it left. */
  readonly mayEndAbandoned: boolean;
}

interface Job {
  readonly mode: 'ask' | 'run';
  readonly request: Request;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

interface Written {
  readonly job: Job;
  readonly handle: FrameHandle;
  timer?: NodeJS.Timeout | undefined;
  /** It is being ended; how it ends is no longer its outcome. */
  timedOut?: boolean;
}

/**
 * The commands of one identity, one after another, through one shell at a time. A shell that a command took
 * down, or keeps busy after its end, is replaced; commands that had not begun go to the new one.
 */
export class IdentityShell {
  readonly #source: ShellSource;
  readonly #queue: Job[] = [];
  /** Commands given to the current shell whose frames are not finished, oldest first. */
  #written: Written[] = [];
  #shell: Shell | undefined;
  #starting = false;
  #pumping = false;
  #closed = false;
  /** A failure that trying again cannot mend and must not repeat (a wrong password locks accounts). */
  #failed: BecomeFailed | undefined;
  #base64 = true;
  #pid: number | undefined;

  constructor(source: ShellSource) {
    this.#source = source;
  }

  submit(mode: Job['mode'], request: Request): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ mode, request, resolve, reject });
      this.#schedule();
    });
  }

  /** Starts the shell now; a failure is told to the first command. */
  warm(): void {
    if (!this.#shell) this.#start();
  }

  /** Whether the host has a base64; asks for a shell if there was none yet. */
  async base64(): Promise<boolean> {
    if (!this.#shell) await this.submit('ask', { script: ':', options: {} });
    return this.#base64;
  }

  close(): void {
    this.#closed = true;
    for (const written of this.#written) clearTimeout(written.timer);
    this.#shell?.close();
    this.#rejectAll(this.#source.lost() ?? new Error('the session is closed'));
  }

  /** Commands asked for in one turn travel in one write. */
  #schedule(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#queue.length === 0) return;
    const gone = this.#source.lost() ?? this.#failed ?? (this.#closed && new Error('the session is closed'));
    if (gone) this.#rejectAll(gone);
    else if (this.#shell) this.#writeTo(this.#shell);
    else this.#start();
  }

  #writeTo(shell: Shell): void {
    let text = '';
    while (this.#queue.length > 0 && !this.#exclusive()) {
      const job = this.#queue.shift()!;
      const marker = newMarker();
      try {
        text += this.#frame(job, marker);
      } catch (error) {
        job.reject(error as Error);
        continue;
      }
      const written: Written = { job, handle: shell.expect(marker, job.mode) };
      this.#written.push(written);
      this.#follow(shell, written);
    }
    if (text !== '') shell.write(text);
  }

  /** Behind a user's command nothing is written until the shell is free: it may have to be given up. */
  #exclusive(): boolean {
    const last = this.#written.at(-1)?.job;
    return last !== undefined && (last.mode === 'run' || last.request.options.timeout !== undefined);
  }

  #frame(job: Job, marker: string): string {
    const tools = { base64: this.#base64 };
    return job.mode === 'ask'
      ? askFrame(marker, job.request, tools)
      : runFrame(marker, job.request, tools, this.#source.program);
  }

  #follow(shell: Shell, written: Written): void {
    const { job, handle } = written;
    const { timeout } = job.request.options;
    if (timeout !== undefined) {
      written.timer = setTimeout(() => this.#timedOut(shell, written), timeout);
    }
    let grace: NodeJS.Timeout | undefined;
    handle.result.then(result => {
      clearTimeout(written.timer);
      if (result.kind === 'shell ended' || written.timedOut) return;
      settle(job, result);
      grace = setTimeout(() => this.#giveUp(shell), LEFTOVER_GRACE);
      grace.unref();
    });
    handle.finished.then(() => {
      clearTimeout(grace);
      if (shell !== this.#shell || shell.gone) return;
      this.#written = this.#written.filter(other => other !== written);
      this.#pump();
    });
  }

  #start(): void {
    if (this.#starting || this.#closed) return;
    this.#starting = true;
    const abandoned = this.#pid;
    this.#pid = undefined;
    this.#source
      .start()
      .then(shell => {
        if (this.#closed) return shell.close();
        this.#use(shell);
        if (abandoned !== undefined && this.#source.mayEndAbandoned) endQuietly(shell, abandoned);
        this.#starting = false;
        this.#pump();
      })
      .catch((error: Error) => {
        this.#starting = false;
        if (error instanceof BecomeFailed) this.#failed = error;
        this.#rejectAll(error);
      });
  }

  #use(shell: Shell): void {
    this.#shell = shell;
    const greeted = shell.hello.then(
      hello => {
        this.#base64 = hello.base64;
        if (shell === this.#shell) this.#pid = hello.pid;
      },
      (error: unknown) => error,
    );
    shell.ended.then(async end => {
      const failure = await greeted;
      if (shell !== this.#shell) return;
      this.#shell = undefined;
      this.#pid = undefined;
      const written = this.#written;
      this.#written = [];
      const lost = this.#source.lost();
      if (lost) {
        this.#written = written;
        return this.#rejectAll(lost);
      }
      if (failure instanceof ShellNeverCame) {
        this.#written = written;
        return this.#rejectAll(this.#source.refused(failure.said));
      }
      // The oldest one was running; the others had not begun.
      const [running, ...waiting] = written;
      this.#queue.unshift(...waiting.map(other => other.job));
      if (running) this.#diedIn(running, end.status);
      this.#pump();
    });
  }

  async #diedIn(running: Written, status: number | undefined): Promise<void> {
    clearTimeout(running.timer);
    const result = await running.handle.result;
    if (result.kind !== 'shell ended') return;
    const { stdout, stderr } = result;
    running.job.resolve({ status: status || SHELL_KILLED, stdout, stderr });
  }

  /** A child in the background keeps the finished command's pipes open: it goes on, with a shell of its own. */
  #giveUp(shell: Shell): void {
    if (shell !== this.#shell) return;
    this.#shell = undefined;
    this.#written = [];
    shell.close();
    if (this.#queue.length > 0) this.#start();
  }

  async #timedOut(shell: Shell, written: Written): Promise<void> {
    if (shell !== this.#shell) return;
    const { job, handle } = written;
    written.timedOut = true;
    this.#shell = undefined;
    // Nothing was written behind a command with a timeout, and what came before it has ended.
    this.#written = [];
    this.#starting = true;
    let error: Error = new CommandTimeout(
      `the command was ended after ${job.request.options.timeout! / 1000} s without having finished`,
    );
    try {
      const helper = await this.#source.start();
      this.#use(helper);
      await endProcess(script => this.#askOn(helper, script), handle.processStat);
    } catch (cause) {
      if (this.#source.lost()) error = cause as Error;
      else error = new CommandTimeout(`${error.message}, but it may still be running`, { cause });
    }
    shell.close();
    this.#starting = false;
    job.reject(error);
    this.#schedule();
  }

  /** One question to a shell past the queue. */
  async #askOn(shell: Shell, script: string): Promise<Outcome> {
    const marker = newMarker();
    const handle = shell.expect(marker, 'ask');
    shell.write(askFrame(marker, { script, options: {} }, { base64: this.#base64 }));
    const result = await handle.result;
    if (result.kind === 'outcome') return result.outcome;
    throw this.#source.lost() ?? new Error('the shell ended');
  }

  #rejectAll(error: Error): void {
    for (const { job, timer } of this.#written.splice(0)) {
      clearTimeout(timer);
      job.reject(error);
    }
    for (const job of this.#queue.splice(0)) job.reject(error);
  }
}

function settle(job: Job, result: FrameResult): void {
  if (result.kind === 'outcome') job.resolve(result.outcome);
  else job.reject(new Error(`the command printed more than ${LARGEST_OUTPUT / 1024 ** 2} MiB`));
}

function endQuietly(shell: Shell, pid: number): void {
  const marker = newMarker();
  shell.expect(marker, 'ask');
  shell.write(askFrame(marker, { script: `kill -9 ${pid}`, options: {} }, { base64: true }));
}
