import type { Duplex, Readable, Writable } from 'node:stream';
import type { Unreachable } from './types.ts';

/** One command running on the host, with pipes to it. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once, after the last byte of both outputs was delivered. Never rejects. */
  readonly ended: Promise<ChannelEnd>;
  /** Gives the command end of file and stops listening to it; what it left running goes on. */
  close(): void;
}

/** How a channel's command ended, as far as the host told; status as in `Outcome`. */
export interface ChannelEnd {
  readonly status: number | undefined;
}

/** Anything that can start commands on a host: all that a session needs to know of ssh, or of its absence. */
export interface Transport {
  /** Starts a command line, read by the login user's shell: it must mean the same in every shell. */
  open(command: string): Promise<Channel>;
  tunnel(host: string, port: number): Promise<Duplex>;
  /** Set from the moment the connection is known to be gone. */
  readonly lost: Unreachable | undefined;
  /** Milliseconds since anything was heard from the host. */
  silentFor(): number;
  close(): Promise<void>;
}
