import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { fnmatch } from '../../core/wildcards.ts';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { text as textOf } from '../python/string-methods.ts';
import { pythonType, Tuple } from '../python/values.ts';
import { type FilterTable, filter } from './filter.ts';
import { splitDrive, splitWindowsPath } from './windows-paths.ts';

/** Ansible's filters for paths. Those that look at files look at the controller's. */
export const pathFilters: FilterTable = {
  basename: filter('path', ([value]) => textOf(value).slice(textOf(value).lastIndexOf('/') + 1)),
  dirname: filter('path', ([value]) => dirname(textOf(value))),
  splitext: filter('path', ([value]) => new Tuple(splitExtension(textOf(value)))),
  expanduser: filter('path', ([value]) => expandUser(textOf(value))),
  expandvars: filter('path', ([value]) =>
    textOf(value).replace(
      /\$(?:(\w+)|\{([^}]*)\})/g,
      (whole, plain?: string, braced?: string) => process.env[plain ?? braced ?? ''] ?? whole,
    ),
  ),
  realpath: filter('path', ([value]) => realPath(textOf(value))),
  relpath: filter("path, start='.'", ([value, start]) => {
    if (textOf(value) === '') throw new Fault('relpath needs a path');
    return path.relative(path.resolve(textOf(start)), path.resolve(textOf(value))) || '.';
  }),
  path_join: filter('paths', ([value]) => {
    const parts = typeof value === 'string' ? [value] : pathList(value, 'path_join');
    if (parts.length === 0) throw new Fault('path_join needs at least one path');
    return joinPaths(parts);
  }),
  normpath: filter('path', ([value]) => normalPath(textOf(value))),
  commonpath: filter('paths', ([value]) => commonPath(pathList(value, 'commonpath'))),
  win_basename: filter('path', ([value]) => splitWindowsPath(textOf(value))[1]),
  win_dirname: filter('path', ([value]) => splitWindowsPath(textOf(value))[0]),
  win_splitdrive: filter('path', ([value]) => new Tuple(splitDrive(textOf(value)))),
  fileglob: filter('pathname', ([value]) => glob(toText(value)).filter(file => statSync(file).isFile())),
  quote: filter('a', ([value]) => shellQuote(value === null ? '' : toText(value))),
};

/** Python's shlex.quote, whose list of harmless characters is not quite ours. */
function shellQuote(text: string): string {
  if (text === '') return "''";
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replace(/'/g, `'"'"'`)}'`;
}

function dirname(text: string): string {
  const head = text.slice(0, text.lastIndexOf('/') + 1);
  return /^\/+$/.test(head) ? head : head.replace(/\/+$/, '');
}

export function splitExtension(text: string): [string, string] {
  const name = text.slice(text.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || /^\.*$/.test(name.slice(0, dot))) return [text, ''];
  const at = text.length - name.length + dot;
  return [text.slice(0, at), text.slice(at)];
}

export function expandUser(text: string): string {
  const match = /^~([^/]*)/.exec(text);
  if (!match) return text;
  if (match[1] === '' || match[1] === userInfo().username)
    return (process.env.HOME ?? homedir()) + text.slice(match[0].length);
  return match[1] === 'root' ? `/root${text.slice(5)}` : text;
}

function realPath(text: string): string {
  let rest = '';
  let at = path.resolve(text);
  while (!existsSync(at) && at !== '/') {
    rest = path.join(path.basename(at), rest);
    at = path.dirname(at);
  }
  return path.join(realpathSync(at), rest).replace(/(?<=.)\/$/, '');
}

/** Two slashes at the beginning, and no more, are something of their own. */
function normalPath(text: string): string {
  const normal = path.posix.normalize(text).replace(/(?<=.)\/$/, '');
  return /^\/\/(?!\/)/.test(text) ? `/${normal}` : normal;
}

function pathList(value: unknown, name: string): string[] {
  if (!Array.isArray(value) && !(value instanceof Tuple))
    throw new Fault(`${name} needs a list of paths, not ${pythonType(value)}`);
  return iterate(value).map(one => textOf(one));
}

function joinPaths(parts: readonly string[]): string {
  let joined = '';
  for (const part of parts) {
    if (part.startsWith('/') || joined === '') joined = part;
    else joined += joined.endsWith('/') ? part : `/${part}`;
  }
  return joined;
}

function commonPath(paths: readonly string[]): string {
  if (paths.length === 0) throw new Fault('commonpath needs at least one path');
  if (new Set(paths.map(one => one.startsWith('/'))).size > 1)
    throw new Fault('commonpath cannot compare absolute with relative paths');
  const split = paths.map(one => one.split('/').filter(part => part !== '' && part !== '.'));
  const common = split.reduce((a, b) => {
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    return a.slice(0, i);
  });
  return (paths[0]!.startsWith('/') ? '/' : '') + common.join('/');
}

/** Files that match a shell pattern, sorted as the shell sorts them. */
export function glob(pattern: string): string[] {
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const part of pattern.split('/').filter(one => one !== '')) {
    if (!/[*?[]/.test(part)) found = found.map(folder => folder + part).filter(existsSync);
    else {
      const matches = fnmatch(part);
      found = found.flatMap(folder =>
        names(folder || '.')
          .filter(name => matches(name) && (!name.startsWith('.') || part.startsWith('.')))
          .map(name => folder + name),
      );
    }
    found = found.map(one => `${one}/`);
  }
  return found.map(one => one.slice(0, -1)).sort();
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
