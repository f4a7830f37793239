import type { Outcome } from './types.ts';

/** Milliseconds between SIGTERM and SIGKILL, at most. */
const MERCY = 2_000;
const LOOK_EVERY = 100;

type Ask = (script: string) => Promise<Outcome>;

/**
 * Ends a command and everything it started, except what has made itself a daemon in a session of its own.
 * `stat` is the command's line of /proc/…/stat, written by its own process before it began.
 */
export async function endProcess(ask: Ask, stat: string | undefined): Promise<void> {
  const root = stat === undefined ? undefined : parseStat(stat);
  if (!root) throw new Error('its process is not known');
  const deadline = Date.now() + MERCY;
  let signal = 'TERM';
  for (;;) {
    const { stdout } = await ask('cat /proc/[0-9]*/stat 2>/dev/null');
    const pids = processesToEnd(stdout.toString('latin1'), root);
    if (pids.length === 0) return;
    if (Date.now() > deadline) {
      if (signal === 'KILL') throw new Error('some of its processes cannot be ended');
      signal = 'KILL';
    }
    await ask(`kill -${signal} ${pids.join(' ')} 2>/dev/null`);
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY));
  }
}

export interface ProcessStat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  /** Clock ticks since the host started. */
  readonly started: number;
}

/** A line of /proc/…/stat. The second field is a name in parentheses that may itself hold any character. */
export function parseStat(line: string): ProcessStat | undefined {
  const nameEnd = line.lastIndexOf(')');
  const fields = line.slice(nameEnd + 2).split(' ');
  const pid = Number.parseInt(line, 10);
  if (nameEnd === -1 || !Number.isSafeInteger(pid) || pid <= 1 || fields.length < 20) return undefined;
  return {
    pid,
    state: fields[0]!,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    started: Number(fields[19]),
  };
}

/** Start times are coarse; within the same tick the ids tell. */
function isYounger(process: ProcessStat, root: ProcessStat): boolean {
  return process.started > root.started || (process.started === root.started && process.pid > root.pid);
}

/**
 * The process ids to end: the command, its descendants, and those of its process group that were started
 * after it and whose parent has ended. Others of the group are older background jobs and stay.
 */
export function processesToEnd(stats: string, root: ProcessStat): number[] {
  const alive = stats
    .split('\n')
    .map(parseStat)
    .filter(process => process !== undefined && process.state !== 'Z') as ProcessStat[];
  const doomed = new Set<number>();
  for (const process of alive) {
    const isRoot = process.pid === root.pid && process.started === root.started;
    const isOrphan = process.parent === 1 && process.group === root.group && isYounger(process, root);
    if (isRoot || isOrphan) doomed.add(process.pid);
  }
  for (let before = -1; before !== doomed.size; ) {
    before = doomed.size;
    for (const process of alive) if (doomed.has(process.parent)) doomed.add(process.pid);
  }
  return [...doomed];
}
