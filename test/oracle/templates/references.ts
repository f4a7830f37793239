// Asks Jinja2 which variables templates take from outside, and compares with what `references` says.
//
//   npm run test:oracle -- references [--write]
//
// --write: keeps its answers for the templates of test/template/references.jsonl.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdsTemplate } from '../../../src/template/reading.ts';
import { REFERENCES, type ReferenceCase, referenceCases, undeclared } from '../../template/reference-case.ts';
import { CASES } from '../../template/surroundings.ts';
import { caseFiles, readCases } from '../../template/template-case.ts';
import { startTemplateOracle } from './oracle.ts';

/** How many templates have other variables than Jinja2 finds, without a reason that is kept. */
export async function compareReferences(write: boolean): Promise<number> {
  const oracle = await startTemplateOracle('{}', join(CASES, 'templates'), 'undeclared.py');
  const kept = referenceCases();
  const answers = await oracle.ask(kept.map(({ t }) => JSON.stringify({ t })));
  let different = 0;
  const now = kept.map((one, at): ReferenceCase => {
    const { out = `error: ${answers[at]!.error}` } = answers[at]!;
    if (one.out === out) return one;
    if (one.out !== undefined) {
      different++;
      process.stdout.write(`${one.t}\n  kept:   ${one.out}\n  oracle: ${out}\n`);
    }
    return { ...one, out };
  });
  if (write) writeFileSync(REFERENCES, now.map(one => `${JSON.stringify(one)}\n`).join(''));

  // And of all other templates there are, whatever they are.
  const known = new Set(kept.map(({ t }) => t));
  const all = caseFiles()
    .flatMap(readCases)
    .map(({ e, t }) => t ?? `{{ ${e} }}`);
  const texts = [...new Set(all)].filter(text => holdsTemplate(text) && !known.has(text));
  const others = await oracle.ask(texts.map(t => JSON.stringify({ t })));
  texts.forEach((text, at) => {
    const { out } = others[at]!;
    const ours = undeclared(text);
    // What only one of them can parse is compared elsewhere.
    if (out === undefined || ours.startsWith('error') || ours === out) return;
    // Jinja2 does not say what a block sees of the template around it.
    if (/\{%-?\s*block/.test(text) && isPart(ours, out)) return;
    different++;
    process.stdout.write(`${text}\n  ours:   ${ours}\n  oracle: ${out}\n`);
  });
  await oracle.stop();
  process.stdout.write(`references: ${kept.length + texts.length} asked, ${different} different\n`);
  return write ? 0 : different;
}

function isPart(some: string, all: string): boolean {
  const names = new Set(all.split(' '));
  return some === '' || some.split(' ').every(name => names.has(name));
}
