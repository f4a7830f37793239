// Bundles the command line into one file: at start-up Node then reads one module instead of hundreds.
import { chmod, readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

await build({
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/tsible.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // ssh2's native helpers are optional: it falls back to JavaScript where they were not built.
  external: ['*.node', 'cpu-features'],
  define: { TSIBLE_VERSION: JSON.stringify(version) },
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  legalComments: 'none',
  minifySyntax: true,
  logLevel: 'warning',
});
await chmod('dist/tsible.js', 0o755);
