import { bytesOfText } from '../core/escaped-bytes.ts';
import { helloFrame, newMarker, RECORD } from './frame.ts';
import { type FrameSink, RecordScanner } from './record-scanner.ts';
import type { Channel, ChannelEnd } from './transport.ts';
import type { Outcome } from './types.ts';

/** Most bytes of one output that are kept; a command that prints more has no outcome but an error. */
export const LARGEST_OUTPUT = 1024 ** 3;

/** Most bytes of noise (a profile's, a banner's) before a shell's greeting that are kept. */
const LONGEST_NOISE = 64 * 1024;

/** Status of a command whose own end nobody could report: as if it had been ended by SIGKILL. */
const KILLED = 128 + 9;

/** What became of a frame whose command was started. */
export type FrameResult =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  /** The shell ended before it could say how the command did. */
  | { readonly kind: 'shell ended'; readonly stdout: Buffer; readonly stderr: Buffer }
  | { readonly kind: 'too large' };

/** A command on its way through a shell. */
export interface FrameHandle {
  /** Settles as soon as the command's status and all its output are known. */
  readonly result: Promise<FrameResult>;
  /** Settles when the shell is free again, or has ended; a child left in the background can delay it. */
  readonly finished: Promise<void>;
  /** The command's line of /proc/…/stat, once known. */
  readonly processStat: string | undefined;
}

/** One live POSIX shell at the other end of a channel. Frames run in the order in which they are written. */
export class Shell {
  readonly #channel: Channel;
  readonly #stdout = new RecordScanner();
  readonly #stderr = new RecordScanner();
  readonly #frames = new Set<PendingFrame>();
  /** The shell's process id and whether it can decode base64; rejects with a ShellNeverCame. */
  readonly hello: Promise<{ readonly pid: number; readonly base64: boolean }>;
  /** Settles when the shell is gone, after all its frames. */
  readonly ended: Promise<ChannelEnd>;
  #gone = false;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.stdout.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    channel.stderr.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    this.ended = channel.ended.then(end => {
      this.#gone = true;
      this.#stdout.end();
      this.#stderr.end();
      for (const frame of this.#frames) frame.shellEnded();
      this.#frames.clear();
      return end;
    });
    const marker = newMarker();
    const { frame, handle } = this.#expect(marker, 'greeting');
    this.hello = handle.result.then(result => {
      const match = /^(\d+) (\w*)$/.exec(frame.hello ?? '');
      if (result.kind === 'outcome' && match) return { pid: Number(match[1]), base64: match[2] === 'base64' };
      throw new ShellNeverCame(
        result.kind === 'shell ended'
          ? Buffer.concat([result.stderr, Buffer.from(' '), result.stdout])
          : Buffer.alloc(0),
      );
    });
    this.hello.catch(() => {});
    channel.stdin.write(helloFrame(marker));
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Announces a frame; its text must be written next. */
  expect(marker: string, kind: 'ask' | 'run'): FrameHandle {
    return this.#expect(marker, kind).handle;
  }

  write(text: string): void {
    this.#channel.stdin.write(bytesOfText(text));
  }

  /** Stops listening. A command that still runs goes on, and so do the children it left. */
  close(): void {
    this.#channel.close();
  }

  #expect(marker: string, kind: FrameKind): { frame: PendingFrame; handle: FrameHandle } {
    const frame = new PendingFrame(Buffer.from(marker, 'latin1'), kind);
    if (this.#gone) {
      frame.shellEnded();
    } else {
      this.#frames.add(frame);
      frame.finished.then(() => this.#frames.delete(frame));
      this.#stdout.expect(frame.sink('stdout'));
      this.#stderr.expect(frame.sink('stderr'));
    }
    return { frame, handle: frame };
  }
}

/** The shell's channel ended, or spoke, without our shell's greeting: `said` is all that came instead. */
export class ShellNeverCame extends Error {
  override readonly name = 'ShellNeverCame';
  constructor(readonly said: Buffer) {
    super('the shell did not start');
  }
}

/** Only a `run` frame tells its command's status apart from its own end. */
type FrameKind = 'greeting' | 'ask' | 'run';

class PendingFrame implements FrameHandle {
  readonly result: Promise<FrameResult>;
  readonly finished: Promise<void>;
  hello: string | undefined;
  processStat: string | undefined;
  readonly #marker: Buffer;
  readonly #kind: FrameKind;
  #settled = false;
  readonly #outputs: { readonly stdout: Output; readonly stderr: Output };
  #status: number | undefined;
  #resolve!: (result: FrameResult) => void;
  #finish!: () => void;

  constructor(marker: Buffer, kind: FrameKind) {
    this.#marker = marker;
    this.#kind = kind;
    const noise = kind === 'greeting';
    this.#outputs = { stdout: new Output(noise), stderr: new Output(noise) };
    this.result = new Promise(resolve => {
      this.#resolve = resolve;
    });
    this.finished = new Promise(resolve => {
      this.#finish = resolve;
    });
  }

  sink(name: 'stdout' | 'stderr'): FrameSink {
    const output = this.#outputs[name];
    return {
      marker: this.#marker,
      data: chunk => output.add(chunk),
      record: (kind, payload) => {
        if (kind === RECORD.hello) {
          // Whatever a profile or a banner printed before our greeting is nobody's output.
          this.hello ??= payload;
        } else if (kind === RECORD.process) {
          this.processStat ??= payload;
        } else {
          if (name === 'stdout') {
            this.#status ??= kind === RECORD.end && this.#kind === 'run' ? KILLED : statusOf(payload);
          }
          output.close(kind === RECORD.end);
          this.#settle();
        }
        return kind === RECORD.end;
      },
    };
  }

  shellEnded(): void {
    const { stdout, stderr } = this.#outputs;
    this.#resolve({ kind: 'shell ended', stdout: stdout.bytes(), stderr: stderr.bytes() });
    this.#finish();
  }

  #settle(): void {
    const { stdout, stderr } = this.#outputs;
    if (stdout.closed && stderr.closed && !this.#settled) {
      this.#settled = true;
      if (stdout.overflowed || stderr.overflowed) {
        this.#resolve({ kind: 'too large' });
      } else {
        const outcome = { status: this.#status!, stdout: stdout.bytes(), stderr: stderr.bytes() };
        this.#resolve({ kind: 'outcome', outcome });
      }
    }
    if (stdout.ended && stderr.ended) this.#finish();
  }
}

function statusOf(payload: string): number {
  const status = Number(payload);
  return /^\d{1,3}$/.test(payload) && status <= 255 ? status : KILLED;
}

/** One output of one frame: collected in chunks, put together once. */
class Output {
  /** The command has ended: what comes now is a background child's. */
  closed = false;
  /** The shell has gone on. */
  ended = false;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Only the beginning is kept, for an error message. */
  readonly #noise: boolean;

  constructor(noise: boolean) {
    this.#noise = noise;
  }

  get overflowed(): boolean {
    return this.#size > LARGEST_OUTPUT;
  }

  add(chunk: Buffer): void {
    if (this.closed || (this.#noise && this.#size > LONGEST_NOISE)) return;
    this.#size += chunk.length;
    if (this.overflowed) this.#chunks = [];
    else this.#chunks.push(chunk);
  }

  close(ended: boolean): void {
    this.closed = true;
    this.ended ||= ended;
  }

  bytes(): Buffer {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    return bytes;
  }
}
