import { fnmatch } from '../../core/wildcards.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { aptCandidate, aptNames } from '../kinds/apt-candidates.ts';
import { compareVersions } from '../kinds/debian-version.ts';
import { dpkgPackage, dpkgTable } from '../kinds/dpkg.ts';
import type { AptParameters } from './parameters.ts';
import { aptWord, holds, isGlob, parseSpecifier, type Specifier } from './specifier.ts';

/** What of the packages asked for is still to be done, as words for apt-get; nothing when all of it holds. */
export async function packagesToChange(
  host: Reader,
  p: AptParameters,
  check: boolean,
): Promise<readonly Specifier[]> {
  const asked = (p.name ?? []).filter(text => text !== '' && text !== '*').map(parseSpecifier);
  const specifiers = (await Promise.all(asked.map(each => expand(host, each, p, check)))).flat();
  if (p.state === 'build-dep' || p.state === 'fixed') return specifiers;
  const found = await Promise.all(specifiers.map(({ name }) => host.look(dpkgPackage, name)));
  if (p.state === 'absent') {
    return specifiers.filter((_, i) => {
      const there = found[i];
      if (!there) return false;
      return there.version !== null || there.unfinished || (there.configurationLeft && p.purge);
    });
  }
  const missing = specifiers.filter((specifier, i) => !holds(specifier, found[i]!));
  const plain = missing.filter(
    specifier => specifier.version === undefined && specifier.release === undefined,
  );
  const provided = plain.length > 0 ? (await host.look(dpkgTable, null)).provided : new Set<string>();
  const isThere = (name: string) => found[specifiers.findIndex(each => each.name === name)]?.version != null;
  const wanted = missing.filter(specifier => {
    // Another package stands in for a virtual one.
    if (plain.includes(specifier) && provided.has(specifier.name)) return false;
    return !p.only_upgrade || isThere(specifier.name);
  });
  if (p.state !== 'latest') return wanted;
  const newer = await Promise.all(
    specifiers.map(async (specifier, i) => {
      const version = found[i]?.version ?? null;
      if (version === null || missing.includes(specifier) || specifier.version?.exactly) return false;
      if (specifier.release !== undefined) return true;
      const id = { name: specifier.name, defaultRelease: p.default_release, check };
      const candidate = await host.look(aptCandidate, id);
      return candidate !== null && compareVersions(candidate, version) > 0;
    }),
  );
  return [...wanted, ...specifiers.filter((_, i) => newer[i])];
}

/** Each package that a pattern stands for: of those installed where they should go, else of all there are. */
async function expand(
  host: Reader,
  specifier: Specifier,
  p: AptParameters,
  check: boolean,
): Promise<readonly Specifier[]> {
  if (!isGlob(specifier.name)) return [specifier];
  const matches = fnmatch(specifier.name);
  const known =
    p.state === 'absent'
      ? (await host.look(dpkgTable, null)).packages.map(({ name }) => name)
      : await host.look(aptNames, null);
  const matching = [...new Set(known.filter(matches))].sort();
  if (p.state === 'absent') return matching.map(name => ({ ...specifier, name }));
  const candidates = await Promise.all(
    matching.map(name => host.look(aptCandidate, { name, defaultRelease: p.default_release, check })),
  );
  const real = matching.filter((_, i) => candidates[i] !== null);
  if (real.length === 0) {
    throw new Failure(
      `no package matches "${specifier.name}"`,
      {},
      'update_cache: true fetches the current lists of packages',
    );
  }
  return real.map(name => ({ ...specifier, name }));
}

/** apt-get's command for what is to be changed. */
export function commandFor(p: AptParameters, specifiers: readonly Specifier[]): readonly string[] {
  const autoremove = p.autoremove ? ['--auto-remove'] : [];
  if (p.state === 'absent') {
    const names = specifiers.map(({ name }) => name);
    return ['remove', ...(p.purge ? ['--purge'] : []), ...autoremove, '--', ...names];
  }
  const words = specifiers.map(aptWord);
  if (p.state === 'build-dep') return ['build-dep', '--', ...words];
  const options = [
    ...(p.state === 'fixed' ? ['--fix-broken'] : []),
    ...(p.only_upgrade ? ['--only-upgrade'] : []),
    ...autoremove,
  ];
  return ['install', ...options, ...(words.length > 0 ? ['--', ...words] : [])];
}
