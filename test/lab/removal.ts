import { readFileSync, rmSync } from 'node:fs';
import { hostCgroup, killAll, removeCgroups, waitUntilEmptySync } from './cgroup.ts';
import { startCut } from './machine.ts';
import { removeNetwork } from './network.ts';
import { labDir } from './paths.ts';
import { progress, sleepSync } from './shell.ts';
import { isAlive, labNames, loadState, type ProcessMark } from './state.ts';

/**
 * Removes a lab and all that belongs to it, from what its state on disk says. It waits without the event
 * loop, so that it also works on the way out of a process that is being ended.
 */
export function removeLab(name: string): void {
  const lab = loadState(name);
  if (lab !== null) {
    for (const host of lab.hosts) startCut(lab, host);
    for (const host of lab.hosts) finishCut(lab.name, host.name);
    if (lab.detached) endProcess(lab.owner);
    removeNetwork(lab);
  }
  removeCgroups(name);
  removeDir(labDir(name));
}

/** Removes labs whose process ended without removing them. Call it under the lock `labs`. */
export function removeStaleLabs(): void {
  for (const name of labNames()) {
    const lab = loadState(name);
    if (lab !== null && isAlive(lab.owner)) continue;
    progress(`removing ${name}, left behind by a process that is gone`);
    try {
      removeLab(name);
    } catch (error) {
      // What cannot be removed keeps its name and network, but keeps nobody from having another lab.
      progress(`could not remove ${name}: ${String(error)}`);
    }
  }
}

const labsOfThisProcess = new Set<string>();
let watching = false;

/** From here on, the lab goes when this process goes: at its end, or by a signal that can be caught. */
export function removeAtExit(name: string): void {
  labsOfThisProcess.add(name);
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const lab of labsOfThisProcess) removeLab(lab);
  });
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => process.exit(128 + number));
  }
}

export function keepAtExit(name: string): void {
  labsOfThisProcess.delete(name);
}

function finishCut(lab: string, host: string): void {
  const { dir } = hostCgroup(lab, host);
  if (waitUntilEmptySync(dir, 1000)) return;
  killAll(dir);
  if (!waitUntilEmptySync(dir, 10_000))
    throw new Error(`${host} of lab ${lab} has processes that do not die`);
}

function endProcess(mark: ProcessMark): void {
  if (!isAlive(mark) || mark.pid === process.pid) return;
  process.kill(mark.pid, 'SIGTERM');
  for (let waited = 0; isAlive(mark) && waited < 2000; waited += 10) sleepSync(10);
  if (isAlive(mark)) process.kill(mark.pid, 'SIGKILL');
}

/** Never follows a mount: what is mounted below might be something that others need. */
function removeDir(dir: string): void {
  const mounted = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(path => path === dir || path.startsWith(`${dir}/`));
  if (mounted.length > 0) throw new Error(`still mounted: ${mounted.join(' ')}`);
  rmSync(dir, { recursive: true, force: true });
}
