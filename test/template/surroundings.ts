import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vaultByPassword } from '../../src/cli/play/vault-by-password.ts';
import type { Raw, RawDict } from '../../src/core/value.ts';
import { createTemplar } from '../../src/template/index.ts';
import type { Scope, Surroundings, Templar } from '../../src/template/types.ts';

export const CASES = join(import.meta.dirname, 'cases');

/** A templar with these variables, and the templates of `cases/templates` to include. */
export function templarWith(
  variables: RawDict | Record<string, Raw>,
  more: Partial<Surroundings> = {},
): Templar {
  const known = variables instanceof Map ? variables : new Map(Object.entries(variables));
  const scope: Scope = {
    get: name => known.get(name) as Raw | undefined,
    names: () => known.keys() as Iterable<string>,
  };
  return createTemplar(scope, { ...surroundings, ...more });
}

const surroundings: Surroundings = {
  open: () => {
    throw new Error('nothing is sealed here');
  },
  searchPath: kind => [join(CASES, kind), CASES],
  readFile: path => {
    try {
      return { text: readFileSync(path, 'utf8'), secret: false };
    } catch {
      return null;
    }
  },
  warn: () => {},
  vault: vaultByPassword,
};
