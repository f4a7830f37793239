import type { Wanted } from '../define.ts';
import { Failure } from '../failure.ts';
import { wantedAttributes } from '../file-attributes.ts';
import { fileResult } from '../file-result.ts';
import type { Target } from '../kind.ts';
import { described, type FileState, fileTarget, type Link, type PresentFile } from '../kinds/file.ts';
import type { FileNow } from './now.ts';

/** A symbolic link. With `follow` the attributes are those of what it leads to. */
export function wantLink(now: FileNow, { follow, force }: { follow: boolean; force: boolean }): Wanted {
  const { path, own, source } = now;
  const target = source?.text ?? (own.type === 'link' ? own.target : undefined);
  if (target === undefined) throw new Failure('a new link needs src', { path });
  refuse(now, force);
  const link: Link = { type: 'link', target, ...linkAttributes(now, follow), ...whereTo(now, target) };
  const targets: Target[] = [fileTarget(path, own, link)];
  const warnings: string[] = [];
  const leadsTo = source?.found ?? now.through;
  let shown: FileState = link;
  if (follow && leadsTo.state.type === 'absent') {
    warnings.push(`${path} leads to ${leadsTo.path}, which does not exist, so that it gets no attributes`);
  } else if (follow && leadsTo.state.type !== 'absent' && leadsTo.state.type !== 'link') {
    const its: PresentFile = leadsTo.state;
    const type = its.type === 'directory' ? 'directory' : 'file';
    const after = {
      ...its,
      ...wantedAttributes(type, its, now.parent, now.wishes, now.owners),
      newTimes: now.times,
    } as PresentFile;
    targets.push(fileTarget(leadsTo.path, its, after));
    shown = after;
  }
  const result = { dest: path, src: target, ...fileResult(shown), state: 'link' };
  return { targets, result, warnings };
}

function refuse({ path, own, source, parent, empty }: FileNow, force: boolean): void {
  const data = { path, src: source?.text };
  if (source && !force && source.found.state.type === 'absent') {
    const hint = 'force: true makes the link all the same';
    throw new Failure(`the link ${path} would lead nowhere: there is no ${source.found.path}`, data, hint);
  }
  if (own.type === 'absent') {
    if (parent.type === 'directory') return;
    throw new Failure(`cannot make the link ${path}: its folder does not exist`, data);
  }
  if (own.type === 'link') return;
  if (!force) {
    const hint = 'force: true replaces it';
    throw new Failure(`${path} should be a link and is ${described(own)}`, data, hint);
  }
  if (!empty) throw new Failure(`${path} should be a link and is a directory that is not empty`, data);
}

function linkAttributes(now: FileNow, follow: boolean) {
  const { own, parent, owners, wishes, linkDefaults } = now;
  if (!follow) return wantedAttributes('link', own, parent, { ...wishes, mode: undefined }, owners);
  const base = own.type === 'link' || !linkDefaults ? owners : { defaults: linkDefaults };
  const before: FileState = own.type === 'link' ? own : { type: 'absent' };
  return wantedAttributes('link', before, parent, {}, { defaults: base.defaults });
}

function whereTo({ own, source }: FileNow, target: string): Pick<Link, 'real'> {
  if (own.type === 'link' && own.target === target) return { real: own.real };
  return { real: source && source.found.state.type !== 'absent' ? source.found.path : null };
}
