import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { BYTE_SPELLINGS } from '../../src/core/secret-bytes.ts';
import { SPELLINGS } from '../../src/core/secret-spellings.ts';
import { root } from './running-play.ts';

/** One mask, and the source with it: what stands between « and » becomes `without` when the mask is taken away. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly at: string;
  readonly without: string;
  /** The scene (`hunt-scenes.ts`) that must find a leak then. */
  readonly scene: string;
}

const MASKS: readonly Mutant[] = [
  {
    name: 'text reports',
    file: 'report/page.ts',
    at: 'return visible(«redact(text)»)',
    without: 'text',
    scene: 'printed by a host',
  },
  {
    name: 'texts in JSON',
    file: 'report/json.ts',
    at: "typeof data === 'string') return «redact(data)»",
    without: 'data',
    scene: 'printed by a host, in JSON',
  },
  {
    name: 'numbers in JSON',
    file: 'report/json.ts',
    at: 'const shown = «redact(text)»',
    without: 'text',
    scene: 'printed by a host, in JSON',
  },
  {
    name: 'keys in JSON',
    file: 'report/json.ts',
    at: 'object[«redact(keyText(key))»]',
    without: 'keyText(key)',
    scene: 'printed by a host, in JSON',
  },
  {
    name: 'errors of the command line',
    file: 'cli/error-report.ts',
    at: 'visible(«redact(text)»)',
    without: 'text',
    scene: 'a fault in the program',
  },
  {
    name: 'a Secret as text',
    file: 'core/secret.ts',
    at: 'toString(): string {\n    return «MASK»',
    without: 'this.reveal()',
    scene: 'too short to be searched for',
  },
  {
    name: 'a Secret in JSON',
    file: 'core/secret.ts',
    at: 'toJSON(): string {\n    return «MASK»',
    without: 'this.reveal()',
    scene: 'too short to be searched for, in JSON',
  },
  {
    name: 'what Secrets are made of',
    file: 'core/secret.ts',
    at: '«remember(String(content))»',
    without: 'undefined',
    scene: 'printed by a host',
  },
  {
    name: 'what is computed from Secrets',
    file: 'template/interpreter.ts',
    at: 'return «new Secret(how(unwrap(value)))»',
    without: 'how(unwrap(value))',
    scene: 'too short to be searched for',
  },
  {
    name: 'sealed values',
    file: 'cli/play/inline-secrets.ts',
    at: '«new Secret(openText(sealed.envelope, this.identities, sealed.position))»',
    without: 'openText(sealed.envelope, this.identities, sealed.position) as unknown as Secret',
    scene: 'printed by a host',
  },
  {
    name: 'sealed files of variables',
    file: 'load/yaml/build.ts',
    at: 'return «secret» ? new Secret(text) : text',
    without: 'false',
    scene: 'printed by a host',
  },
  {
    name: 'sealed files that are copied',
    file: 'cli/run-play.ts',
    at: "«new Secret(opened.toString('utf8'))»",
    without: 'undefined',
    scene: 'printed by a host',
  },
  {
    name: 'prompts',
    file: 'execute/prompts.ts',
    at: 'return «prompt.private ? new Secret(answer) : answer»',
    without: 'answer',
    scene: 'typed at prompts',
  },
  {
    name: 'parameters that are passwords',
    file: 'modules/parameters.ts',
    at: "if («typeof value === 'string' || typeof value === 'number'») new Secret",
    without: 'false',
    scene: 'plain values of parameters that are passwords',
  },
  {
    name: 'passwords in URLs',
    file: 'modules/parameters.ts',
    at: "read.includes('://')) «hidePasswordOf(read)»",
    without: 'undefined',
    scene: 'plain values of parameters that are passwords',
  },
  {
    name: 'no_log in texts',
    file: 'report/human.ts',
    at: 'const said = «event.hidden» ?',
    without: 'false',
    scene: 'hidden by no_log',
  },
  {
    name: 'no_log of results',
    file: 'report/human.ts',
    at: 'if (verbose && «!event.hidden»',
    without: 'true',
    scene: 'hidden by no_log',
  },
  {
    name: 'no_log of hints',
    file: 'report/failure-text.ts',
    at: 'event.hint !== undefined && «!event.hidden»',
    without: 'true',
    scene: 'hidden by no_log',
  },
  {
    name: 'no_log of differences',
    file: 'report/human.ts',
    at: 'const differences = «event.hidden» ?',
    without: 'false',
    scene: 'hidden by no_log',
  },
  {
    name: 'no_log of labels',
    file: 'report/host-line.ts',
    at: 'if («hidden») return',
    without: 'false',
    scene: 'hidden by no_log',
  },
  {
    name: 'no_log in JSON',
    file: 'report/json.ts',
    at: "if ('hidden' in event && «event.hidden») hide(plain)",
    without: 'false',
    scene: 'hidden by no_log, in JSON',
  },
  {
    name: 'contents that are no text',
    file: 'cli/run-play.ts',
    at: '«rememberBytes(opened)»',
    without: 'undefined',
    scene: 'printed by a host',
  },
  {
    name: 'lines of secrets',
    file: 'core/known-secrets.ts',
    at: 'new Set([text, whole, ...«linesOf(whole)»])',
    without: '[]',
    scene: 'printed by a host',
  },
  {
    name: 'the run around a piece of base64',
    file: 'core/known-secrets.ts',
    at: 'return «form.inRun» ?',
    without: 'false',
    scene: 'base64',
  },
  {
    name: 'the inventory as a list',
    file: 'cli/inventory/plain.ts',
    at: 'if (raw instanceof Secret) return «STARS»',
    without: 'raw.reveal()',
    scene: 'the inventory',
  },
];

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
