import { posix } from 'node:path';
import type { Wanted } from './define.ts';
import { Failure } from './failure.ts';
import { type AttributeWishes, attributeParameters, lookUpOwners } from './file-attributes.ts';
import { fileResult } from './file-result.ts';
import type { Reader } from './host/access.ts';
import type { Target } from './kind.ts';
import {
  type ABSENT,
  contentOf,
  type FileState,
  type Found,
  file,
  fileBytes,
  fileHead,
  filesTarget,
  lookThrough,
} from './kinds/file.ts';
import { hostPath } from './kinds/host-path.ts';
import { madeFolders, missingFolders } from './missing-folders.ts';
import { t } from './parameters.ts';
import { backupName, type Spot, type WriteWishes, writtenFile } from './write-file.ts';

/** The parameters that every module which edits a text file has. */
export const editParameters = {
  path: t.path({ required: true, aliases: ['dest', 'destfile', 'name'], doc: 'The file to edit.' }),
  backup: t.bool({ default: false, doc: 'Keep the file as it was under a name with date and time.' }),
  validate: t.str({ doc: 'Command that must accept the new file, %s standing for it.' }),
  ...attributeParameters,
} as const;

/** A file to edit, as it is now. Links are followed: the file itself is edited. */
export interface Edited extends Spot {
  /** null: there is no file. */
  readonly bytes: Buffer | null;
  /** Folders that are missing above it, outermost first. */
  readonly missing: readonly Found[];
  readonly backupName: string;
}

export interface EditWishes extends AttributeWishes {
  readonly path: string;
}

/** Reads a file to edit in one turn, unless it is a link or larger than 64 KB. */
export async function lookAtEdited(host: Reader, p: EditWishes): Promise<Edited> {
  const asked = await hostPath(host, p.path);
  const [own, above, head] = await Promise.all([
    host.look(file, asked),
    lookThrough(host, posix.dirname(asked)),
    host.look(fileHead, asked),
  ]);
  const { path, state } = own.type === 'link' ? await lookThrough(host, asked) : { path: asked, state: own };
  if (state.type === 'directory')
    throw new Failure(`${path} is a directory, not a file to edit`, { rc: 256 });
  const bytes = !head ? null : head.whole ? head.bytes : await host.look(fileBytes, path);
  const parent = path === asked ? above : await lookThrough(host, posix.dirname(path));
  const missing = parent.state.type === 'absent' ? await missingFolders(host, posix.dirname(path)) : [];
  const outermost = missing[0] ? await lookThrough(host, posix.dirname(missing[0].path)) : parent;
  return {
    path,
    before: state.type === 'file' && bytes ? { ...state, content: contentOf(bytes) } : state,
    bytes,
    parent: outermost.state,
    missing,
    owners: await lookUpOwners(host, state, p),
    backupName: backupName(path),
  };
}

export interface EditOutcome {
  /** undefined: the contents stay. */
  readonly bytes?: Buffer | undefined;
  readonly message: string;
  readonly secret?: boolean;
}

/** The file with new contents (or the old ones) and the attributes asked for. */
export function wantEdited(
  now: Edited,
  outcome: EditOutcome,
  p: Omit<WriteWishes, 'backupName' | 'parent'> & { readonly backup: boolean },
): Wanted {
  const bytes = outcome.bytes ?? now.bytes;
  // Nothing is there and nothing is to be written.
  if (bytes === null) return { targets: [], message: outcome.message, result: { backup: '' } };
  const folders = madeFolders(now.missing, now.parent, {}, now.owners);
  const written = writtenFile(now, contentOf(bytes, outcome.secret), {
    ...p,
    backupName: p.backup ? now.backupName : undefined,
    parent: folders.at(-1)?.[2],
  });
  const targets: Target[] = folders.length > 0 ? [filesTarget(folders), written.target] : [written.target];
  const attributes = attributesDiffer(now.before, written.after);
  const message = [outcome.message, attributes ? 'ownership, perms or SE linux context changed' : '']
    .filter(part => part !== '')
    .join(' and ');
  const backup = written.result.backup_file;
  return {
    targets,
    message,
    result: {
      path: now.path,
      ...fileResult(written.after),
      backup: backup ?? '',
      ...(backup !== undefined && { backup_file: backup }),
    },
  };
}

function attributesDiffer(before: FileState, after: Exclude<FileState, typeof ABSENT>): boolean {
  if (before.type === 'absent') return false;
  return before.mode !== after.mode || before.owner !== after.owner || before.group !== after.group;
}
