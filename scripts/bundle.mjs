// Makes a program of TypeScript sources: a few files with everything in them, and the launcher that reads them.
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const launcher = fileURLToPath(new URL('launcher.cjs', import.meta.url));

/**
 * @param parts sources by the names of their parts; the program starts with `main`, and a part that another one
 *   imports dynamically is read when that happens. Parts share nothing: what stands in two of them is there twice.
 * @param folder where it goes; the program is `tsible.js`
 */
export async function bundle(parts, folder) {
  await build({
    entryPoints: parts,
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    plugins: [{ name: 'parts', setup: hooks => importParts(hooks, parts) }],
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
  for (const part of Object.keys(parts)) await onlyAscii(`${folder}/${part}.js`);
  await copyFile(launcher, `${folder}/tsible.js`);
  await chmod(`${folder}/tsible.js`, 0o755);
  await writeFile(`${folder}/package.json`, '{ "type": "commonjs" }\n');
}

function importParts({ onResolve }, parts) {
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
