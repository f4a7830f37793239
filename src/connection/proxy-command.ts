import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';

/** The standard input and output of a local command as a stream, as ssh's ProxyCommand has it. */
export function startProxyCommand(command: string): { socket: Duplex; release: () => Promise<void> } {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  child.stdin.on('error', () => {});
  const socket = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.once('error', error => socket.destroy(error));
  child.once('exit', () => socket.destroy());
  return {
    socket,
    release: async () => {
      child.kill();
    },
  };
}
