import { lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { UserError } from '../../core/error.ts';
import { stagedBy } from '../staged-file.ts';

/** The files named, and those below the folders named, in the order of their names. */
export function* filesIn(paths: readonly string[]): Generator<string> {
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) throw new UserError(`there is no ${path}`);
    if (found.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** What version control and package managers keep. */
const NOT_OURS = new Set(['.git', '.hg', '.svn', '.tox', '.venv', 'venv', 'node_modules', '__pycache__']);

function* filesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    // What a killed change left is no file of the project.
    if (NOT_OURS.has(name) || stagedBy(name) !== undefined) continue;
    const path = join(folder, name);
    const found = lstatSync(path);
    // Links are not followed: what they lead to is found where it stands.
    if (found.isDirectory()) yield* filesBelow(path);
    else if (found.isFile()) yield path;
  }
}

/** Whether a file is YAML by its name. */
export function isYaml(path: string): boolean {
  const ending = extname(path);
  return ['.yml', '.yaml', '.json'].includes(ending) || (ending === '' && isBesideInventory(path));
}

function isBesideInventory(path: string): boolean {
  return /(?:^|\/)(?:group_vars|host_vars)\//.test(path) && !basename(path).startsWith('.');
}
