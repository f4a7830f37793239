import path from 'node:path';
import { UserError } from '../core/error.ts';
import { isDict, type RawDict, typeName } from '../core/value.ts';
import type { LoadContext } from './context.ts';
import { isFile, namesIn, statOf } from './files.ts';
import { loadYamlFile } from './yaml/parse.ts';

const EXTENSIONS = ['.yml', '.yaml', '.json'];

/**
 * The files that hold the variables of `name` in a folder: `name` itself (a file, or a folder of files at any
 * depth), or else `name.yml`, `name.yaml`, `name.json`. The first of these that exists is the only one, as in
 * Ansible.
 */
export function findVarsFiles(folder: string, name: string, extensions = ['', ...EXTENSIONS]): string[] {
  for (const extension of extensions) {
    const candidate = path.join(folder, name + extension);
    const stats = statOf(candidate);
    if (stats?.isFile()) return [candidate];
    if (stats?.isDirectory() && extension === '') return filesBelow(candidate);
  }
  return [];
}

function filesBelow(folder: string): string[] {
  return namesIn(folder)
    .filter(name => !name.startsWith('.') && !name.endsWith('~'))
    .flatMap(name => {
      const file = path.join(folder, name);
      const extension = path.extname(name);
      if (extension === '' && statOf(file)?.isDirectory()) return filesBelow(file);
      return (extension === '' || EXTENSIONS.includes(extension)) && isFile(file) ? [file] : [];
    });
}

/**
 * A file of variables; null when there is no such file, and an empty mapping when it is empty.
 *
 * @param text what stands in the file, where it was read before
 */
export function loadVarsFile(file: string, context: LoadContext, text?: string): RawDict | null {
  const loaded = loadYamlFile(file, context, text);
  if (!loaded) return null;
  const data = loaded.documents[0] ?? null;
  if (data === null) return new Map();
  if (isDict(data)) return data as RawDict;
  throw new UserError(`a file of variables must hold a mapping, not ${typeName(data)}`, {
    position: { source: loaded.source, line: 1, column: 1 },
    hint: 'write "name: value" lines, without dashes',
  });
}
