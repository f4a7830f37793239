import { sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import type { NewTimes } from '../kinds/file.ts';

export interface TimeWishes {
  readonly state?: string | undefined;
  readonly modification_time?: string | undefined;
  readonly modification_time_format: string;
  readonly access_time?: string | undefined;
  readonly access_time_format: string;
}

/** The times that were asked for; a time of day is one of the host's own time zone. */
export async function wantedTimes(host: Reader, p: TimeWishes): Promise<NewTimes> {
  const usual = p.state === 'touch' ? 'now' : 'preserve';
  const [mtime, atime] = await Promise.all([
    readTime(host, p.modification_time ?? usual, p.modification_time_format),
    readTime(host, p.access_time ?? usual, p.access_time_format),
  ]);
  return { ...(mtime !== undefined && { mtime }), ...(atime !== undefined && { atime }) };
}

async function readTime(host: Reader, text: string, format: string): Promise<number | 'now' | undefined> {
  if (text === 'preserve') return undefined;
  if (text === 'now') return 'now';
  const date = readDate(text, format);
  const answer = await host.text(sh`date -d ${date} +%s`);
  return Number(answer.trim());
}

const FIELDS: Readonly<Record<string, string>> = {
  Y: String.raw`(?<Y>\d{4})`,
  y: String.raw`(?<y>\d{2})`,
  m: String.raw`(?<m>\d{1,2})`,
  d: String.raw`(?<d>\d{1,2})`,
  H: String.raw`(?<H>\d{1,2})`,
  M: String.raw`(?<M>\d{1,2})`,
  S: String.raw`(?<S>\d{1,2})`,
  '%': '%',
};

/** `2026-01-31 12:00:00` from a text in a format as Python's strptime has it. */
export function readDate(text: string, format: string): string {
  const pattern = format.replace(/%(.)|[\\^$.*+?()[\]{}|/]/g, (found, field?: string) => {
    if (field === undefined) return `\\${found}`;
    const known = FIELDS[field];
    if (known === undefined)
      throw new Failure(`the time format "${format}" has "%${field}", which is not supported`);
    return known;
  });
  const groups = new RegExp(`^${pattern}$`).exec(text)?.groups;
  if (!groups) throw new Failure(`the time "${text}" does not have the form "${format}"`);
  const part = (name: string, otherwise: string) => (groups[name] ?? otherwise).padStart(2, '0');
  const year =
    groups.Y ?? (groups.y === undefined ? '1900' : `${Number(groups.y) < 69 ? 20 : 19}${groups.y}`);
  return `${year}-${part('m', '1')}-${part('d', '1')} ${part('H', '0')}:${part('M', '0')}:${part('S', '0')}`;
}
