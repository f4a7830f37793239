// Compares tsible with the real Ansible and Jinja2, which it installs into a tree of their own.
//
//   npm run test:oracle                    everything
//   npm run test:oracle -- kept [--write] [FILE…]
//   npm run test:oracle -- files [--write] [NAME…]
//
// Ends with 1 if anything differs.
import { parseArgs } from 'node:util';
import { compareFiles } from './templates/files.ts';
import { compareKept } from './templates/kept.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const [part, ...rest] = positionals;
let different = 0;
if (part === undefined || part === 'kept') different += await compareKept(rest, values.write);
if (part === undefined || part === 'files') different += await compareFiles(rest, values.write);
process.exitCode = different > 0 ? 1 : 0;
