/**
 * Does the work of bench/templates/work.ts with our templates, in a process of its own. Arguments: the file with
 * the work as JSON, and the name of what is to be done cold; without one, a name a line is read and done.
 * For each it writes a line: processor seconds, and a hash of all that came out.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fromJson, type Raw, TemplateText } from '../../src/core/value.ts';
import { createTemplar, toText } from '../../src/template/index.ts';
import type { Scope, Surroundings, Templar } from '../../src/template/types.ts';
import type { Work } from './work.ts';

const surroundings: Surroundings = {
  open: () => {
    throw new Error('nothing is sealed');
  },
  searchPath: () => [],
  readFile: () => null,
  warn: () => {},
};

const RENDER: Readonly<Record<Work['kind'], (templar: Templar, template: TemplateText) => unknown>> = {
  file: (templar, template) => templar.renderText(template),
  value: (templar, template) => templar.render(template),
  when: (templar, template) => templar.holds(template),
};

const [file, cold] = process.argv.slice(2);
const all = new Map((JSON.parse(readFileSync(file!, 'utf8')) as Work[]).map(work => [work.name, work]));

if (cold !== undefined) answer(prepared(cold));
else {
  const ready = new Map<string, () => unknown[]>();
  createInterface({ input: process.stdin }).on('line', name => {
    if (!ready.has(name)) ready.set(name, prepared(name));
    answer(ready.get(name)!);
  });
}

function answer(run: () => unknown[]): void {
  const before = process.cpuUsage();
  const values = run();
  const { user, system } = process.cpuUsage(before);
  const hash = createHash('sha1');
  for (const value of values) hash.update(toText(value)).update('\0');
  process.stdout.write(`${JSON.stringify({ seconds: (user + system) / 1e6, hash: hash.digest('hex') })}\n`);
}

/** A templar is made for each evaluation: the least favourable for what it remembers. */
function prepared(name: string): () => unknown[] {
  const { kind, texts, scopes, times } = all.get(name)!;
  const render = RENDER[kind];
  const templates = texts.map(text => new TemplateText(text, undefined));
  const known = scopes.map(scopeOf);
  return () => {
    let values: unknown[] = [];
    for (let time = 0; time < times; time += 1) {
      values = [];
      for (const scope of known)
        for (const template of templates) {
          const value = render(createTemplar(scope, surroundings), template);
          // V8 puts text together when it is first read; that belongs to the time.
          if (typeof value === 'string') Buffer.byteLength(value);
          values.push(value);
        }
    }
    return values;
  };
}

function scopeOf(data: Readonly<Record<string, unknown>>): Scope {
  const variables = fromJson(data) as ReadonlyMap<string, Raw>;
  return { get: name => variables.get(name), names: () => variables.keys() };
}
