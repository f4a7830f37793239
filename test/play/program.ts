import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/**
 * `src/` bundled into a place of its own: a test must not meet the build of another one's.
 *
 * @param name of the folder, one for each suite
 * @param external parts that are left out
 * @param plugins that change parts
 */
export async function bundle(
  name = 'tsible-play',
  external: string[] = [],
  plugins: Plugin[] = [],
): Promise<{ command: string[]; remove: () => void }> {
  // Below node_modules, so that the libraries are found.
  const outdir = fileURLToPath(new URL(`../../node_modules/.cache/${name}/${process.pid}`, import.meta.url));
  await build({
    entryPoints: { tsible: fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)) },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    external,
    plugins,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return {
    command: [process.execPath, `${outdir}/tsible.mjs`],
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}
