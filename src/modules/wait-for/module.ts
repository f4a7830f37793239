import { setTimeout as sleep } from 'node:timers/promises';
import { sh } from '../../core/shell.ts';
import { type Acted, actModule } from '../define.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { ParameterPattern } from '../parameter-pattern.ts';
import { each, mutuallyExclusive, t } from '../parameters.ts';
import { reach, readUntil } from './port.ts';
import { ANY_ADDRESS, STATES, tcpTable } from './tcp-table.ts';

/** Waits until a port answers or does not, a file is there or is not, or connections have ended. */
export const waitFor = actModule({
  names: ['wait_for', 'ansible.builtin.wait_for'],
  summary: 'Wait for a port, a file or a text in either',
  readOnly: true,
  parameters: {
    host: t.str({ default: '127.0.0.1', doc: 'Address to connect to, as seen from the host.' }),
    port: t.int({ doc: 'The port.' }),
    path: t.path({ doc: 'A file on the host.' }),
    search_regex: t.str({ doc: 'Text (Python regular expression) in the file, or sent by the port.' }),
    state: t.choice(['started', 'stopped', 'present', 'absent', 'drained'])({
      default: 'started',
      doc: 'What to wait for.',
    }),
    delay: t.int({ default: 0, doc: 'Seconds to let pass first.' }),
    timeout: t.int({ default: 300, doc: 'Seconds after which waiting has failed.' }),
    sleep: t.int({ default: 1, doc: 'Seconds between two looks.' }),
    connect_timeout: t.int({ default: 5, doc: 'Seconds for one connection to come about.' }),
    active_connection_states: t.list(each.str)({
      default: ['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT'],
      doc: 'States of connections that count as active, for drained.',
    }),
    exclude_hosts: t.list(each.str)({ doc: 'Addresses whose connections do not count, for drained.' }),
    msg: t.str({ doc: 'What to say when the time is over.' }),
  },
  constraints: [
    mutuallyExclusive('port', 'path'),
    given =>
      given.get('state') === 'drained' && !given.has('port') ? 'state drained needs a port' : undefined,
    given =>
      given.has('exclude_hosts') && given.get('state') !== 'drained'
        ? 'exclude_hosts goes with state drained only'
        : undefined,
    given =>
      given.get('state') === 'stopped' && given.has('path')
        ? 'state stopped is for ports; use absent for files'
        : undefined,
  ],

  async foresee(host, p) {
    if (p.port === undefined && p.path === undefined) return finished(p, 0, []);
    const found = await look(host, p);
    return found ? finished(p, 0, found) : 'unknown';
  },

  async act(host, p) {
    const begin = performance.now();
    const elapsed = () => (performance.now() - begin) / 1000;
    await sleep(p.delay * 1000);
    if (p.port === undefined && p.path === undefined) {
      await sleep(p.timeout * 1000);
      return finished(p, elapsed(), []);
    }
    for (;;) {
      const found = await look(host, p);
      if (found) return finished(p, elapsed(), found);
      const left = p.timeout - elapsed();
      if (left <= 0) throw new Failure(p.msg ?? overdue(p), { elapsed: Math.floor(elapsed()) });
      await sleep(Math.min(p.sleep, left) * 1000);
    }
  },
});

interface Wait {
  readonly host: string;
  readonly port: number | undefined;
  readonly path: string | undefined;
  readonly search_regex: string | undefined;
  readonly state: 'started' | 'stopped' | 'present' | 'absent' | 'drained';
  readonly connect_timeout: number;
  readonly active_connection_states: readonly string[];
  readonly exclude_hosts: readonly string[] | undefined;
}

/** What matched (nothing is a match of its own), or undefined while it is not yet so. */
async function look(host: Reader, p: Wait): Promise<readonly string[] | RegExpExecArray | undefined> {
  const pattern =
    p.search_regex === undefined
      ? undefined
      : new ParameterPattern('search_regex', p.search_regex, { multiline: true });
  const gone = p.state === 'stopped' || p.state === 'absent';
  if (p.path !== undefined) {
    const match = pattern
      ? pattern.exec(await textOf(host, p.path))
      : (await exists(host, p.path))
        ? []
        : null;
    return gone ? (match ? undefined : []) : (match ?? undefined);
  }
  if (p.state === 'drained') return (await active(host, p)) === 0 ? [] : undefined;
  const socket = await reach(host, p.host, p.port!, p.connect_timeout * 1000);
  if (gone) {
    if (typeof socket === 'object') socket.destroy();
    return socket === undefined ? [] : undefined;
  }
  if (socket === undefined) return undefined;
  if (!pattern) {
    if (typeof socket === 'object') socket.destroy();
    return [];
  }
  if (socket === 'listening')
    throw new Failure('what a port sends cannot be read: ssh does not forward connections there');
  return readUntil(socket, pattern, p.connect_timeout * 1000);
}

async function exists(host: Reader, path: string): Promise<boolean> {
  return (await host.ask(sh`[ -e ${path} ]`)).status === 0;
}

async function textOf(host: Reader, path: string): Promise<string> {
  return (await host.fetch(path))?.toString('utf8') ?? '';
}

/** How many connections to the port are still active. */
async function active(host: Reader, p: Wait): Promise<number> {
  const states = p.active_connection_states.map(name => {
    const state = STATES[name.toUpperCase()];
    if (state !== undefined) return state;
    throw new Failure(
      `unknown active_connection_state ${name}`,
      {},
      `there are: ${Object.keys(STATES).join(', ')}`,
    );
  });
  const excluded = new Set(p.exclude_hosts ?? []);
  const anyLocal = ANY_ADDRESS.includes(p.host);
  return (await tcpTable(host)).filter(
    ({ local, remote, state }) =>
      local.port === p.port &&
      states.includes(state) &&
      (anyLocal || local.address === p.host || ANY_ADDRESS.includes(local.address)) &&
      !excluded.has(remote.address),
  ).length;
}

function finished(p: Wait, elapsed: number, found: readonly string[] | RegExpExecArray): Acted {
  const groups = 'groups' in found ? (found as RegExpExecArray).groups : undefined;
  return {
    changed: false,
    result: {
      elapsed: Math.floor(elapsed),
      port: p.port ?? null,
      path: p.path ?? null,
      search_regex: p.search_regex ?? null,
      state: p.state,
      match_groups: found.slice(1),
      match_groupdict: { ...groups },
    },
  };
}

function overdue(p: Wait): string {
  const where = p.path ?? `${p.host}:${p.port}`;
  if (p.state === 'drained') return `Timeout when waiting for ${where} to drain`;
  if (p.state === 'stopped' || p.state === 'absent') {
    return `Timeout when waiting for ${p.path === undefined ? `${where} to stop.` : `${where} to be absent.`}`;
  }
  if (p.search_regex !== undefined)
    return `Timeout when waiting for search string ${p.search_regex} in ${where}`;
  return `Timeout when waiting for ${p.path === undefined ? where : `file ${where}`}`;
}
