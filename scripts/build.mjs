// Bundles the command line into a few files, and keeps beside each what V8 compiles of it in a run: starting up
// is then reading, not compiling.
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { warmUp } from './warm-up.mjs';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

// What not every run needs is a part of its own, read when it is imported. Parts share nothing: what stands in
// two of them is there twice.
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
  await build({
    entryPoints: parts,
    outdir: beside,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    plugins: [{ name: 'parts', setup: importParts }],
    // What is imported lazily is evaluated lazily, from the same file or from another part.
    supported: { 'dynamic-import': false },
    // ssh2's native helpers are optional: it falls back to JavaScript where they were not built.
    external: ['*.node', 'cpu-features'],
    define: { TSIBLE_VERSION: JSON.stringify(version), 'import.meta.url': '__importMetaUrl' },
    // The launcher takes a part for a function.
    banner: {
      js: "(function (exports, require, module, __filename, __dirname) {const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
    },
    footer: { js: '})' },
    legalComments: 'none',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  });
  for (const part of Object.keys(parts)) await onlyAscii(`${beside}/${part}.js`);
  await copyFile('scripts/launcher.cjs', `${beside}/tsible.js`);
  await chmod(`${beside}/tsible.js`, 0o755);
  await writeFile(`${beside}/package.json`, '{ "type": "commonjs" }\n');
  const said = await warmUp(`${beside}/tsible.js`);
  if (process.env.TSIBLE_BUILD_VERBOSE) console.log(said);
  await rm(target, { recursive: true, force: true });
  await rename(beside, target);
} finally {
  await rm(beside, { recursive: true, force: true });
}

function importParts({ onResolve }) {
  onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
    if (kind !== 'dynamic-import') return undefined;
    const file = resolve(resolveDir, path);
    const part = Object.keys(parts).find(name => resolve(parts[name]) === file);
    return part && { path: `./${part}.js`, external: true };
  });
}

/**
 * So that it can be read a byte for a character, which is faster. What esbuild does not escape stands in patterns,
 * which may have escapes, or in raw texts, which may not.
 */
async function onlyAscii(file) {
  const text = await readFile(file, 'utf8');
  const raw = /String\.raw`[^`]*[^\0-\x7f`]/.exec(text);
  if (raw) throw new Error(`only ASCII can stand in a raw text of the program: ${raw[0]}`);
  const escaped = text.replace(
    /[^\0-\x7f]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (escaped !== text) await writeFile(file, escaped);
}
