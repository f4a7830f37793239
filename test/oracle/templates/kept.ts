// Asks ansible-core what the cases of test/template/cases give, and compares with the answers kept there.
//
//   npm run test:oracle -- kept [--write] [FILE…]
//
// --write: keeps its answers. A case without an answer gets one in any case.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES } from '../../template/surroundings.ts';
import { caseFiles, caseTitle, readCases, type TemplateCase } from '../../template/template-case.ts';
import { startTemplateOracle } from './oracle.ts';

/** How many kept answers are not the oracle's. */
export async function compareKept(files: readonly string[], write: boolean): Promise<number> {
  const oracle = await startTemplateOracle();
  let asked = 0;
  let different = 0;
  for (const file of caseFiles().filter(
    name => files.length === 0 || files.some(part => name.includes(part)),
  )) {
    const cases = readCases(file);
    const answers = await oracle.answer(cases);
    asked += cases.length;
    const now = cases.map((one, at): TemplateCase => {
      const { out: _, error: __, ...rest } = one;
      const answer = answers[at]!;
      const known = one.out !== undefined || one.error !== undefined;
      const same = one.out === answer.out && (one.error === undefined) === (answer.error === undefined);
      if (same) return one;
      if (known) {
        different++;
        const told = (a: TemplateCase): string => a.out ?? `error: ${a.error}`;
        process.stdout.write(
          `${file}: ${caseTitle(one)}\n  kept:   ${told(one)}\n  oracle: ${told(answer)}\n`,
        );
        if (!write) return one;
      }
      return { ...rest, ...answer };
    });
    writeFileSync(join(CASES, file), now.map(one => `${JSON.stringify(one)}\n`).join(''));
  }
  await oracle.stop();
  process.stdout.write(`kept answers: ${asked} asked, ${different} different\n`);
  return write ? 0 : different;
}
