// Bundles the command line into a few files, and keeps beside each what V8 compiles of it in a run: starting up
// is then reading, not compiling.
import { mkdir, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { bundle } from './bundle.mjs';
import { warmUp } from './warm-up.mjs';

// What not every run needs is a part of its own.
const parts = {
  main: 'src/cli/main.ts',
  program: 'src/cli/program.ts',
  'ssh2-client': 'src/connection/ssh2-client.ts',
  libsodium: 'src/vault/libsodium.ts',
};

// Built beside and then put in place: a build that fails leaves the last good one.
const target = resolve(process.argv[2] ?? 'dist');
const beside = `${target}.${process.pid}`;
await mkdir(beside);
try {
  await bundle(parts, beside);
  const said = await warmUp(`${beside}/tsible.js`);
  if (process.env.TSIBLE_BUILD_VERBOSE) console.log(said);
  await rm(target, { recursive: true, force: true });
  await rename(beside, target);
} finally {
  await rm(beside, { recursive: true, force: true });
}
