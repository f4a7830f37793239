import { posix } from 'node:path';
import type { Wanted } from '../define.ts';
import { Failure } from '../failure.ts';
import { wantedAttributes } from '../file-attributes.ts';
import { modeText } from '../file-mode.ts';
import { fileResult } from '../file-result.ts';
import type { Target } from '../kind.ts';
import { type Directory, described, filesTarget, fileTarget, type Link } from '../kinds/file.ts';
import { type FolderChange, madeFolders } from '../missing-folders.ts';
import { preservedMode, writtenFile } from '../write-file.ts';
import type { CopyNow, PlannedFile, PlannedLink } from './look.ts';
import type { CopyParameters } from './parameters.ts';

export function wantCopy(now: CopyNow, p: CopyParameters): Wanted {
  const made = folderChanges(now, p);
  const folders = new Map(made.map(([path, , after]) => [path, after]));
  const targets: Target[] = [filesTarget(made)];
  let result: Readonly<Record<string, unknown>> = {};
  for (const planned of now.files) {
    const { spot } = planned;
    if (!p.force && spot.before.type !== 'absent') {
      if (now.root === undefined) return existing(planned, p);
      continue;
    }
    const written = writtenFile(spot, planned.content, {
      ...p,
      mode: fileMode(now, planned, p),
      parent: folders.get(posix.dirname(spot.path)),
      backupName: p.backup ? planned.backupName : undefined,
    });
    targets.push(written.target);
    result = { src: sourceName(now, p), dest: spot.path, path: spot.path, ...written.result };
  }
  for (const link of now.links) targets.push(linkTarget(link, folders.get(posix.dirname(link.path)), p));
  if (now.root === undefined) return { targets, result };
  return { targets, result: { src: sourceName(now, p), dest: `${now.root}/`, ...rootResult(now, folders) } };
}

function existing({ spot }: PlannedFile, p: CopyParameters): Wanted {
  return {
    targets: [],
    message: 'file already exists',
    result: { src: p.src, dest: spot.path, path: spot.path, ...fileResult(spot.before) },
  };
}

function rootResult(now: CopyNow, folders: ReadonlyMap<string, Directory>): Record<string, unknown> {
  const root = folders.get(now.root!);
  return root ? fileResult(root) : { state: 'directory' };
}

function sourceName({ source }: CopyNow, p: CopyParameters): string | undefined {
  return source.name ?? p.src;
}

/** The mode that was asked for, where a new file of a copied tree of the same host keeps its own. */
function fileMode(now: CopyNow, { spot, mode }: PlannedFile, p: CopyParameters): string | undefined {
  if (p.mode === 'preserve') return preservedMode(p.mode, mode);
  const keeps = p.remote_src && now.root !== undefined && spot.before.type !== 'file' && mode !== undefined;
  return p.mode ?? (keeps ? modeText(mode) : undefined);
}

function folderChanges({ folders, files }: CopyNow, p: CopyParameters): FolderChange[] {
  const { missing, modes, parent, owners } = folders;
  const blocked = missing.find(({ state }) => state.type !== 'absent');
  if (blocked) throw new Failure(`${blocked.path} should be a directory and is ${described(blocked.state)}`);
  if (!p.force && files.length === 1 && files[0]!.spot.before.type !== 'absent') return [];
  const made = new Map<string, Directory>();
  return missing.flatMap(found => {
    const own = modes.get(found.path);
    const mode = p.directory_mode ?? (own === undefined ? undefined : modeText(own));
    const inside = made.get(posix.dirname(found.path)) ?? parent;
    const changes = madeFolders([found], inside, { mode, owner: p.owner, group: p.group }, owners);
    for (const [path, , after] of changes) made.set(path, after);
    return changes;
  });
}

function linkTarget(
  { path, own, target, owners }: PlannedLink,
  parent: Directory | undefined,
  p: CopyParameters,
): Target {
  if (own.type === 'directory') throw new Failure(`${path} should be a link and is a directory`);
  const inside = parent ?? { type: 'absent' };
  const attributes = wantedAttributes('link', own, inside, { ...p, mode: undefined }, owners);
  const link: Link = { type: 'link', target, ...attributes };
  return fileTarget(path, own, link);
}
