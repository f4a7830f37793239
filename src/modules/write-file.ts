import { posix } from 'node:path';
import type { ModuleContext } from './define.ts';
import { Failure } from './failure.ts';
import { type AttributeWishes, lookUpOwners, type Owners, wantedAttributes } from './file-attributes.ts';
import { fileResult } from './file-result.ts';
import type { Reader } from './host/access.ts';
import type { Target } from './kind.ts';
import {
  ABSENT,
  type Content,
  checksum,
  contentOf,
  described,
  type FileState,
  type Found,
  file,
  fileBytes,
  fileDigest,
  fileHead,
  fileTarget,
  lookThrough,
  type RegularFile,
} from './kinds/file.ts';
import { HEAD_SIZE } from './kinds/file-disk.ts';
import { LARGEST_DIFF } from './kinds/text-difference.ts';
import type { Constraint } from './parameters.ts';

/** A path at which a file is to have certain contents, and what is known of it. */
export interface Spot {
  /** What is written: with `follow` where a link leads. */
  readonly path: string;
  /** What stands there; of a regular file with its contents, as far as they matter. */
  readonly before: FileState;
  readonly parent: FileState;
  readonly owners: Owners;
}

export interface SpotWishes extends AttributeWishes {
  /** Write what a link leads to instead of replacing the link. */
  readonly follow: boolean;
}

/** Looks at a path that is to have contents like `wanted`; all in one turn unless a link is to be followed. */
export async function lookAtSpot(host: Reader, path: string, wanted: Content, p: SpotWishes): Promise<Spot> {
  const [own, parent, content] = await Promise.all([
    host.look(file, path),
    lookThrough(host, posix.dirname(path)),
    presentContent(host, path, wanted),
  ]);
  const through: Found =
    own.type === 'link' && p.follow ? await lookThrough(host, path) : { path, state: own };
  const { state } = through;
  // A link that is replaced has nothing to hand on.
  const inherited = state.type === 'link' ? ABSENT : state;
  return {
    path: through.path,
    before: state.type === 'file' ? { ...state, content: await content(state) } : state,
    parent:
      through.path === path ? parent.state : (await lookThrough(host, posix.dirname(through.path))).state,
    owners: await lookUpOwners(host, inherited, p),
  };
}

/**
 * What a file has, as far as it takes to compare it with `wanted` and to show the difference. The question is
 * asked at once; what follows from the file's size is asked when that is known.
 */
async function presentContent(
  host: Reader,
  path: string,
  wanted: Content,
): Promise<(state: RegularFile) => Promise<Content>> {
  const unreadable = (error: unknown) => {
    // It may be replaced all the same.
    if (error instanceof Failure) return null;
    throw error;
  };
  const other = (state: RegularFile): Content => ({ size: state.size, sha1: '' });
  const all = async (state: RegularFile): Promise<Content> => {
    const bytes = state.size > LARGEST_DIFF ? null : await host.look(fileBytes, path).catch(unreadable);
    return bytes ? contentOf(bytes) : other(state);
  };
  if (wanted.size <= HEAD_SIZE) {
    const head = await host.look(fileHead, path).catch(unreadable);
    return async state => (head?.whole ? contentOf(head.bytes) : head ? all(state) : other(state));
  }
  const sha1 = await host.look(fileDigest, { path, algorithm: 'sha1' }).catch(unreadable);
  return async state => (sha1 === wanted.sha1 ? { size: state.size, sha1 } : all(state));
}

export interface WriteWishes extends AttributeWishes {
  readonly unsafe_writes: boolean;
  readonly validate?: string | undefined;
  /** Keep what was there under this name. */
  readonly backupName?: string | undefined;
  /** Something above it is made by an earlier target. */
  readonly parent?: FileState;
}

export interface Written {
  readonly target: Target;
  readonly after: RegularFile;
  readonly contentChanges: boolean;
  /** For the registered result. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** A file at a spot with the wanted contents and attributes. Throws `Failure` where there cannot be one. */
export function writtenFile(spot: Spot, wanted: Content, p: WriteWishes): Written {
  const { path, before, owners } = spot;
  const parent = p.parent ?? spot.parent;
  if (before.type === 'directory') throw new Failure(`${path} should be a file and is a directory`, { path });
  if (before.type === 'other')
    throw new Failure(`${path} should be a file and is ${described(before)}`, { path });
  if (parent.type !== 'directory') {
    const folder = posix.dirname(path);
    const hint = 'make it with the module file and state: directory, before this task';
    const found = parent.type === 'absent' ? 'does not exist' : `is ${described(parent)}`;
    throw new Failure(`cannot write ${path}: its folder ${folder} ${found}`, { path }, hint);
  }
  const inherited = before.type === 'link' ? ABSENT : before;
  const attributes = wantedAttributes('file', inherited, parent, p, owners);
  const same = before.type === 'file' && before.content !== undefined && sameBytes(before.content, wanted);
  const after: RegularFile =
    same && before.type === 'file'
      ? { ...before, ...attributes, content: undefined }
      : { type: 'file', size: wanted.size, content: wanted, ...attributes };
  const backup = !same && before.type === 'file' ? p.backupName : undefined;
  return {
    target: fileTarget(path, before, after, { validate: p.validate, backup, unsafeWrites: p.unsafe_writes }),
    after,
    contentChanges: !same,
    result: {
      ...fileResult(after),
      checksum: wanted.sha1,
      ...(wanted.bytes && { md5sum: checksum('md5', wanted.bytes) }),
      ...(backup !== undefined && { backup_file: backup }),
    },
  };
}

function sameBytes(a: Content, b: Content): boolean {
  return a.size === b.size && a.sha1 === b.sha1;
}

/** The name under which a file is kept, in the form people look for: with a number, the day and the time. */
export function backupName(path: string, now = new Date()): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${path}.${process.pid}.${day}@${time}~`;
}

export const validateHasPlace: Constraint = given => {
  const validate = given.get('validate');
  return typeof validate === 'string' && !validate.includes('%s')
    ? `validate must have %s where the file's name goes: ${validate}`
    : undefined;
};

/** `mode: preserve` as the mode of the controller's file. */
export function preservedMode(mode: string | undefined, source: number | undefined): string | undefined {
  if (mode !== 'preserve') return mode;
  if (source === undefined) throw new Failure('mode: preserve needs a source file');
  return source.toString(8).padStart(4, '0');
}

export type Local = ModuleContext['local'];
