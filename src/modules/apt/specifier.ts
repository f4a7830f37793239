import { fnmatch } from '../../core/wildcards.ts';
import { Failure } from '../failure.ts';
import { compareVersions } from '../kinds/debian-version.ts';
import type { DpkgPackage } from '../kinds/dpkg.ts';

/** What a task says about one package. */
export interface Specifier {
  /** With `:architecture` where that is said. */
  readonly name: string;
  readonly version?: { readonly exactly: boolean; readonly text: string };
  readonly release?: string;
}

export function parseSpecifier(text: string): Specifier {
  const match = /^\s*([^\s=<>/]+)\s*(?:(>=|=|<=|<|>)\s*(\S+)|\/(\S+))?\s*$/.exec(text);
  const [, name, operator, version, release] = match ?? [];
  if (!name || name.startsWith('-')) throw new Failure(`"${text}" does not name a package`);
  if (operator !== undefined && operator !== '=' && operator !== '>=') {
    throw new Failure(`"${text}" cannot be asked for: a version is named with = or >=`);
  }
  return {
    name,
    ...(version !== undefined && { version: { exactly: operator === '=', text: version } }),
    ...(release !== undefined && { release }),
  };
}

/** As apt-get wants to read it. */
export function aptWord({ name, version, release }: Specifier): string {
  if (version?.exactly) return `${name}=${version.text}`;
  return release === undefined ? name : `${name}/${release}`;
}

/** Installed, and in a version that was asked for. */
export function holds({ version }: Specifier, found: DpkgPackage | null): boolean {
  if (!found || found.version === null || found.unfinished) return false;
  return version === undefined || versionFits(version, found.version);
}

export function versionFits(wanted: NonNullable<Specifier['version']>, version: string): boolean {
  return wanted.exactly ? fnmatch(wanted.text)(version) : compareVersions(version, wanted.text) >= 0;
}

export function isGlob(name: string): boolean {
  return /[*?[]/.test(name);
}
