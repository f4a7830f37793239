import { posix } from 'node:path';
import type { Kind } from '../kind.ts';
import { ABSENT, type FileState } from './file-state.ts';

/** What a check run's tasks would have left at paths of a host; never changed, a change makes a new one. */
export class FileForecast {
  readonly #states: ReadonlyMap<string, FileState>;

  constructor(states: ReadonlyMap<string, FileState> = new Map()) {
    this.#states = states;
  }

  get empty(): boolean {
    return this.#states.size === 0;
  }

  /**
   * What would stand at a path. It may follow from a folder above it that would be gone, be new, or be a link;
   * `elsewhere` is then the path to look at instead. undefined: nothing is foreseen for it.
   */
  at(path: string): FileState | { readonly elsewhere: string } | undefined {
    const own = this.#states.get(path);
    if (own) return own;
    for (let below = path, parent = posix.dirname(path); parent !== below; ) {
      const state = this.#states.get(parent);
      if (state?.type === 'directory') return state.fresh ? ABSENT : undefined;
      if (state?.type === 'link') {
        const to = posix.resolve(posix.dirname(parent), state.target);
        return { elsewhere: to + path.slice(parent.length) };
      }
      if (state) return ABSENT;
      below = parent;
      parent = posix.dirname(parent);
    }
    return undefined;
  }

  /** What is foreseen below a folder, by path. */
  below(folder: string): [string, FileState][] {
    const start = folder === '/' ? '/' : `${folder}/`;
    return [...this.#states].filter(([path]) => path.startsWith(start));
  }

  with(path: string, state: FileState): FileForecast {
    const states = new Map(this.#states);
    if (state.type !== 'directory' || state.fresh) {
      const below = path === '/' ? '/' : `${path}/`;
      // What was foreseen inside of a folder that is new stays: `fresh` is said once more when it changes.
      const known = this.#states.get(path);
      const stays = state.type === 'directory' && known?.type === 'directory' && known.fresh;
      if (!stays) for (const other of states.keys()) if (other.startsWith(below)) states.delete(other);
    }
    states.set(path, state);
    return new FileForecast(states);
  }
}

/** The forecast of a host; nothing is asked of the host for it. */
export const fileForecast: Kind<null, FileForecast> = {
  name: 'file forecast',
  key: () => '',
  read: () => Promise.resolve(new FileForecast()),
  compare: () => [],
  apply: () => Promise.reject(new Error('a forecast is not applied')),
};
