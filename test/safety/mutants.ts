import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { BYTE_SPELLINGS } from '../../src/core/secret-bytes.ts';
import { SPELLINGS } from '../../src/core/secret-spellings.ts';
import { MASKS, type Mutant } from './mask-list.ts';
import { root } from './running-play.ts';

/** Each spelling by itself. */
const SPELLED = [...Object.keys(SPELLINGS), ...Object.keys(BYTE_SPELLINGS)].map(name => ({
  name: `spelling ${name}`,
  scene: name,
}));

export const MUTANTS: readonly { readonly name: string; readonly scene: string }[] = [...MASKS, ...SPELLED];

/** A fault that names a secret: nothing that anybody knows of leads to one. */
const FAULTS: readonly Omit<Mutant, 'scene'>[] = [
  {
    name: 'fault in a task',
    file: 'modules/ping.ts',
    at: '=> («{ targets: [], result: { ping: data } }»)',
    without: '(() => { throw new TypeError(`cannot read ${data}`); })()',
  },
  {
    name: 'fault that inspects',
    file: 'execute/actions/debug.ts',
    at: "«done('ok', { msg: text }, { show: text })»",
    without:
      "(() => { throw new TypeError(`cannot read ${process.getBuiltinModule('node:util').inspect(text)}`); })()",
  },
  {
    name: 'fault in the program',
    file: 'modules/ping.ts',
    at: 'probe: «host => host.text(sh`:`)»,',
    without:
      '(host: any, p: any) => (setImmediate(() => { throw new TypeError(`cannot read ${p.data}`); }), host.text(sh`:`))',
  },
];

/** A build in which `TSIBLE_MUTANTS` says which of the masks are away. */
export function mutable(): Plugin {
  const byFile = new Map<string, Omit<Mutant, 'scene'>[]>();
  for (const mutant of [...MASKS, ...FAULTS]) {
    const path = resolve(root, 'src', mutant.file);
    byFile.set(path, [...(byFile.get(path) ?? []), mutant]);
  }
  return {
    name: 'mutants',
    setup: build => {
      build.onLoad({ filter: /[/]src[/].*[.]ts$/ }, ({ path }) => {
        const mutants = byFile.get(path);
        if (!mutants) return undefined;
        const source = mutants.reduce(mutated, readFileSync(path, 'utf8'));
        return { contents: source.replace(TABLE, tableWithoutOne), loader: 'ts' };
      });
    },
  };
}

/** The table of spellings, without the one that is taken away. */
const TABLE = /Object[.]values[(](SPELLINGS|BYTE_SPELLINGS)[)]/g;

function tableWithoutOne(_whole: string, table: string): string {
  return `Object.entries(${table}).flatMap(([name, how]) => process.env.TSIBLE_MUTANTS.includes('<spelling ' + name + '>') ? [] : [how])`;
}

function mutated(source: string, { name, file, at, without }: Omit<Mutant, 'scene'>): string {
  const [before, mask, after] = at.split(/[«»]/) as [string, string, string];
  const parts = source.split(before + mask + after);
  if (parts.length !== 2) throw new Error(`${file} has "${before + mask + after}" ${parts.length - 1} times`);
  const chosen = `(process.env.TSIBLE_MUTANTS.includes(${JSON.stringify(`<${name}>`)}) ? ${without} : ${mask})`;
  return parts.join(before + chosen + after);
}
