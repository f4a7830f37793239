import nodePath from 'node:path';
import { didYouMean, UserError } from '../../core/error.ts';
import { expandPath } from '../../core/home.ts';
import type { Position } from '../../core/position.ts';
import { Float, isList, type Raw, type Value } from '../../core/value.ts';
import { splitWords, UnclosedQuote } from '../../core/words.ts';

/** A setting's value as it was written, with what its paths are relative to. */
export interface Written {
  readonly name: string;
  /** Text of ansible.cfg or of the environment; any data of tsible.yml. */
  readonly value: Raw;
  readonly folder: string;
  readonly position?: Position | undefined;
}

export type Reader<T> = (written: Written) => T;

/** A reader whose setting may be absent. */
export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return read;
}

export const readers = {
  yesNo(written: Written): boolean {
    if (typeof written.value === 'boolean') return written.value;
    const value = textOf(written).toLowerCase();
    if (['y', 'yes', 'true', 't', 'on', '1'].includes(value)) return true;
    if (['n', 'no', 'false', 'f', 'off', '0'].includes(value)) return false;
    throw wrong(written, 'yes or no');
  },

  whole(written: Written): number {
    const value = textOf(written);
    if (!/^-?\d+$/.test(value)) throw wrong(written, 'a whole number');
    return Number(value);
  },

  text: (written: Written): string => textOf(written),

  /** Words as a shell splits them. */
  words(written: Written): readonly string[] {
    if (isList(written.value)) return listOf(written);
    try {
      return splitWords(textOf(written));
    } catch (error) {
      if (error instanceof UnclosedQuote) throw wrong(written, 'words with balanced quotes');
      throw error;
    }
  },

  /** Separated by commas. */
  list: (written: Written): readonly string[] => listOf(written),

  path: (written: Written): string => absolute(textOf(written), written),

  /** Separated by commas. */
  pathList: (written: Written): readonly string[] => listOf(written).map(item => absolute(item, written)),

  /** Separated by colons, as in PATH. */
  pathSearch(written: Written): readonly string[] {
    const items = isList(written.value) ? listOf(written) : textOf(written).split(':').filter(Boolean);
    return items.map(item => absolute(item.trim(), written));
  },

  choice:
    <const C extends string>(...choices: readonly C[]): Reader<C> =>
    written => {
      const value = textOf(written);
      const found = choices.find(choice => choice === value);
      if (found !== undefined) return found;
      throw wrong(written, `one of ${choices.join(', ')}`, didYouMean(value, choices));
    },

  /** A boolean in Ansible; `accept-new` trusts hosts that were never seen before. */
  keyChecking(written: Written): 'yes' | 'no' | 'accept-new' {
    if (written.value === 'accept-new') return 'accept-new';
    return readers.yesNo(written) ? 'yes' : 'no';
  },
};

function textOf(written: Written): string {
  const { value } = written;
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof Float) return String(value);
  throw wrong(written, 'text');
}

function listOf(written: Written): readonly string[] {
  const { value } = written;
  if (isList(value)) return (value as readonly Value[]).map(item => textOf({ ...written, value: item }));
  return textOf(written)
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
}

function absolute(path: string, { folder }: Written): string {
  return nodePath.resolve(folder, expandPath(path.replace(/\{\{\s*CWD\s*\}\}/g, process.cwd())));
}

function wrong({ name, position }: Written, expected: string, hint?: string): UserError {
  return new UserError(`the setting "${name}" wants ${expected}`, { position, hint });
}
