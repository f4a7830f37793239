import {
  accessSync,
  constants,
  lstatSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { constants as system, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isAlive } from './processes.ts';

const SIGNALS = ['SIGHUP', 'SIGTERM', 'SIGQUIT'] as const;

/**
 * Gives `work` the path of a file with `content` that nobody else can read, in memory where the system has
 * such a place. It is gone afterwards, with whatever an editor left beside it, however the program ends; what a
 * SIGKILL leaves is removed by the next call.
 *
 * @param name what the file is called, so that an editor knows its type
 */
export async function withPrivateFile<T>(
  name: string,
  content: Uint8Array,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const place = memoryFolder() ?? tmpdir();
  removeAbandoned(place);
  const folder = mkdtempSync(join(place, `tsible-${process.pid}-`));
  const path = join(folder, basename(name));
  const remove = () => removeFolder(folder, path);
  const leave = (signal: NodeJS.Signals) => {
    remove();
    process.exit(128 + system.signals[signal]);
  };
  // Ctrl-C is for the editor, which shares the terminal with us.
  const ignore = () => {};
  process.on('exit', remove);
  process.on('SIGINT', ignore);
  for (const signal of SIGNALS) process.on(signal, leave);
  try {
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
    return await work(path);
  } finally {
    remove();
    process.off('exit', remove);
    process.off('SIGINT', ignore);
    for (const signal of SIGNALS) process.off(signal, leave);
  }
}

function memoryFolder(): string | undefined {
  for (const folder of ['/dev/shm', process.env.XDG_RUNTIME_DIR]) {
    try {
      if (folder && statSync(folder).isDirectory()) {
        accessSync(folder, constants.W_OK | constants.X_OK);
        return folder;
      }
    } catch {}
  }
  return undefined;
}

function removeAbandoned(place: string): void {
  for (const name of readdirSync(place)) {
    const pid = /^tsible-(\d+)-\w{6}$/.exec(name)?.[1];
    const folder = join(place, name);
    if (pid === undefined || isAlive(Number(pid))) continue;
    // Those of others are theirs to remove.
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (!found?.isDirectory() || found.uid !== process.getuid?.()) continue;
    for (const file of readdirSync(folder)) removeFolder(folder, join(folder, file));
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeFolder(folder: string, path: string): void {
  // On a disk, the blocks are at least overwritten in place; an SSD may still hold them.
  try {
    const { size } = statSync(path);
    if (!folder.startsWith('/dev/shm/')) {
      writeFileSync(path, Buffer.alloc(size), { flag: 'r+' });
      truncateSync(path);
    }
  } catch {}
  rmSync(folder, { recursive: true, force: true });
}
