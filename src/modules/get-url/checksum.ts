import { beginningOf } from '../../core/known-secrets.ts';
import { Failure } from '../failure.ts';
import { ALGORITHMS, type Algorithm } from '../kinds/file-disk.ts';

export interface Checksum {
  readonly algorithm: Algorithm;
  /** Lower-case hexadecimal, or the URL of a file that lists it. */
  readonly value: string;
  readonly isUrl: boolean;
}

/** `sha256:HEX` or `sha256:URL`. */
export function parseChecksum(text: string): Checksum {
  const [, name, value] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  const hint = 'such as sha256:HEX or sha256:URL';
  const algorithm = ALGORITHMS.find(known => known === name?.toLowerCase().replace('-', ''));
  if (value === undefined) throw new Failure(`checksum "${text}" does not name its algorithm`, {}, hint);
  if (!algorithm)
    throw new Failure(`checksum: unknown algorithm "${name}"`, {}, `known: ${ALGORITHMS.join(', ')}`);
  if (/^(https?|ftp|file):/.test(value)) return { algorithm, value, isUrl: true };
  return { algorithm, value: hexadecimal(value), isUrl: false };
}

/** The checksum of `name` in a list as sha256sum prints it, or in a text that is nothing but one. */
export function findChecksum(list: string, name: string, url: string): string {
  const lines = list.split(/\r?\n/).filter(line => line.trim() !== '');
  if (lines.length === 1 && !/\s/.test(lines[0]!.trim())) return hexadecimal(lines[0]!);
  for (const line of lines) {
    const [, sum, file] = /^(\S+) [ *]?(.*)$/.exec(line) ?? [];
    if (file?.replace(/^[./]+/, '') === name) return hexadecimal(sum!);
  }
  throw new Failure(`${url} lists no checksum for ${name}`);
}

function hexadecimal(text: string): string {
  const plain = text.replace(/\W+/g, '').toLowerCase();
  if (/^[0-9a-f]+$/.test(plain)) return plain;
  throw new Failure(`"${beginningOf(text.trim(), 100)}" is not a checksum`);
}
