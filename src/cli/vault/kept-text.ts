import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../core/error.ts';
import { replaceFile } from '../replace-files.ts';

/**
 * Keeps what was written for a file and could not be saved there, encrypted: beside it, or where there is no room or
 * no right for that either, in the home folder or the one for temporary files.
 *
 * @returns where it is
 */
export function keepText(path: string, encrypted: string | Uint8Array): string {
  const [first, ...others] = [dirname(path), homedir(), tmpdir()];
  try {
    return writeNew(first!, path, encrypted);
  } catch (error) {
    for (const folder of others) {
      try {
        return writeNew(folder, path, encrypted);
      } catch (another) {
        if (!(another instanceof UserError)) throw another;
      }
    }
    throw error;
  }
}

function writeNew(folder: string, path: string, encrypted: string | Uint8Array): string {
  const name = join(folder, `${basename(path)}.edited`);
  let target = name;
  for (let number = 2; existsSync(target); number++) target = `${name}-${number}`;
  replaceFile(target, encrypted);
  return target;
}
