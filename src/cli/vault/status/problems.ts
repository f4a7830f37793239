import { relative } from 'node:path';
import { UserError } from '../../../core/error.ts';
import { fnmatch } from '../../../core/wildcards.ts';
import { readPathPattern } from '../../../load/index.ts';
import { sameRecipients } from '../../../vault/readers.ts';
import { governing } from '../rules.ts';
import { plainSecrets } from './plain-secrets.ts';
import type { Surveyed } from './survey.ts';

/** Something that should not be committed. */
export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** @param plain what may be read by everybody: `PATH` or `PATH:KEY`, both patterns */
export function problemsIn(file: Surveyed, plain: readonly string[]): Problem[] {
  const { path, sealed, text, faults } = file;
  const problems: Problem[] = faults.map(fault => ({
    path,
    line: fault.position?.line ?? 1,
    what: fault.message,
  }));
  const allowed = plain.map(readAllowed);
  const permits = (key: string | undefined) => allowed.some(each => each(path, key));
  const rule = governing(path);
  if (rule && sealed.length === 0 && faults.length === 0 && text.trim() !== '' && !permits(undefined)) {
    problems.push({
      path,
      line: 1,
      what: `this is not encrypted, and ${rule.where} says for whom it should be`,
    });
  }
  for (const { key, line, readers } of rule ? sealed : []) {
    if (!sameRecipients(readers.recipients, rule!.recipients)) {
      const what = key === undefined ? 'this' : key;
      problems.push({ path, line, what: `${what} is not encrypted for those that ${rule!.where} names` });
    }
  }
  for (const { key, line, what } of plainSecrets(file)) {
    if (!permits(key)) problems.push({ path, line, what });
  }
  return problems.sort((a, b) => a.line - b.line);
}

function readAllowed(text: string): (path: string, key: string | undefined) => boolean {
  const colon = text.lastIndexOf(':');
  const [files, keys] = colon === -1 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
  const pattern = readPathPattern(files);
  if ('fault' in pattern) {
    throw new UserError(`vault_plain: ${pattern.fault}`, { hint: pattern.hint });
  }
  const isKey = keys === undefined ? undefined : fnmatch(keys);
  return (path, key) =>
    pattern.matches(relative('', path).replaceAll('\\', '/')) &&
    (isKey === undefined || (key !== undefined && isKey(key)));
}
