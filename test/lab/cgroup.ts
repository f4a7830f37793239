import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, sleepSync } from './shell.ts';

/**
 * Each host has a control group of its own, in which everything it runs stays. That is what makes it
 * possible to list, freeze and kill a whole host at once, without ever guessing which process is whose.
 *
 *   tsible-lab/<lab>/<host>/machine   the host: systemd-nspawn and all below it
 *   tsible-lab/<lab>/<host>/visit     commands that the lab runs inside the host
 */
export interface HostCgroup {
  dir: string;
  machine: string;
  visit: string;
}

const OURS = 'tsible-lab';

export function hostCgroup(lab: string, host: string): HostCgroup {
  const dir = join(unifiedMount() ?? '/sys/fs/cgroup', OURS, lab, host);
  return { dir, machine: join(dir, 'machine'), visit: join(dir, 'visit') };
}

export function createCgroup(cgroup: HostCgroup): void {
  mkdirSync(cgroup.machine, { recursive: true });
  mkdirSync(cgroup.visit, { recursive: true });
}

/** All processes of a control group and those below it. */
export function processesOf(dir: string): number[] {
  return treeOf(dir).flatMap(group =>
    read(join(group, 'cgroup.procs')).split('\n').filter(Boolean).map(Number),
  );
}

export function isEmpty(dir: string): boolean {
  return !/^populated 1$/m.test(read(join(dir, 'cgroup.events')));
}

/** Ends everything in the group, frozen or not, in one step that no fork can outrun. */
export function killAll(dir: string): void {
  if (existsSync(dir)) writeFileSync(join(dir, 'cgroup.kill'), '1');
}

export async function setFrozen(dir: string, frozen: boolean): Promise<void> {
  writeFileSync(join(dir, 'cgroup.freeze'), frozen ? '1' : '0');
  const wanted = new RegExp(`^frozen ${frozen ? 1 : 0}$`, 'm');
  for (let tries = 0; tries < 500; tries++) {
    if (wanted.test(read(join(dir, 'cgroup.events')))) return;
    await sleep(5);
  }
  throw new Error(`${dir} did not become ${frozen ? 'frozen' : 'thawed'}`);
}

/** Frozen processes die only in a group that can be killed frozen; thawing is for the rest. */
export function thawNow(dir: string): void {
  if (existsSync(dir)) writeFileSync(join(dir, 'cgroup.freeze'), '0');
}

export async function waitUntilEmpty(dir: string, ms: number): Promise<boolean> {
  for (let waited = 0; waited < ms; waited += 5) {
    if (isEmpty(dir)) return true;
    await sleep(5);
  }
  return isEmpty(dir);
}

export function waitUntilEmptySync(dir: string, ms: number): boolean {
  for (let waited = 0; waited < ms; waited += 5) {
    if (isEmpty(dir)) return true;
    sleepSync(5);
  }
  return isEmpty(dir);
}

/** Removes a lab's control groups, in every hierarchy: systemd-nspawn mirrors ours in version 1's. */
export function removeCgroups(lab: string): void {
  for (const mount of cgroupMounts()) {
    for (const group of treeOf(join(mount, OURS, lab)).reverse()) remove(group);
    remove(join(mount, OURS));
  }
}

/** Where version 2 is mounted: all by itself, or beside version 1. */
export function unifiedMount(): string | null {
  return mounts().find(([, , type]) => type === 'cgroup2')?.[1] ?? null;
}

function cgroupMounts(): string[] {
  return mounts()
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .map(([, path]) => path!);
}

function mounts(): string[][] {
  return read('/proc/self/mounts')
    .split('\n')
    .map(line => line.split(' '));
}

/** A group and all below it, parents first. */
function treeOf(dir: string): string[] {
  let names: string[];
  try {
    names = readdirSync(dir, { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name);
  } catch {
    return [];
  }
  return [dir, ...names.flatMap(name => treeOf(join(dir, name)))];
}

function remove(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // Gone already, or the top one is still in use by another lab.
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
