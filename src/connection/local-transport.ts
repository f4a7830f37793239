import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { childChannel } from './child-channel.ts';
import type { Channel, Transport } from './transport.ts';
import { Unreachable } from './types.ts';

/** The machine tsible itself runs on: commands are child processes. */
export class LocalTransport implements Transport {
  readonly lost = undefined;
  readonly #open = new Set<Channel>();

  async open(command: string): Promise<Channel> {
    // A session and process group of its own, as sshd gives: Ctrl-C at our terminal is for us alone.
    const child = spawn('/bin/sh', ['-c', command], { stdio: 'pipe', detached: true });
    const started = new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', error => reject(new Unreachable(`cannot start /bin/sh: ${error.message}`)));
    });
    const channel = childChannel(child);
    await started;
    this.#open.add(channel);
    channel.ended.then(() => this.#open.delete(channel));
    return channel;
  }

  tunnel(host: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host, () => resolve(socket));
      socket.once('error', reject);
    });
  }

  silentFor(): number {
    return 0;
  }

  async close(): Promise<void> {
    for (const channel of [...this.#open]) channel.close();
  }
}
