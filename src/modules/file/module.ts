import { posix } from 'node:path';
import { stateModule } from '../define.ts';
import { Failure } from '../failure.ts';
import { attributeParameters, lookUpOwners } from '../file-attributes.ts';
import type { Reader } from '../host/access.ts';
import { ABSENT, type FileState, file, fileTarget, lookBelow, lookThrough } from '../kinds/file.ts';
import { hostPath } from '../kinds/host-path.ts';
import { missingFolders } from '../missing-folders.ts';
import { type Infer, t } from '../parameters.ts';
import { wantDirectory } from './directory.ts';
import { wantHardLink } from './hard-link.ts';
import { wantLink } from './link.ts';
import type { FileNow } from './now.ts';
import { wantPresent } from './present.ts';
import { wantedTimes } from './times.ts';

const STATES = ['absent', 'directory', 'file', 'hard', 'link', 'touch'] as const;

const parameters = {
  path: t.path({ required: true, aliases: ['dest', 'name'], doc: 'The path to manage.' }),
  state: t.choice(STATES)({ doc: 'What it should be; as it is when not given.' }),
  src: t.path({ doc: 'What a link leads to.' }),
  recurse: t.bool({ default: false, doc: 'Give the attributes to everything below a directory too.' }),
  force: t.bool({ default: false, doc: 'Replace files by links, and make links that lead nowhere.' }),
  follow: t.bool({ default: true, doc: 'Manage what a link leads to rather than the link.' }),
  modification_time: t.str({ doc: '"preserve", "now", or a time in modification_time_format.' }),
  modification_time_format: t.str({ default: '%Y%m%d%H%M.%S' }),
  access_time: t.str({ doc: 'As for modification_time.' }),
  access_time_format: t.str({ default: '%Y%m%d%H%M.%S' }),
  ...attributeParameters,
} as const;

export type FileParameters = Infer<typeof parameters>;

export const fileModule = stateModule({
  names: ['file', 'ansible.builtin.file'],
  summary: 'Manage files, folders and links with their attributes',
  parameters,
  constraints: [
    (given, effective) =>
      effective.get('recurse') === true && !['directory', undefined].includes(given.get('state') as string)
        ? 'recurse needs state: directory'
        : undefined,
    given =>
      given.has('src') && !['link', 'hard'].includes(given.get('state') as string)
        ? 'src needs state: link or hard'
        : undefined,
  ],
  probe,
  want: (now, p) => {
    switch (now.state) {
      case 'absent':
        return {
          targets: [fileTarget(now.path, now.own, ABSENT)],
          result: { path: now.path, state: 'absent' },
        };
      case 'directory':
        return wantDirectory(now);
      case 'link':
        return wantLink(now, p);
      case 'hard':
        return wantHardLink(now, p);
      default:
        return wantPresent(now);
    }
  },
});

async function probe(host: Reader, p: FileParameters): Promise<FileNow> {
  const path = await hostPath(host, p.path);
  if (path === '/' && p.state === 'absent') throw new Failure('the root folder cannot be removed');
  const [own, parent, times] = await Promise.all([
    host.look(file, path),
    lookThrough(host, posix.dirname(path)),
    wantedTimes(host, p),
  ]);
  const state = p.state ?? (p.recurse ? 'directory' : presentState(own));
  const through = own.type === 'link' && p.follow ? await lookThrough(host, path) : { path, state: own };
  // A folder that a link leads to is made where the link leads.
  const missing =
    state === 'directory' && through.state.type === 'absent' ? await missingFolders(host, through.path) : [];
  const highest = missing.length > 0 ? missing[0]! : through;
  const above = missing.length > 0 ? await lookThrough(host, posix.dirname(highest.path)) : parent;
  const source = p.src === undefined ? undefined : await findSource(host, p.src, path, state, own);
  const managed =
    state === 'link' ? (source?.found ?? through) : state === 'hard' ? (source?.found ?? through) : through;
  const owners =
    state === 'absent'
      ? {}
      : await lookUpOwners(host, state === 'link' && !p.follow ? own : managed.state, p);
  const fresh =
    state === 'link' && own.type !== 'link' && p.follow ? await lookUpOwners(host, ABSENT, {}) : owners;
  const all =
    p.recurse && through.state.type === 'directory' ? await lookBelow(host, through.path) : undefined;
  const empty =
    state === 'link' && own.type === 'directory' && p.force ? (await lookBelow(host, path)).size === 0 : true;
  return {
    path,
    state,
    own,
    through,
    parent: above.state,
    missing,
    source,
    owners,
    linkDefaults: fresh.defaults,
    wishes: p,
    times,
    below: all,
    empty,
  };
}

function presentState(own: FileState): (typeof STATES)[number] {
  if (own.type === 'directory' || own.type === 'link') return own.type;
  return 'file';
}

async function findSource(host: Reader, src: string, path: string, state: string, own: FileState) {
  const text = src.startsWith('~') || src.includes('$') ? await hostPath(host, src) : src;
  if (text === '') throw new Failure('src is empty', { path, src });
  const base = state === 'link' ? (own.type === 'directory' ? path : posix.dirname(path)) : undefined;
  const absolute = base === undefined ? await hostPath(host, text) : posix.resolve(base, text);
  return { text, found: await lookThrough(host, absolute) };
}
