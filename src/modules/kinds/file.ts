import { posix } from 'node:path';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import type { Kind, Predictions, Target } from '../kind.ts';
import { applyFile, applyTogether, rehearseFile, rehearsePlaces, type WriteOptions } from './file-apply.ts';
import { compareFiles } from './file-differences.ts';
import {
  bytesOnDisk,
  type DigestId,
  digestOnDisk,
  fileOnDisk,
  HEAD_SIZE,
  type Head,
  headOnDisk,
  treeOnDisk,
} from './file-disk.ts';
import { fileForecast } from './file-forecast.ts';
import { checksum, type FileState } from './file-state.ts';

export type { WriteOptions } from './file-apply.ts';
export * from './file-state.ts';

/** Links foreseen in a ring are as wrong as real ones. */
const MOST_LINKS = 40;

/**
 * What stands at an absolute path of a host; links are not followed (`lookThrough` does). Its contents are
 * asked for apart: `fileHead` with the same turn, `fileBytes` for all of them.
 */
export const file: Kind<string, FileState> = {
  name: 'file',
  key: path => path,
  composed: true,
  read: readState,
  isMissing: state => state.type === 'absent',
  compare: compareFiles,
  apply: (host, path, before, after) => applyFile(host, path, before, after, {}),
  rehearse: (host, path, before, after) => rehearseFile(host, path, before, after, {}),
  expect: (memory, path, state) =>
    memory.revise(fileForecast, null, forecast => forecast.with(cleanPath(path), state)),
  foresee: foreseeFile,
};

/** A file that should become `after`, written as `options` say. */
export function fileTarget(
  path: string,
  before: FileState,
  after: FileState,
  options: WriteOptions = {},
): Target {
  return {
    missing: before.type === 'absent' && after.type === 'absent',
    differences: () => compareFiles(path, before, after),
    apply: host => applyFile(host, path, before, after, options),
    rehearse: host => rehearseFile(host, path, before, after, options),
    foresee: memory => {
      foreseeFile(memory, path, before, after);
      if (options.backup !== undefined && before.type === 'file')
        file.expect!(memory, options.backup, before);
    },
  };
}

/** Folders to make and attributes to change, brought about together; contents are not among them. */
export function filesTarget(
  changes: readonly (readonly [path: string, before: FileState, after: FileState])[],
): Target {
  const differing = changes.filter(change => compareFiles(...change).length > 0);
  return {
    differences: () => differing.flatMap(change => compareFiles(...change)),
    apply: host => applyTogether(host, differing),
    rehearse: host => rehearsePlaces(host, differing),
    foresee: memory => {
      for (const change of differing) foreseeFile(memory, ...change);
    },
  };
}

/** The first 64 KB of a regular file; null when there is none. Follows links. */
export const fileHead: Kind<string, Head | null> = {
  ...readOnly('file head'),
  key: path => path,
  read: async (host, path) => {
    const foreseen = await foreseenContent(host, path);
    if (foreseen.elsewhere !== undefined) return host.look(fileHead, foreseen.elsewhere);
    if (foreseen.bytes === undefined) return host.look(headOnDisk, foreseen.path);
    return (
      foreseen.bytes && {
        bytes: foreseen.bytes.subarray(0, HEAD_SIZE),
        whole: foreseen.bytes.length <= HEAD_SIZE,
      }
    );
  },
};

/** All bytes of a regular file; null when there is none. Follows links. */
export const fileBytes: Kind<string, Buffer | null> = {
  ...readOnly('file bytes'),
  key: path => path,
  read: async (host, path) => {
    const head = await host.look(fileHead, path);
    if (!head || head.whole) return head?.bytes ?? null;
    const foreseen = await foreseenContent(host, path);
    if (foreseen.elsewhere !== undefined) return host.look(fileBytes, foreseen.elsewhere);
    return foreseen.bytes === undefined ? host.look(bytesOnDisk, foreseen.path) : foreseen.bytes;
  },
};

/** A checksum of a regular file in lower-case hexadecimal; null when there is none. Follows links. */
export const fileDigest: Kind<DigestId, string | null> = {
  ...readOnly('file digest'),
  key: digestOnDisk.key,
  read: async (host, { path, algorithm }) => {
    const foreseen = await foreseenContent(host, path);
    if (foreseen.elsewhere !== undefined)
      return host.look(fileDigest, { path: foreseen.elsewhere, algorithm });
    if (foreseen.bytes === undefined) return host.look(digestOnDisk, { path: foreseen.path, algorithm });
    return foreseen.bytes && checksum(algorithm, foreseen.bytes);
  },
};

/** A path with what stands there after following links: `path` is then the real one. */
export interface Found {
  readonly path: string;
  readonly state: FileState;
  /** The link that stands at the path asked for, if it is one. */
  readonly link?: FileState;
}

/** Follows a link to what it leads to; a dangling one leads to nothing. */
export async function lookThrough(host: Reader, asked: string): Promise<Found> {
  let path = cleanPath(asked);
  let state = await host.look(file, path);
  if (state.type !== 'link') return { path, state };
  const link = state;
  for (let i = 0; i < MOST_LINKS && state.type === 'link'; i++) {
    path = state.real ?? posix.resolve(posix.dirname(path), state.target);
    state = await host.look(file, path);
  }
  if (state.type === 'link')
    throw new Failure(`${asked} is a link that leads back to itself`, { path: asked });
  return { path, state, link };
}

/** Everything below a folder, by path, parents before children; links are neither followed nor entered. */
export async function lookBelow(host: Reader, folder: string): Promise<Map<string, FileState>> {
  const [forecast, onDisk] = await Promise.all([
    host.look(fileForecast, null),
    host.look(treeOnDisk, folder),
  ]);
  const all = new Map<string, FileState>();
  for (const [path, state] of onDisk) {
    const foreseen = forecast.at(path);
    if (foreseen && ('elsewhere' in foreseen || foreseen.type === 'absent')) continue;
    all.set(path, foreseen ?? state);
  }
  for (const [path, state] of forecast.below(folder)) {
    if (state.type !== 'absent') all.set(path, state);
  }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An absolute path in its shortest form; ".." is left, because it goes up from where a link leads. */
export function cleanPath(path: string): string {
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  return `/${parts.join('/')}`;
}

function readOnly(name: string) {
  return {
    name,
    composed: true,
    compare: () => [],
    apply: () => Promise.reject(new Error(`${name} is only for reading`)),
  };
}

async function readState(host: Reader, asked: string): Promise<FileState> {
  const path = cleanPath(asked);
  const forecast = await host.look(fileForecast, null);
  const foreseen = forecast.at(path);
  if (foreseen === undefined) return host.look(fileOnDisk, path);
  return 'elsewhere' in foreseen ? host.look(file, foreseen.elsewhere) : foreseen;
}

interface ForeseenContent {
  readonly path: string;
  /** undefined: what is on the disk; null: no regular file would be there. */
  readonly bytes?: Buffer | null;
  readonly elsewhere?: string;
}

async function foreseenContent(host: Reader, asked: string): Promise<ForeseenContent> {
  const path = cleanPath(asked);
  const forecast = await host.look(fileForecast, null);
  const foreseen = forecast.at(path);
  if (foreseen === undefined) return { path };
  if ('elsewhere' in foreseen) return { path, elsewhere: foreseen.elsewhere };
  if (foreseen.type === 'link') {
    return { path, elsewhere: foreseen.real ?? posix.resolve(posix.dirname(path), foreseen.target) };
  }
  if (foreseen.type !== 'file') return { path, bytes: null };
  const { content } = foreseen;
  if (content?.bytes) return { path, bytes: content.bytes };
  // A copy or link that was foreseen.
  const original = content?.from ?? foreseen.hardLinkTo;
  return original === undefined ? { path } : { path, elsewhere: original };
}

function foreseeFile(memory: Predictions, path: string, before: FileState, after: FileState): void {
  file.expect!(memory, path, foreseenState(before, after));
}

function foreseenState(before: FileState, after: FileState): FileState {
  if (after.type === 'directory') {
    return before.type === 'directory' ? { ...after, fresh: before.fresh } : { ...after, fresh: true };
  }
  if (after.type !== 'file') return after;
  const known = before.type === 'file' ? before : undefined;
  const content = after.content ?? known?.content;
  if (content) return { ...after, content, size: content.size };
  return known?.hardLinkTo === undefined ? after : { ...after, hardLinkTo: known.hardLinkTo };
}
