import type { Duplex } from 'node:stream';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import type { ParameterPattern } from '../parameter-pattern.ts';
import { LISTENING, tcpTable } from './tcp-table.ts';

/**
 * Connects from the host's own side; undefined when nobody answers in time. `listening`: somebody does, but
 * ssh is not allowed to connect there.
 */
export async function reach(
  host: Reader,
  address: string,
  port: number,
  limit: number,
): Promise<Duplex | 'listening' | undefined> {
  const attempt = host.tunnel(address, port);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), limit);
  });
  try {
    const socket = await Promise.race([attempt, late]);
    if (socket === undefined) attempt.then(later => later.destroy()).catch(() => {});
    return socket;
  } catch (error) {
    if (!isForbidden(error)) {
      if (error instanceof Error && error.name === 'Unreachable') throw error;
      return undefined;
    }
    return (await listens(host, address, port)) ? 'listening' : undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** The host's ssh server has its own word for what it does not want to do. */
function isForbidden(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'Unsupported' || /prohibited|: open failed$/.test(error.message))
  );
}

async function listens(host: Reader, address: string, port: number): Promise<boolean> {
  if (!/^(127\.|localhost$|0\.0\.0\.0$|::1$|::$)/.test(address)) {
    throw new Failure(
      `${address} port ${port} cannot be tried: the host's ssh server does not forward connections`,
      {},
      'AllowTcpForwarding is off there; ports of the host itself can be waited for all the same',
    );
  }
  return (await tcpTable(host)).some(({ local, state }) => state === LISTENING && local.port === port);
}

/** Reads what comes until it matches, or the other end has had its say. */
export function readUntil(
  socket: Duplex,
  pattern: ParameterPattern,
  limit: number,
): Promise<RegExpExecArray | undefined> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = () => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // What is still on its way is of no interest, and must not end the program.
      socket.on('error', () => {});
      socket.destroy();
    };
    const done = (match: RegExpExecArray | undefined) => {
      end();
      resolve(match);
    };
    const timer = setTimeout(() => done(undefined), limit);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      try {
        const match = pattern.exec(text);
        if (match) done(match);
      } catch (error) {
        end();
        reject(error);
      }
    });
    socket.once('end', () => done(undefined));
    socket.once('error', () => done(undefined));
    socket.once('close', () => done(undefined));
  });
}
