import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Engine } from '../compile/engine.ts';
import { expandUser } from '../filters/paths.ts';
import { Fault } from '../grammar/fault.ts';

export type Kind = 'files' | 'templates' | 'vars';

export interface Found {
  readonly text: string;
  /** It was encrypted. */
  readonly secret: boolean;
  readonly path: string;
}

/** Reads a file of the controller's, looked for where the task's files are. */
export function readFound(name: string, kind: Kind, engine: Engine, lookup: string): Found {
  for (const path of candidates(name, kind, engine)) {
    const found = engine.surroundings.readFile(path);
    if (found) return { ...found, path };
  }
  const searched = candidates(name, kind, engine).map(dirname).join(', ');
  throw new Fault(`the lookup ${lookup} could not find the file '${name}'`, `looked in ${searched}`);
}

/** The same in another encoding than UTF-8. */
export function readEncoded(name: string, encoding: string, engine: Engine, lookup: string): Found {
  const found = readFound(name, 'files', engine, lookup);
  if (/^utf[-_]?8$/i.test(encoding) || found.secret) {
    // What is no UTF-8 has become this sign, where Python would stop.
    if (found.text.includes('\ufffd')) throw new Fault(`the file '${name}' is not written in ${encoding}`);
    return found;
  }
  const bytes = readFileSync(found.path);
  if (LATIN_1.test(encoding)) return { ...found, text: bytes.toString('latin1') };
  try {
    return { ...found, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof RangeError) throw new Fault(`unknown encoding: ${encoding}`);
    throw new Fault(`the file '${name}' is not written in ${encoding}`);
  }
}

/** Which means something else to a TextDecoder. */
const LATIN_1 = /^(latin[-_]?1|iso[-_]?8859[-_]1)$/i;

export function candidates(name: string, kind: Kind, engine: Engine): string[] {
  const path = expandUser(name);
  return isAbsolute(path) ? [path] : engine.surroundings.searchPath(kind).map(folder => join(folder, path));
}

/** The playbook's folder: where commands run, and where relative names begin that are looked for nowhere else. */
export function playFolder(engine: Engine): string {
  return engine.surroundings.searchPath('files').at(-1) ?? '.';
}
