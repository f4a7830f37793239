import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { hostText } from './host-text.ts';
import type { SshTarget } from './ssh-target.ts';
import type { Channel, ChannelEnd, Transport } from './transport.ts';
import { Unreachable } from './types.ts';

/** Milliseconds for an orderly goodbye before the socket is torn down. */
const GOODBYE = 1_000;

/** An authenticated ssh2 connection as a transport. */
export class Ssh2Transport implements Transport {
  readonly #client: Client;
  readonly #socket: Duplex;
  readonly #target: SshTarget;
  readonly #release: () => Promise<void>;
  #lost: Unreachable | undefined;
  #closing = false;
  #heard = performance.now();

  /** `release` ends what the connection itself stands on: jump hosts, a proxy command. */
  constructor(client: Client, socket: Duplex, target: SshTarget, release: () => Promise<void>) {
    this.#client = client;
    this.#socket = socket;
    this.#target = target;
    this.#release = release;
    socket.on('data', () => {
      this.#heard = performance.now();
    });
    // Before ssh2's own listeners, so that a channel's end is known to be the connection's.
    for (const event of ['end', 'close', 'error'])
      socket.prependListener(event, () => this.#lose('was closed'));
    client.on('error', error => this.#lose(lossReason(error, target)));
    client.on('close', () => this.#lose('was closed'));
  }

  get lost(): Unreachable | undefined {
    return this.#lost;
  }

  silentFor(): number {
    const { aliveInterval } = this.#target;
    // Without keepalives nobody owes an answer.
    if (aliveInterval === 0) return 0;
    return Math.max(0, performance.now() - this.#heard - aliveInterval);
  }

  open(command: string): Promise<Channel> {
    return new Promise((resolve, reject) => {
      if (this.#lost) return reject(this.#lost);
      this.#client.exec(command, (error, stream) => {
        if (!error) return resolve(asChannel(stream));
        // The loss of the connection is told to its channels first.
        setImmediate(() => reject(this.#lost ?? refusedChannel(error, this.#target)));
      });
    });
  }

  tunnel(host: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      if (this.#lost) return reject(this.#lost);
      this.#client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
        if (error)
          reject(
            this.#lost ??
              new Error(`${this.#target.name} cannot reach ${host} port ${port}: ${hostText(error.message)}`),
          );
        else resolve(stream);
      });
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    const socket = this.#socket;
    if (!socket.destroyed) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(() => {
          socket.destroy();
          resolve();
        }, GOODBYE);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        this.#client.end();
      });
    }
    await this.#release();
  }

  #lose(how: string): void {
    if (this.#lost || this.#closing) return;
    const { name, address, port } = this.#target;
    this.#lost = new Unreachable(`${name}: the connection to ${address} port ${port} ${how}`, LOST_HINT);
    this.#socket.destroy();
    this.#release();
  }
}

const LOST_HINT = 'what was running there may or may not have been completed';

function lossReason(error: Error & { level?: string }, target: SshTarget): string {
  if (error.message === 'Keepalive timeout') {
    return `was given up: no answer for ${(target.aliveInterval * (target.aliveCount + 1)) / 1000} s`;
  }
  return `was lost (${hostText(error.message)})`;
}

function refusedChannel(error: Error, target: SshTarget): Unreachable {
  return new Unreachable(
    `${target.name}: the server refused to open another channel (${hostText(error.message)})`,
    'see MaxSessions in the sshd_config of the host: one is needed for every user that tasks run as, and some spare',
  );
}

function asChannel(stream: ClientChannel): Channel {
  let status: number | undefined;
  let settle!: (end: ChannelEnd) => void;
  const ended = new Promise<ChannelEnd>(resolve => {
    settle = resolve;
  });
  stream.on('exit', (code: number | null, signal?: string) => {
    status = code ?? (signal === 'SIGKILL' ? 137 : signal === 'SIGTERM' ? 143 : undefined);
  });
  stream.on('error', () => {});
  let open = 2;
  const done = () => {
    if (--open === 0) settle({ status });
  };
  // "close" of each comes after its last data was read.
  stream.on('close', done);
  stream.stderr.on('close', done);
  return {
    stdin: stream,
    stdout: stream,
    stderr: stream.stderr,
    ended,
    close: () => {
      stream.removeAllListeners('data');
      stream.stderr.removeAllListeners('data');
      // Read on, to nowhere: a full window would keep the channel from closing.
      stream.resume();
      stream.stderr.resume();
      stream.close();
      settle({ status });
    },
  };
}
