// Compares tsible with the real Ansible and Jinja2, which it installs into a tree of their own.
//
//   npm run test:oracle                    everything
//   npm run test:oracle -- kept [--write] [FILE…]
//   npm run test:oracle -- files [--write] [NAME…]
//   npm run test:oracle -- references [--write]
//   npm run test:oracle -- random [--seed N] [--count N]
//   npm run test:oracle -- plays [--write] [--ours] [CASE…]
//   npm run test:oracle -- vault [--write] [--count N]
//
// Ends with 1 if anything differs.
import { parseArgs } from 'node:util';
import { comparePlays } from './play/compare.ts';
import { compareFiles } from './templates/files.ts';
import { compareKept } from './templates/kept.ts';
import { compareRandom } from './templates/random/random.ts';
import { compareReferences } from './templates/references.ts';
import { compareVault } from './vault/compare.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    ours: { type: 'boolean', default: false },
    seed: { type: 'string' },
    count: { type: 'string' },
  },
});
const [part, ...rest] = positionals;
let different = 0;
if (part === undefined || part === 'kept') different += await compareKept(rest, values.write);
if (part === undefined || part === 'files') different += await compareFiles(rest, values.write);
if (part === undefined || part === 'references') different += await compareReferences(values.write);
if (part === undefined || part === 'random') {
  different += await compareRandom({
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    ...(values.count === undefined ? {} : { count: Number(values.count) }),
  });
}
if (part === undefined || part === 'vault') {
  different += await compareVault(
    values.write,
    values.count === undefined ? undefined : Number(values.count),
  );
}
if (part === undefined || part === 'plays') {
  different += await comparePlays(rest, { write: values.write, ours: values.ours });
}
process.exitCode = different > 0 ? 1 : 0;
