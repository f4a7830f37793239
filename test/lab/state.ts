import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labDir, RUN } from './paths.ts';

export type HostKind = 'debian' | 'python' | 'busybox';

export interface HostState {
  name: string;
  kind: HostKind;
  address: string;
  /** systemd-nspawn's name for it, short enough to be part of a network interface's name. */
  machine: string;
  /** The read-only tree that the host was made from. */
  base: string;
  /** Public halves, as they stand in a known_hosts file. */
  hostKeys: string[];
}

/** All that is needed to find, use and remove a lab, also for another process than the one that made it. */
export interface LabState {
  name: string;
  /** The lab's network is 10.86.<number>.0/24, its bridge tsl<number>. */
  number: number;
  /** The process that the lab lives for: when it is gone, whoever comes next removes the lab. */
  owner: ProcessMark;
  /** Set where the owner is the lab's own background process, which ends with the lab. */
  detached: boolean;
  hosts: HostState[];
}

/** A process id is used again some day; together with the time of its start it is not. */
export interface ProcessMark {
  pid: number;
  started: string;
}

export const bridgeOf = (lab: Pick<LabState, 'number'>): string => `tsl${lab.number}`;
export const controllerAddress = (lab: Pick<LabState, 'number'>): string => `10.86.${lab.number}.1`;
export const hostAddress = (number: number, index: number): string => `10.86.${number}.${11 + index}`;

export function markProcess(pid: number): ProcessMark {
  return { pid, started: startTime(pid) ?? '' };
}

export function isAlive(mark: ProcessMark): boolean {
  return startTime(mark.pid) === mark.started;
}

/** Written beside and moved over: a reader never sees half a file. */
export function saveState(state: LabState): void {
  const dir = labDir(state.name);
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const file = join(dir, 'lab.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function loadState(name: string): LabState | null {
  try {
    return JSON.parse(readFileSync(join(labDir(name), 'lab.json'), 'utf8')) as LabState;
  } catch {
    return null;
  }
}

export function labNames(): string[] {
  try {
    return readdirSync(RUN);
  } catch {
    return [];
  }
}

/** From stat(5), counted from behind the program's name, which may itself hold spaces and brackets. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ended = fields[0] === 'Z';
    return ended ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
