import { sh } from '../../core/shell.ts';
import { Unknown } from '../../core/value.ts';
import type { Kind } from '../kind.ts';
import type { PresentFile } from '../kinds/file.ts';
import { fileForecast } from '../kinds/file-forecast.ts';

export interface ExtrasId {
  readonly path: string;
  readonly mime: boolean;
  readonly attributes: boolean;
}

/**
 * What only the module `stat` tells: what this identity may do with the file, and what the programs `file`
 * and `lsattr` say of it, where the host has them. null: what stands there is only foreseen.
 */
export const fileExtras: Kind<ExtrasId, Record<string, unknown> | null> = {
  name: 'file extras',
  key: ({ path, mime, attributes }) => `${mime} ${attributes} ${path}`,
  composed: true,
  read: async (host, id) => {
    const forecast = await host.look(fileForecast, null);
    return forecast.at(id.path) === undefined ? host.look(extrasOnDisk, id) : null;
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('file extras are only for reading')),
};

/** The same for a file that a check run foresees. */
export function foreseenExtras(state: PresentFile): Record<string, unknown> {
  const unknown = new Unknown('the file is only foreseen by this check run');
  return { readable: unknown, writeable: unknown, executable: (state.mode & 0o111) === 0 ? false : unknown };
}

const extrasOnDisk: Kind<ExtrasId, Record<string, unknown>> = {
  name: 'file extras on disk',
  key: fileExtras.key,
  read: async (host, { path, mime, attributes }) => {
    const { stdout } = await host.ask(sh`
p=${path} a=
[ -r "$p" ] && a=r
[ -w "$p" ] && a=\${a}w
[ -x "$p" ] && a=\${a}x
echo "access $a"
[ -e "$p" ] || [ -L "$p" ] || exit 0
${mime ? sh`command -v file >/dev/null && echo "mime $(file -b --mime-type --mime-encoding -- "$p" 2>/dev/null)"` : sh`:`}
${attributes ? sh`command -v lsattr >/dev/null && echo "attributes $(lsattr -vd -- "$p" 2>/dev/null)"` : sh`:`}`);
    const lines = stdout.toString('utf8').split('\n');
    const after = (word: string) => lines.find(line => line.startsWith(`${word} `))?.slice(word.length + 1);
    return {
      ...accessFields(after('access') ?? ''),
      ...(mime && mimeFields(after('mime') ?? '')),
      ...(attributes && attributeFields(after('attributes') ?? '')),
    };
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('file extras are only for reading')),
};

function accessFields(letters: string): Record<string, boolean> {
  return {
    readable: letters.includes('r'),
    writeable: letters.includes('w'),
    executable: letters.includes('x'),
  };
}

function mimeFields(text: string): Record<string, string> {
  const match = /^(.*); charset=(.*)$/.exec(text);
  return { mimetype: match?.[1] ?? 'unknown', charset: match?.[2] ?? 'unknown' };
}

/** The letters that lsattr prints. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  A: 'noatime',
  a: 'append',
  c: 'compressed',
  C: 'nocow',
  d: 'nodump',
  D: 'dirsync',
  e: 'extents',
  E: 'encrypted',
  h: 'blocksize',
  i: 'immutable',
  I: 'indexed',
  j: 'journalled',
  N: 'inline',
  s: 'zero',
  S: 'synchronous',
  t: 'notail',
  T: 'blockroot',
  u: 'undelete',
  X: 'compressedraw',
  Z: 'compresseddirty',
};

function attributeFields(text: string): Record<string, unknown> {
  const [version, letters = ''] = text.trim().split(/\s+/);
  const flags = letters.replaceAll('-', '');
  return {
    version: version || null,
    attr_flags: flags,
    attributes: [...flags].flatMap(letter => ATTRIBUTES[letter] ?? []),
  };
}
