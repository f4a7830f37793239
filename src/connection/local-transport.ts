import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Channel, ChannelEnd, Transport } from './transport.ts';
import { Unreachable } from './types.ts';

/** The machine tsible itself runs on: commands are child processes. */
export class LocalTransport implements Transport {
  readonly lost = undefined;
  readonly #open = new Set<Channel>();

  async open(command: string): Promise<Channel> {
    // A session and process group of its own, as sshd gives: Ctrl-C at our terminal is for us alone.
    const child = spawn('/bin/sh', ['-c', command], { stdio: 'pipe', detached: true });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', error => reject(new Unreachable(`cannot start /bin/sh: ${error.message}`)));
    });
    let settle!: (end: ChannelEnd) => void;
    const ended = new Promise<ChannelEnd>(resolve => {
      settle = resolve;
    });
    // A shell that has ended breaks the pipe to it; its end is told by "close".
    child.stdin.on('error', () => {});
    child.once('close', (code, signal) => settle({ status: code ?? signalStatus(signal) }));
    const channel: Channel = {
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      ended,
      close: () => {
        child.stdin.destroy();
        child.stdout.destroy();
        child.stderr.destroy();
        child.unref();
        this.#open.delete(channel);
        settle({ status: undefined });
      },
    };
    this.#open.add(channel);
    ended.then(() => this.#open.delete(channel));
    return channel;
  }

  tunnel(host: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host, () => resolve(socket));
      socket.once('error', reject);
    });
  }

  onLost(): void {}

  silentFor(): number {
    return 0;
  }

  async close(): Promise<void> {
    for (const channel of [...this.#open]) channel.close();
  }
}

/** As a shell reports it; the few signals that end a shell from outside. */
function signalStatus(signal: NodeJS.Signals | null): number | undefined {
  const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
  const number = signal === null ? undefined : numbers[signal];
  return number === undefined ? undefined : 128 + number;
}
