import { posix } from 'node:path';
import { bytesOfText } from '../../core/escaped-bytes.ts';
import { Secret } from '../../core/secret.ts';
import { isDict, isList, toJson, type Value } from '../../core/value.ts';
import type { ModuleContext } from '../define.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import {
  type Content,
  contentOf,
  described,
  type Found,
  fileDigest,
  fileHead,
  lookBelow,
  lookThrough,
} from '../kinds/file.ts';
import { HEAD_SIZE } from '../kinds/file-disk.ts';
import { hostPath } from '../kinds/host-path.ts';
import type { CopyParameters } from './parameters.ts';

/** What is to be copied: one file, or a tree. */
export type Source = FileSource | TreeSource;

export interface FileSource {
  readonly type: 'file';
  /** undefined: the contents were given themselves. */
  readonly name?: string;
  readonly content: Content;
  readonly mode?: number;
}

export interface TreeSource {
  readonly type: 'tree';
  readonly name: string;
  /** Paths begin with the directory's own name unless only its contents were meant (`src: dir/`). */
  readonly entries: readonly Entry[];
}

export type Entry =
  | { readonly type: 'file'; readonly path: string; readonly content: Content; readonly mode: number }
  | { readonly type: 'directory'; readonly path: string; readonly mode?: number }
  | { readonly type: 'link'; readonly path: string; readonly target: string };

export async function lookAtSource(host: Reader, p: CopyParameters, context: ModuleContext): Promise<Source> {
  if (p.content !== undefined) return { type: 'file', content: givenContent(p.content) };
  const source = p.remote_src ? await remoteSource(host, p) : localSource(p, context);
  if (
    p.checksum !== undefined &&
    source.type === 'file' &&
    source.content.sha1 !== p.checksum.toLowerCase()
  ) {
    throw new Failure(`the checksum of ${p.src} is ${source.content.sha1}, not ${p.checksum}`, {
      checksum: source.content.sha1,
      expected_checksum: p.checksum,
    });
  }
  return source;
}

function givenContent(value: Value): Content {
  if (value instanceof Secret) return contentOf(bytesOfText(value.reveal()), true);
  if (isDict(value) || isList(value)) {
    // The reader of the file gets the values; only what people see is masked.
    const { text, secret } = jsonText(value);
    return contentOf(Buffer.from(text), secret);
  }

  if (typeof value === 'boolean') return contentOf(Buffer.from(value ? 'True' : 'False'));
  return contentOf(bytesOfText(typeof value === 'string' ? value : String(toJson(value))));
}

/** As Python's json.dumps writes it: a space after each comma and colon, other letters as escapes. */
function jsonText(value: Value): { text: string; secret: boolean } {
  let secret = false;
  const write = (item: Value): string => {
    if (item instanceof Secret) {
      secret = true;
      return typeof item.content === 'string' ? ascii(item.content) : String(item.content);
    }
    if (isList(item)) return `[${(item as readonly Value[]).map(write).join(', ')}]`;
    if (isDict(item)) {
      const pairs = [...(item as ReadonlyMap<Value, Value>)];
      return `{${pairs.map(([key, part]) => `${ascii(String(key))}: ${write(part)}`).join(', ')}}`;
    }
    return typeof item === 'string' ? ascii(item) : JSON.stringify(toJson(item));
  };
  return { text: write(value), secret };
}

function ascii(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, letter => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function localSource(p: CopyParameters, { local }: ModuleContext): Source {
  const path = local.find(p.src!, 'files');
  const found = local.stat(path)!;
  const read = (file: string): Content => {
    const { content, secret } = local.read(file, p.decrypt);
    return contentOf(content, secret);
  };
  if (!found.directory) return { type: 'file', name: path, content: read(path), mode: found.mode };
  const folder = path.replace(/\/+$/, '');
  const start = p.src!.endsWith('/') ? '' : `${posix.basename(folder)}/`;
  const entries: Entry[] = start === '' ? [] : [{ type: 'directory', path: start.slice(0, -1) }];
  const add = (from: string, to: string, above: readonly string[]) => {
    for (const { path: below, directory, link } of local.walk(from)) {
      const [full, place] = [`${from}/${below}`, `${to}${below}`];
      if (link !== undefined && !p.local_follow) {
        entries.push({ type: 'link', path: place, target: link });
        continue;
      }
      const its = link === undefined && directory ? { directory, mode: 0 } : local.stat(full);
      if (!its)
        throw new Failure(`${full} is a link that leads nowhere`, {}, 'local_follow: false copies links');
      if (!its.directory) {
        entries.push({ type: 'file', path: place, content: read(full), mode: local.stat(full)!.mode });
        continue;
      }
      entries.push({ type: 'directory', path: place });
      if (link === undefined) continue;
      if (above.length > 20) throw new Failure(`${full} is a link that leads back to a folder above it`);
      add(full, `${place}/`, [...above, full]);
    }
  };
  add(folder, start, []);
  return { type: 'tree', name: path, entries };
}

async function remoteSource(host: Reader, p: CopyParameters): Promise<Source> {
  const path = await hostPath(host, p.src!);
  const [found, head, digest] = await Promise.all([
    lookThrough(host, path),
    host.look(fileHead, path),
    host.look(fileDigest, { path, algorithm: 'sha1' }),
  ]);
  const { state } = found;
  if (state.type === 'absent') throw new Failure(`there is no ${path} on the host to copy`, { src: p.src });
  if (state.type === 'file') {
    return { type: 'file', name: path, content: remoteContent(found, head, digest), mode: state.mode };
  }
  if (state.type !== 'directory') {
    throw new Failure(`cannot copy ${path}, which is ${described(state)}`, { src: p.src });
  }
  const start = p.src!.endsWith('/') ? '' : `${posix.basename(path)}/`;
  const own: Entry[] =
    start === '' ? [] : [{ type: 'directory', path: start.slice(0, -1), mode: state.mode }];
  const below = await lookBelow(host, found.path);
  const entries = await Promise.all(
    [...below].map(async ([full, its]): Promise<Entry[]> => {
      const place = start + full.slice(found.path.length + 1);
      if (its.type === 'directory') return [{ type: 'directory', path: place, mode: its.mode }];
      if (its.type === 'link' && !p.local_follow) return [{ type: 'link', path: place, target: its.target }];
      const [real, itsHead, itsDigest] = await Promise.all([
        lookThrough(host, full),
        host.look(fileHead, full),
        host.look(fileDigest, { path: full, algorithm: 'sha1' }),
      ]);
      if (real.state.type === 'directory') {
        throw new Failure(
          `${full} is a link to a directory`,
          {},
          'local_follow: false copies links as links',
        );
      }
      if (real.state.type !== 'file') throw new Failure(`cannot copy ${full}, which is ${described(its)}`);
      return [
        {
          type: 'file',
          path: place,
          content: remoteContent(real, itsHead, itsDigest),
          mode: real.state.mode,
        },
      ];
    }),
  );
  return { type: 'tree', name: path, entries: [...own, ...entries.flat()] };
}

function remoteContent(
  found: Found,
  head: { bytes: Buffer; whole: boolean } | null,
  sha1: string | null,
): Content {
  const { path, state } = found;
  if (state.type !== 'file' || !head || sha1 === null) throw new Failure(`cannot read ${path}`);
  const small =
    head.whole && head.bytes.length <= HEAD_SIZE ? contentOf(head.bytes) : { size: state.size, sha1 };
  return { ...small, from: path };
}
