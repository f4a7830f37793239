import { createHash } from 'node:crypto';
import { remember } from '../../core/known-secrets.ts';

/** What stands at a path; of a link, the link itself. */
export type FileState = Absent | RegularFile | Directory | Link | Special;
export type PresentFile = Exclude<FileState, Absent>;

export interface Absent {
  readonly type: 'absent';
}

export interface FileAttributes {
  /** Permissions with setuid, setgid and sticky bit: 0 to 0o7777. */
  readonly mode: number;
  /** null: not known before the user is really created. */
  readonly uid: number | null;
  readonly gid: number | null;
  /** The name, or the number as text where the host has no name for it. */
  readonly owner: string;
  readonly group: string;
  /** What only a file that is really there has. */
  readonly details?: FileDetails;
  /** Said by who wants it to have them. */
  readonly newTimes?: NewTimes;
}

/** Seconds since 1970. */
export interface NewTimes {
  readonly atime?: number | 'now';
  readonly mtime?: number | 'now';
}

export interface FileDetails {
  /** Seconds since 1970, with fractions where the host gives them. */
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
  readonly size: number;
  readonly inode: number;
  readonly device: number;
  readonly links: number;
  /** Of 512 bytes. */
  readonly blocks: number;
  readonly blockSize: number;
  /** Major and minor number of a device file. */
  readonly deviceType: readonly [number, number];
}

export interface RegularFile extends FileAttributes {
  readonly type: 'file';
  readonly size: number;
  /** Said by who wants the file to have it, and known of files foreseen; others ask `fileBytes` for it. */
  readonly content?: Content;
  /** The same file as the one at this path: a hard link to it. */
  readonly hardLinkTo?: string;
}

export interface Directory extends FileAttributes {
  readonly type: 'directory';
  /** Only foreseen: nothing is in it but what is foreseen as well. */
  readonly fresh?: boolean;
}

export interface Link extends FileAttributes {
  readonly type: 'link';
  /** As written in the link. */
  readonly target: string;
  /** Where it leads, absolute and without links; null when it leads nowhere, undefined when not yet known. */
  readonly real?: string | null;
}

export interface Special extends FileAttributes {
  readonly type: 'other';
  readonly what: 'fifo' | 'socket' | 'block device' | 'character device';
}

export const ABSENT: Absent = { type: 'absent' };

/** Bytes in memory, or those of another file of the same host. */
export interface Content {
  readonly size: number;
  readonly sha1: string;
  /** undefined: known by its checksum only. */
  readonly bytes?: Buffer;
  /** The file on the host that holds it. */
  readonly from?: string;
  /** Never shown in a diff. */
  readonly secret?: boolean;
}

export function contentOf(bytes: Buffer, secret = false): Content {
  const sha1 = checksum('sha1', bytes);
  // Whoever has a short secret's checksum finds the secret by trying.
  if (secret) for (const sum of [sha1, checksum('md5', bytes), checksum('sha256', bytes)]) remember(sum);
  return { size: bytes.length, sha1, bytes, ...(secret && { secret }) };
}

export function checksum(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** What Ansible's results call the state of what stands at a path. */
export function stateName(state: FileState): 'absent' | 'file' | 'directory' | 'link' | 'hard' {
  if (state.type === 'other') return 'file';
  if (state.type === 'file' && (state.details?.links ?? 1) > 1) return 'hard';
  return state.type;
}

/** "a directory", for messages. */
export function described(state: FileState): string {
  if (state.type === 'absent') return 'nothing';
  if (state.type === 'other') return `a ${state.what}`;
  return state.type === 'link'
    ? `a link to ${state.target}`
    : `a ${state.type === 'file' ? 'regular file' : state.type}`;
}
