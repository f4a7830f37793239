import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './paths.ts';

/**
 * Holds a lock that all processes on this machine share while `work` runs.
 * The kernel's flock is used, through flock(1), so that a process that dies, however it dies, lets go:
 * the holder lives only as long as its standard input is open.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const release = await acquire(name);
  try {
    return await work();
  } finally {
    await release();
  }
}

function acquire(name: string): Promise<() => Promise<void>> {
  const dir = join(CACHE, 'locks');
  mkdirSync(dir, { recursive: true });
  return new Promise((resolve, reject) => {
    // detached: an interrupt typed at the terminal must not take the lock away before we have cleaned up.
    const holder = spawn('flock', [join(dir, name), 'sh', '-c', 'echo held; exec cat >/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    const ended = new Promise<void>(resolve => holder.on('close', () => resolve()));
    holder.on('error', reject);
    holder.on('exit', code => reject(new Error(`could not lock ${name}: flock ended with ${code}`)));
    holder.stdout.once('data', () =>
      resolve(() => {
        holder.stdin.end();
        return ended;
      }),
    );
  });
}
