import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { RECIPES, recipeText } from './base-recipes.ts';
import { withLock } from './lock.ts';
import { debianMirrors, SUITE, sourcesList } from './mirrors.ts';
import { startPackageProxy } from './package-proxy.ts';
import { CACHE } from './paths.ts';
import { must, progress } from './shell.ts';
import { type HostKind, labNames, loadState } from './state.ts';

/** The tree that hosts of this kind are made from; builds it if there is none yet. */
export async function baseFor(kind: HostKind): Promise<string> {
  const base = join(CACHE, baseName(kind));
  if (existsSync(base)) return base;
  return withLock(`base-${kind}`, async () => {
    // Asked again under the lock: another process may just have built it.
    if (!existsSync(base)) await build(kind, base);
    return base;
  });
}

async function build(kind: HostKind, base: string): Promise<void> {
  const started = Date.now();
  progress(`building the ${kind} base, once; this takes a while`);
  removeOlder(kind);
  // Built beside and renamed when whole, so that a folder of this name is always a usable base.
  const part = `${base}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const recipe = RECIPES[kind];
  const sources = `${part}.sources.list`;
  writeFileSync(sources, sourcesList(debianMirrors()!));
  const proxy = await startPackageProxy('127.0.0.1', 0);
  try {
    const { port } = proxy.address() as AddressInfo;
    await must('mmdebstrap', [
      '--quiet',
      ...recipe.options,
      `--aptopt=Acquire::http::Proxy "http://127.0.0.1:${port}"`,
      SUITE,
      part,
      sources,
    ]);
  } finally {
    proxy.close();
    rmSync(sources, { force: true });
  }
  // Names the proxy above, which ended with the download.
  rmSync(join(part, 'etc/apt/apt.conf.d/99mmdebstrap'), { force: true });
  await must('sh', ['-euc', recipe.finish, 'finish', part]);
  refuseUnwanted(kind, part);
  renameSync(part, base);
  progress(`built the ${kind} base in ${Math.round((Date.now() - started) / 1000)} s`);
}

/**
 * Beside the recipe, the week is part of the name: the package lists inside grow old, and one day name
 * versions that the mirror no longer has.
 */
function baseName(kind: HostKind): string {
  const week = Math.floor(Date.now() / (7 * 24 * 3600 * 1000));
  const hash = createHash('sha256').update(`${recipeText(kind)} ${sourcesList(debianMirrors()!)} ${week}`);
  return `${kind}-${hash.digest('hex').slice(0, 12)}`;
}

function refuseUnwanted(kind: HostKind, tree: string): void {
  for (const pattern of RECIPES[kind].without) {
    const slash = pattern.lastIndexOf('/');
    const dir = join(tree, pattern.slice(0, slash));
    const name = pattern.slice(slash + 1);
    const matches = (entry: string) =>
      name.endsWith('*') ? entry.startsWith(name.slice(0, -1)) : entry === name;
    const found = existsSync(dir) ? readdirSync(dir).find(matches) : undefined;
    if (found) throw new Error(`the ${kind} base must not have ${join(pattern.slice(0, slash), found)}`);
  }
}

/** Earlier bases of this kind go, but for those that a running host stands on. */
function removeOlder(kind: HostKind): void {
  const inUse = new Set(labNames().flatMap(name => loadState(name)?.hosts.map(host => host.base) ?? []));
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (name.startsWith(`${kind}-`) && !inUse.has(path)) rmSync(path, { recursive: true, force: true });
  }
}
