import { modeText } from './file-mode.ts';
import { type FileState, stateName } from './kinds/file.ts';

/** What results say of the file that a task leaves at a path. */
export function fileResult(after: FileState): Record<string, unknown> {
  if (after.type === 'absent') return { state: 'absent' };
  const content = after.type === 'file' ? after.content : undefined;
  return {
    state: stateName(after),
    mode: modeText(after.mode),
    uid: after.uid,
    gid: after.gid,
    owner: after.owner,
    group: after.group,
    size: after.type === 'file' ? (content?.size ?? after.size) : after.details?.size,
  };
}
