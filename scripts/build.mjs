// Bundles the command line: at start-up Node then reads a small file instead of hundreds of modules. What a
// command imports lazily stays in files of its own (dist/chunks/), so that `tsible --version` does not pay for it.
import { chmod, readFile, rename, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

// Built beside and then put in place: a build that fails leaves the last good one.
const target = process.argv[2] ?? 'dist';
const beside = `${target}.${process.pid}`;
await build({
  entryPoints: { tsible: 'src/cli/main.ts' },
  outdir: beside,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // ssh2's native helpers are optional: it falls back to JavaScript where they were not built.
  external: ['*.node', 'cpu-features'],
  define: { TSIBLE_VERSION: JSON.stringify(version) },
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url), __dirname = new URL('.', import.meta.url).pathname;",
  },
  legalComments: 'none',
  minifySyntax: true,
  logLevel: 'warning',
});
await chmod(`${beside}/tsible.js`, 0o755);
await rm(target, { recursive: true, force: true });
await rename(beside, target);
