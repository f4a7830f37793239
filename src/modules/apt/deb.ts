import { sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { compareVersions } from '../kinds/debian-version.ts';
import { dpkgPackage } from '../kinds/dpkg.ts';
import type { AptParameters } from './parameters.ts';

export interface DebInstall {
  /** Words for `apt-get install`. */
  readonly words: readonly string[];
  readonly download?: string;
}

/** What to install from a package file; null when that version is there already. */
export async function debToInstall(host: Reader, deb: string, p: AptParameters): Promise<DebInstall | null> {
  const isUrl = /^[a-z+]+:\/\//i.test(deb);
  const path = isUrl || deb.startsWith('/') ? deb : `./${deb}`;
  const fields = ['Package', 'Version', 'Architecture'];
  const outcome = await host.ask(
    isUrl
      ? sh`dir=$(mktemp -d) || exit 1
chmod 0755 "$dir"; trap 'rm -rf -- "$dir"' EXIT
/usr/lib/apt/apt-helper download-file ${deb} "$dir/package.deb" >&2 || exit 1
dpkg-deb -f "$dir/package.deb" ${fields}`
      : sh`dpkg-deb -f ${path} ${fields}`,
  );
  const said = outcome.stderr.toString('utf8').trim();
  if (outcome.status !== 0) throw new Failure(`${deb} is not a package that can be read: ${said}`);
  const control = new Map(
    outcome.stdout
      .toString('utf8')
      .split('\n')
      .map(line => line.split(/: (.*)/s, 2) as [string, string]),
  );
  const [name, version] = [control.get('Package'), control.get('Version')];
  if (!name || !version) throw new Failure(`${deb} is not a package: it has neither name nor version`);
  const found = await host.look(dpkgPackage, name);
  const installed = found?.unfinished ? null : (found?.version ?? null);
  if (installed !== null) {
    const order = compareVersions(version, installed);
    if (order === 0) return null;
    if (order < 0 && !p.allow_downgrade && !p.force) {
      throw new Failure(
        `${deb} is ${name} ${version}, which is older than ${installed}, which is installed`,
        {},
        'allow_downgrade: true permits it',
      );
    }
  }
  return isUrl ? { words: ['--'], download: deb } : { words: ['--', path] };
}
