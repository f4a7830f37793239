import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { filesIn } from './project-files.ts';

/** A search that is only there to save time must not take much. */
const MOST_FILES = 1000;
const MOST_BYTES = 32 << 20;
const MOST_BYTES_IN_FILE = 4 << 20;

/** The files of a project that hold secrets in tsible's format, those around `path` first; each read when it is its turn. */
export function* projectTexts(path: string): Generator<string> {
  const seen = new Set<string>();
  let bytes = 0;
  for (const file of candidates(resolve(path))) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readSmall(file);
    bytes += text.length;
    if (text.includes('$TSIBLE_VAULT')) yield text;
    if (seen.size >= MOST_FILES || bytes >= MOST_BYTES) return;
  }
}

/** Where projects keep their secrets. */
const USUAL_FOLDERS = ['group_vars', 'host_vars', 'vault', 'inventory'];

function* candidates(path: string): Generator<string> {
  yield path;
  const folder = dirname(path);
  yield* beside(folder);
  const root = rootOf(folder);
  for (const name of USUAL_FOLDERS) yield* below(join(root, name));
  yield* below(root);
}

function beside(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map(name => join(folder, name));
  } catch {
    return [];
  }
}

function* below(folder: string): Generator<string> {
  try {
    if (existsSync(folder)) yield* filesIn([folder]);
  } catch {
    // A folder that cannot be read: what is there is not looked for.
  }
}

const MARKS_OF_A_ROOT = ['tsible.yml', 'ansible.cfg', '.git'];

function rootOf(folder: string): string {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if (MARKS_OF_A_ROOT.some(name => existsSync(join(at, name)))) return at;
  }
  return relative(process.cwd(), folder).startsWith('..') ? folder : process.cwd();
}

function readSmall(file: string): string {
  try {
    const found = statSync(file);
    return found.isFile() && found.size <= MOST_BYTES_IN_FILE ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}
