// Bundles the command line into one file, and keeps beside it what V8 compiles of it in a run: starting up is
// then reading, not compiling.
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { warmUp } from './warm-up.mjs';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

// Built beside and then put in place: a build that fails leaves the last good one.
const target = resolve(process.argv[2] ?? 'dist');
const beside = `${target}.${process.pid}`;
await mkdir(beside);
try {
  await build({
    entryPoints: { program: 'src/cli/main.ts' },
    outdir: beside,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // What is imported lazily is evaluated lazily, from the same file.
    supported: { 'dynamic-import': false },
    // ssh2's native helpers are optional: it falls back to JavaScript where they were not built. libsodium is
    // large, and needed by few runs.
    external: ['*.node', 'cpu-features', 'libsodium-wrappers-sumo'],
    define: { TSIBLE_VERSION: JSON.stringify(version), 'import.meta.url': '__importMetaUrl' },
    banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    legalComments: 'none',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  });
  await copyFile('scripts/launcher.cjs', `${beside}/tsible.js`);
  await chmod(`${beside}/tsible.js`, 0o755);
  await writeFile(`${beside}/package.json`, '{ "type": "commonjs" }\n');
  const said = await warmUp(`${beside}/tsible.js`, `${beside}/program.cache`);
  if (process.env.TSIBLE_BUILD_VERBOSE) console.log(said);
  await rm(target, { recursive: true, force: true });
  await rename(beside, target);
} finally {
  await rm(beside, { recursive: true, force: true });
}
