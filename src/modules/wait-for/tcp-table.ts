import { sh } from '../../core/shell.ts';
import type { Reader } from '../host/access.ts';

export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** As the kernel numbers them: 0A is LISTEN. */
  readonly state: string;
}

export interface Endpoint {
  /** Dotted for IPv4, also where it is mapped into IPv6; else 32 hexadecimal digits. */
  readonly address: string;
  readonly port: number;
}

/** The names of states in the kernel's numbering. */
export const STATES: Readonly<Record<string, string>> = {
  ESTABLISHED: '01',
  SYN_SENT: '02',
  SYN_RECV: '03',
  FIN_WAIT1: '04',
  FIN_WAIT2: '05',
  TIME_WAIT: '06',
};

export const LISTENING = '0A';

/** All TCP sockets of the host. */
export async function tcpTable(host: Reader): Promise<readonly Connection[]> {
  const text = await host.text(sh`cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; :`);
  return text.split('\n').flatMap(line => {
    const [, local, remote, state] = line.trim().split(/\s+/);
    if (!local?.includes(':') || !remote || !state) return [];
    return [{ local: endpoint(local), remote: endpoint(remote), state }];
  });
}

const MAPPED = '0000000000000000FFFF0000';

function endpoint(text: string): Endpoint {
  const [hex = '', port = '0'] = text.split(':');
  const last = hex.startsWith(MAPPED) ? hex.slice(MAPPED.length) : hex;
  const dotted = [6, 4, 2, 0].map(at => Number.parseInt(last.slice(at, at + 2), 16)).join('.');
  return { address: last.length === 8 ? dotted : hex, port: Number.parseInt(port, 16) };
}

export const ANY_ADDRESS: readonly string[] = ['0.0.0.0', '0'.repeat(32)];

/** ::1 as the kernel prints it. */
export const LOOPBACK_IPV6 = `${'0'.repeat(24)}01000000`;
