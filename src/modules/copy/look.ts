import { posix } from 'node:path';
import { lookUpOwners, type Owners } from '../file-attributes.ts';
import type { Reader } from '../host/access.ts';
import { ABSENT, type Content, type FileState, type Found, file, lookThrough } from '../kinds/file.ts';
import { hostPath } from '../kinds/host-path.ts';
import { missingFolders } from '../missing-folders.ts';
import { backupName, lookAtSpot, type Spot } from '../write-file.ts';
import type { CopyParameters } from './parameters.ts';
import type { Source } from './source.ts';

export interface CopyNow {
  readonly source: Source;
  /** One, or those of a tree. */
  readonly files: readonly PlannedFile[];
  readonly links: readonly PlannedLink[];
  readonly folders: PlannedFolders;
  /** The directory that a tree goes into. */
  readonly root?: string;
}

export interface PlannedFile {
  readonly spot: Spot;
  /** The path before a link was followed. */
  readonly asked: string;
  readonly content: Content;
  /** Of the source, for `mode: preserve`. */
  readonly mode?: number | undefined;
  readonly backupName: string;
}

export interface PlannedLink {
  readonly path: string;
  readonly own: FileState;
  readonly target: string;
  readonly owners: Owners;
}

export interface PlannedFolders {
  /** To be made, outermost first. */
  readonly missing: readonly Found[];
  /** Permissions of source directories, for those that are made on the same host. */
  readonly modes: ReadonlyMap<string, number>;
  /** What the outermost is made in. */
  readonly parent: FileState;
  readonly owners: Owners;
}

export async function lookAtCopy(host: Reader, p: CopyParameters, source: Source): Promise<CopyNow> {
  const dest = await hostPath(host, p.dest);
  return source.type === 'tree' ? lookAtTree(host, p, source, dest) : lookAtFile(host, p, source, dest);
}

async function lookAtFile(
  host: Reader,
  p: CopyParameters,
  source: Source & { type: 'file' },
  dest: string,
): Promise<CopyNow> {
  const { content, mode } = source;
  const name = source.name === undefined ? undefined : posix.basename(source.name);
  const plan = async (path: string): Promise<PlannedFile> => {
    const wishes = { ...p, mode: undefined };
    return {
      spot: await lookAtSpot(host, path, content, wishes),
      asked: path,
      content,
      mode,
      backupName: backupName(path),
    };
  };
  const inside = name === undefined ? undefined : posix.join(dest, name);
  if (p.dest.endsWith('/') && inside !== undefined) {
    const [planned, missing] = await Promise.all([plan(inside), missingAndParent(host, p, dest)]);
    return { source, files: [planned], links: [], folders: missing };
  }
  // Whether dest is a directory is not known yet: both answers are asked for at once.
  const [found, own, below] = await Promise.all([
    lookThrough(host, dest),
    settled(plan(dest)),
    inside === undefined ? undefined : settled(plan(inside)),
  ]);
  const planned = await (found.state.type === 'directory' && below ? below : own)();
  const folders = { missing: [], modes: new Map(), parent: planned.spot.parent, owners: {} };
  return { source, files: [planned], links: [], folders };
}

/** An answer whose error only matters if the answer does. */
async function settled<T>(work: Promise<T>): Promise<() => Promise<T>> {
  const [result] = await Promise.allSettled([work]);
  return async () => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  };
}

async function lookAtTree(
  host: Reader,
  p: CopyParameters,
  source: Source & { type: 'tree' },
  dest: string,
): Promise<CopyNow> {
  const follow = p.follow && !source.entries.some(entry => entry.type === 'directory');
  const at = (path: string) => posix.join(dest, path);
  const [above, folders, files, links] = await Promise.all([
    missingAndParent(host, p, dest),
    Promise.all(
      source.entries.flatMap(entry => (entry.type === 'directory' ? lookThrough(host, at(entry.path)) : [])),
    ),
    Promise.all(
      source.entries.flatMap(entry => {
        if (entry.type !== 'file') return [];
        const path = at(entry.path);
        const { content, mode } = entry;
        const wishes = { ...p, mode: undefined, follow };
        return lookAtSpot(host, path, content, wishes).then(
          (spot): PlannedFile => ({ spot, asked: path, content, mode, backupName: backupName(path) }),
        );
      }),
    ),
    Promise.all(
      source.entries.flatMap(entry => {
        if (entry.type !== 'link') return [];
        const path = at(entry.path);
        return host.look(file, path).then(async (own): Promise<PlannedLink> => {
          return { path, own, target: entry.target, owners: await lookUpOwners(host, own, p) };
        });
      }),
    ),
  ]);
  const missing = [...above.missing, ...folders.filter(({ state }) => state.type !== 'directory')];
  const modes = new Map(
    source.entries.flatMap(entry =>
      entry.type === 'directory' && entry.mode !== undefined ? [[at(entry.path), entry.mode] as const] : [],
    ),
  );
  const owners = missing.length > 0 ? await lookUpOwners(host, ABSENT, p) : {};
  return { source, files, links, folders: { missing, modes, parent: above.parent, owners }, root: dest };
}

/** What is missing of a folder and those above it, and what the outermost missing one goes into. */
async function missingAndParent(host: Reader, p: CopyParameters, folder: string): Promise<PlannedFolders> {
  const found = await lookThrough(host, folder);
  const modes = new Map<string, number>();
  if (found.state.type === 'directory') return { missing: [], modes, parent: found.state, owners: {} };
  const missing = await missingFolders(host, folder);
  const outermost = missing[0]?.path ?? folder;
  const [parent, owners] = await Promise.all([
    lookThrough(host, posix.dirname(outermost)),
    lookUpOwners(host, ABSENT, p),
  ]);
  return { missing, modes, parent: parent.state, owners };
}
