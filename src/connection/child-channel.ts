import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Channel, ChannelEnd } from './transport.ts';

/** A child process of ours as a channel: a local shell, or an ssh client that speaks for a remote one. */
export function childChannel(child: ChildProcessWithoutNullStreams): Channel {
  let settle!: (end: ChannelEnd) => void;
  const ended = new Promise<ChannelEnd>(resolve => {
    settle = resolve;
  });
  // A process that has ended breaks the pipe to it; its end is told by "close".
  child.stdin.on('error', () => {});
  child.once('error', () => settle({ status: undefined }));
  child.once('close', (code, signal) => settle({ status: code ?? signalStatus(signal) }));
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    close: () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      settle({ status: undefined });
    },
  };
}

/** As a shell reports it; the few signals that end a shell from outside. */
function signalStatus(signal: NodeJS.Signals | null): number | undefined {
  const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
  const number = signal === null ? undefined : numbers[signal];
  return number === undefined ? undefined : 128 + number;
}
