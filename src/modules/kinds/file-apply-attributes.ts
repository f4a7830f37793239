import { type ShellText, sequence, sh } from '../../core/shell.ts';
import { sameOwner } from './file-differences.ts';
import type { FileAttributes, PresentFile } from './file-state.ts';

/** `owner:group` for chown: numbers where they are known, so that no name can be read as something else. */
export function chownWord({ uid, owner, gid, group }: FileAttributes): string {
  return `${uid ?? owner}:${gid ?? group}`;
}

/** Owner, permissions and times of what stands at a path already; only what differs. */
export function changeAttributes(path: string, before: PresentFile, after: PresentFile): ShellText {
  const steps: ShellText[] = [];
  const owner = sameOwner(before.owner, before.uid, after.owner, after.uid)
    ? ''
    : String(after.uid ?? after.owner);
  const group = sameOwner(before.group, before.gid, after.group, after.gid)
    ? ''
    : String(after.gid ?? after.group);
  if (owner || group) steps.push(sh`chown -h ${group ? `${owner}:${group}` : owner} -- ${path} || exit`);
  // Changing the owner clears setuid and setgid.
  const special = (owner || group) && (after.mode & 0o6000) !== 0;
  if (after.type !== 'link' && (before.mode !== after.mode || special)) {
    steps.push(sh`chmod ${after.mode.toString(8).padStart(5, '0')} -- ${path} || exit`);
  }
  for (const [which, flag] of [
    ['mtime', '-m'],
    ['atime', '-a'],
  ] as const) {
    const time = after.newTimes?.[which];
    if (time === 'now') steps.push(sh`touch -c ${flag} -- ${path} || exit`);
    else if (time !== undefined)
      steps.push(sh`touch -c ${flag} -d ${`@${Math.trunc(time)}`} -- ${path} || exit`);
  }
  return sequence(steps);
}
