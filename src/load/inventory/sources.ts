import path from 'node:path';
import { UserError } from '../../core/error.ts';
import { Source } from '../../core/position.ts';
import { displayPath, namesIn, readSource, statOf } from '../files.ts';
import type { Draft } from './draft.ts';
import { readHostNames } from './host-name.ts';
import { readIni } from './ini.ts';
import { RangeMistake } from './ranges.ts';
import { isScript, readScript } from './script.ts';
import { readYamlInventory } from './yaml.ts';

/** Reads one `-i` into the draft: a file, a folder of files, a script, or `host1,host2,`. */
export function readInventorySource(name: string, draft: Draft, ignored: readonly string[]): void {
  const stats = statOf(name);
  if (!stats) {
    if (!name.includes(',')) {
      throw new UserError(`there is no inventory ${name}`, {
        hint: `for a host of that name write -i '${name},' with a comma`,
      });
    }
    readHostList(name, draft);
    return;
  }
  const file = path.resolve(name);
  if (stats.isDirectory()) readFolder(file, draft, ignored);
  else readFile(file, draft);
}

/** The folder beside whose content group_vars/ and host_vars/ of a source are looked for. */
export function sideFolder(name: string): string | undefined {
  const stats = statOf(name);
  if (!stats) return undefined;
  return stats.isDirectory() ? path.resolve(name) : path.dirname(path.resolve(name));
}

/** Endings that Ansible passes over in an inventory folder. */
export const IGNORED_ENDINGS = '.pyc .pyo .swp .bak ~ .rpm .md .txt .rst .orig .cfg .retry'.split(' ');

const NOT_SOURCES = new Set(['group_vars', 'host_vars', 'vars_plugins']);

function readFolder(folder: string, draft: Draft, ignored: readonly string[]): void {
  for (const name of namesIn(folder)) {
    if (name.startsWith('.') || NOT_SOURCES.has(name) || ignored.some(ending => name.endsWith(ending)))
      continue;
    const file = path.join(folder, name);
    const stats = statOf(file);
    if (stats?.isDirectory()) readFolder(file, draft, ignored);
    else if (stats) readFile(file, draft);
  }
}

function readFile(file: string, draft: Draft): void {
  if (isScript(file)) {
    readScript(file, draft);
    return;
  }
  const source = readSource(file, draft.context);
  if (!source || source.text.trim() === '') return;
  const extension = path.extname(file);
  if (extension === '.toml') {
    throw new UserError(`${displayPath(file)}: TOML inventories are not supported`, {
      hint: 'write it as YAML, which has the same shape',
    });
  }
  if (/^\.(yml|yaml|json)$/.test(extension) || looksLikeYaml(source.text)) {
    readYamlInventory(source, file, draft);
  } else readIni(source, file, draft);
}

/** A file without a telling name is YAML when its first line can be nothing else. */
function looksLikeYaml(text: string): boolean {
  const first = text.split('\n').find(line => !/^\s*([#;]|$)/.test(line)) ?? '';
  return /^(---|\{|%YAML)/.test(first) || /^["']?[\w.-]+["']?:\s*(#.*|\{.*)?$/.test(first.trimEnd());
}

function readHostList(list: string, draft: Draft): void {
  const source = new Source('<-i>', list);
  for (const entry of list.split(',')) {
    const text = entry.trim();
    if (text === '') continue;
    try {
      const { names, port } = readHostNames(text);
      for (const name of names) draft.addHost(name, 'ungrouped', { port });
    } catch (error) {
      if (!(error instanceof RangeMistake)) throw error;
      throw new UserError(error.message, { position: { source, line: 1, column: list.indexOf(text) + 1 } });
    }
  }
}
