import path from 'node:path';
import type { VarsLayer } from '../../core/inventory.ts';
import type { LoadContext } from '../context.ts';
import { displayPath, isVault, namesIn, readText } from '../files.ts';
import { findVarsFiles, loadVarsFile } from '../vars-files.ts';

/** `group_vars/` and `host_vars/` beside one inventory source or playbook. */
export class SideVars {
  readonly #groups: Side;
  readonly #hosts: Side;

  constructor(folder: string, context: LoadContext) {
    this.#groups = new Side(path.join(folder, 'group_vars'), context);
    this.#hosts = new Side(path.join(folder, 'host_vars'), context);
  }

  group(name: string): readonly VarsLayer[] {
    return this.#groups.layers(name);
  }

  host(name: string): readonly VarsLayer[] {
    return this.#hosts.layers(name);
  }

  /** The texts of files for these groups and hosts that are encrypted as a whole. */
  sealed(groups: Iterable<string>, hosts: Iterable<string>): string[] {
    return [...this.#groups.sealed(groups), ...this.#hosts.sealed(hosts)];
  }
}

class Side {
  /** What there is at all: most hosts have nothing here, and need no look at the disk to know it. */
  readonly #stems: ReadonlySet<string>;
  readonly #files = new Map<string, readonly VarsText[]>();
  readonly #layers = new Map<string, readonly VarsLayer[]>();

  constructor(
    readonly folder: string,
    readonly context: LoadContext,
  ) {
    this.#stems = new Set(namesIn(folder).flatMap(name => [name, name.replace(/\.(yml|yaml|json)$/, '')]));
  }

  layers(name: string): readonly VarsLayer[] {
    let layers = this.#layers.get(name);
    if (!layers) {
      layers = this.#filesOf(name).flatMap(({ file, text }) => {
        const vars = loadVarsFile(file, this.context, text);
        return vars && vars.size > 0 ? [{ origin: displayPath(file), vars }] : [];
      });
      this.#layers.set(name, layers);
    }
    return layers;
  }

  *sealed(names: Iterable<string>): Generator<string> {
    for (const name of names) for (const { text } of this.#filesOf(name)) if (isVault(text)) yield text;
  }

  #filesOf(name: string): readonly VarsText[] {
    if (!this.#stems.has(name) && !name.includes('/')) return [];
    // A name with a slash could lead out of the folder.
    if (name.startsWith('/') || name.split('/').includes('..')) return [];
    let files = this.#files.get(name);
    if (!files) {
      files = findVarsFiles(this.folder, name).flatMap(file => {
        const text = readText(file);
        return text === null ? [] : [{ file, text }];
      });
      this.#files.set(name, files);
    }
    return files;
  }
}

interface VarsText {
  readonly file: string;
  readonly text: string;
}
