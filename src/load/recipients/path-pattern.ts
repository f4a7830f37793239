import { fnmatch } from '../../core/wildcards.ts';

/** A pattern for paths below a folder, or what is wrong with it. */
export type PathPattern =
  | { readonly matches: (path: string) => boolean }
  | { readonly fault: string; readonly hint?: string };

/**
 * Reads `group_vars/prod/*.yml`: `*`, `?` and `[abc]` stand for parts of a name, `**` for any number of folders,
 * and a folder with a slash behind it for everything in it.
 */
export function readPathPattern(text: string): PathPattern {
  const fault = faultIn(text);
  if (fault) return fault;
  const whole = text.endsWith('/') ? `${text}**` : text;
  const parts = whole
    .replace(/^(?:\.\/)+/, '')
    .split('/')
    .map(part => (part === '**' ? DEEP : fnmatch(part)));
  return { matches: path => fits(parts, path.split('/')) };
}

type Part = typeof DEEP | ((name: string) => boolean);
const DEEP = Symbol('any number of folders');

function fits(parts: readonly Part[], names: readonly string[]): boolean {
  const [part, ...rest] = parts;
  if (part === undefined) return names.length === 0;
  if (part !== DEEP) return names.length > 0 && part(names[0]!) && fits(rest, names.slice(1));
  // At the end it means what is below a folder, not the folder itself.
  if (rest.length === 0) return names.length > 0;
  return names.some((_, at) => fits(rest, names.slice(at)));
}

function faultIn(text: string): { fault: string; hint?: string } | undefined {
  const parts = text.replace(/\/$/, '').split('/');
  if (text === '') return { fault: 'a pattern for files is empty' };
  if (/^[/~]/.test(text) || parts.includes('..')) {
    return {
      fault: `"${text}" leads out of the project`,
      hint: 'patterns are relative to the folder of tsible.yml',
    };
  }
  if (text.startsWith('!')) {
    return {
      fault: `"${text}": patterns cannot be negated`,
      hint: 'the first rule that fits counts: put one for the exceptions before this one',
    };
  }
  if (/[{}]/.test(text))
    return { fault: `"${text}": braces mean nothing here`, hint: 'write several patterns, as a list' };
  if (text.includes('\\')) return { fault: `"${text}": folders are separated by "/"` };
  if (parts.some(part => part.includes('**') && part !== '**')) {
    return {
      fault: `"${text}": "**" stands for whole folders`,
      hint: 'write it between slashes: a/**/b.yml',
    };
  }
  if (parts.includes('')) return { fault: `"${text}" has an empty part between slashes` };
  if (parts.some(part => /\[(?!!?\]?[^\]]*\])/.test(part)))
    return { fault: `"${text}": a "[" is not closed` };
  return undefined;
}
