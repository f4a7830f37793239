import { modeText } from '../file-mode.ts';
import type { AttributeDifference, Difference } from '../kind.ts';
import type { Content, FileState, PresentFile, RegularFile } from './file-state.ts';
import { textDifference } from './text-difference.ts';

/** What differs between what stands at a path and what should: type, contents, where a link leads, attributes. */
export function compareFiles(path: string, before: FileState, after: FileState): Difference[] {
  if (before.type === 'absent' && after.type === 'absent') return [];
  if (before.type !== after.type) return [...typeDifference(path, before, after)];
  const [old, wanted] = [before as PresentFile, after as PresentFile];
  const differences: Difference[] = [];
  if (old.type === 'file' && wanted.type === 'file')
    differences.push(...contentDifferences(path, old, wanted));
  if (old.type === 'link' && wanted.type === 'link' && old.target !== wanted.target) {
    differences.push(attribute(path, 'target', old.target, wanted.target));
  }
  return [...differences, ...attributeDifferences(path, old, wanted)];
}

function typeDifference(path: string, before: FileState, after: FileState): Difference[] {
  const state: AttributeDifference = attribute(path, 'state', nameOf(before), nameOf(after));
  if (after.type === 'file' && after.content && after.content.size > 0 && after.hardLinkTo === undefined) {
    const content = textDifference(path, null, after.content);
    return before.type === 'absent' ? [content] : [state, content];
  }
  return [state];
}

function contentDifferences(path: string, old: RegularFile, wanted: RegularFile): Difference[] {
  if (wanted.hardLinkTo !== undefined) return [attribute(path, 'hard link to', null, wanted.hardLinkTo)];
  if (!wanted.content || (old.content && sameContent(old.content, wanted.content))) return [];
  return [textDifference(path, old.content ?? { size: old.size, sha1: '' }, wanted.content)];
}

function sameContent(a: Content, b: Content): boolean {
  if (a.size !== b.size) return false;
  return a.bytes && b.bytes ? a.bytes.equals(b.bytes) : a.sha1 === b.sha1;
}

function attributeDifferences(path: string, old: PresentFile, wanted: PresentFile): AttributeDifference[] {
  const differences: AttributeDifference[] = [];
  if (!sameOwner(old.owner, old.uid, wanted.owner, wanted.uid))
    differences.push(attribute(path, 'owner', old.owner, wanted.owner));
  if (!sameOwner(old.group, old.gid, wanted.group, wanted.gid))
    differences.push(attribute(path, 'group', old.group, wanted.group));
  // A link's own permissions mean nothing and cannot be changed.
  if (old.mode !== wanted.mode && old.type !== 'link')
    differences.push(attribute(path, 'mode', modeText(old.mode), modeText(wanted.mode)));
  for (const time of ['mtime', 'atime'] as const) {
    const [from, to] = [old.details?.[time], wanted.newTimes?.[time]];
    // Seconds, because that is what every host's touch can set.
    if (to === undefined || (from !== undefined && to !== 'now' && Math.trunc(from) === Math.trunc(to)))
      continue;
    differences.push(
      attribute(path, time, from === undefined ? null : dateText(from), to === 'now' ? to : dateText(to)),
    );
  }
  return differences;
}

/** Numbers decide where both are known: a number can have several names. */
export function sameOwner(
  name: string,
  id: number | null,
  otherName: string,
  otherId: number | null,
): boolean {
  return id !== null && otherId !== null ? id === otherId : name === otherName;
}

function dateText(seconds: number): string {
  return new Date(Math.trunc(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

function nameOf(state: FileState): string {
  if (state.type === 'other') return state.what;
  if (state.type === 'link') return `link to ${state.target}`;
  return state.type === 'file' && state.hardLinkTo !== undefined
    ? `hard link to ${state.hardLinkTo}`
    : state.type;
}

function attribute(
  header: string,
  name: string,
  before: string | null,
  after: string | null,
): AttributeDifference {
  return { type: 'attribute', header, attribute: name, before, after };
}
