import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { UserError } from '../core/error.ts';
import { expandHome } from '../core/home.ts';
import { Source } from '../core/position.ts';
import { type RawDict, TemplateText } from '../core/value.ts';
import { checkFile, isReadingOption } from '../template/index.ts';
import { isSealed } from '../vault/envelope.ts';
import { searchPath } from './local-files.ts';

/**
 * What is wrong with the template file that a task names outright, and with those that it includes by plain
 * names. Files that are not there, and sealed ones, are left to the run.
 *
 * @param seen what has been looked at before
 */
export function templateFileFaults(
  named: RawDict,
  folders: readonly string[],
  seen: Set<unknown>,
): readonly UserError[] {
  const source = named.get('src');
  if (typeof source !== 'string') return [];
  const reading = new Map([...named].filter(([key]) => typeof key === 'string' && isReadingOption(key)));
  if ([...reading.values()].some(value => value instanceof TemplateText)) return [];
  const way = JSON.stringify([...reading]);
  const faults: UserError[] = [];
  const look = (name: string, from: readonly string[]): void => {
    const path = fileIn([...searchPath(folders, 'templates'), ...from], name);
    if (path === undefined || seen.has(`${way} ${path}`)) return;
    seen.add(`${way} ${path}`);
    const text = readOpenly(path)?.toString('utf8');
    if (text === undefined) return;
    const shown = new Source(relative(process.cwd(), path) || path, text);
    try {
      const includes = checkFile(new TemplateText(text, { source: shown, line: 1, column: 1 }), reading);
      for (const included of includes) look(included, [dirname(path)]);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(error);
    }
  };
  look(source, []);
  return faults;
}

/** The file of that name in the first folder that has it. */
export function fileIn(folders: readonly string[], name: string): string | undefined {
  const expanded = expandHome(name);
  const candidates = isAbsolute(expanded) ? [expanded] : folders.map(folder => join(folder, expanded));
  return candidates.find(path => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** What is in a file; undefined for one that is sealed or cannot be read, which is for the run to say. */
export function readOpenly(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    return isSealed(bytes) ? undefined : bytes;
  } catch {
    return undefined;
  }
}
