// Asks ansible-core what the templates of test/template/files give, and compares with what is kept there.
//
//   npm run test:oracle -- files [--write] [NAME…]
//
// --write: keeps its answers.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { realFiles } from '../../template/real-files.ts';
import { startTemplateOracle } from './oracle.ts';

/** How many kept files are not the oracle's. */
export async function compareFiles(names: readonly string[], write: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tsible-files-'));
  const files = (await realFiles(folder)).filter(({ name }) => names.length === 0 || names.includes(name));
  const oracle = await startTemplateOracle('{}', folder);
  const answers = await oracle.ask(
    files.map(({ text, options, templates, variables }) =>
      // The variables go in as written: JavaScript's numbers would lose 8.0 and large integers.
      JSON.stringify({ t: text, options, templates }).replace(/}$/, `,"vars":${variables}}`),
    ),
  );
  await oracle.stop();
  rmSync(folder, { recursive: true });
  let different = 0;
  files.forEach(({ name, way, expected }, at) => {
    const { out, error } = answers[at]!;
    const kept = existsSync(expected) ? readFileSync(expected, 'utf8') : undefined;
    if (out !== undefined && out === kept) return;
    different++;
    process.stdout.write(`${name}, ${way}: ${error ? `the oracle's error: ${error}` : 'not what is kept'}\n`);
    if (out === undefined || !write) return;
    mkdirSync(dirname(expected), { recursive: true });
    writeFileSync(expected, out);
  });
  process.stdout.write(`whole files: ${files.length} asked, ${different} different\n`);
  return write ? 0 : different;
}
