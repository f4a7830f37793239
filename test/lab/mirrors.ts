import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The hosts' Debian release. */
export const SUITE = 'bookworm';

export interface Mirrors {
  main: string;
  security: string | null;
}

/**
 * The plain http Debian mirrors that this machine itself installs from, or null if it has none.
 * The lab reaches no other place, and nor do its hosts.
 */
export function debianMirrors(): Mirrors | null {
  const urls = [...new Set(sourceFiles().flatMap(text => text.match(/\bhttp:\/\/[^\s\]]+/g) ?? []))].map(
    url => url.replace(/\/+$/, ''),
  );
  const main = urls.find(url => url.endsWith('/debian'));
  if (main === undefined) return null;
  return { main, security: urls.find(url => url.endsWith('/debian-security')) ?? null };
}

/** sources.list for the hosts and for building their bases. */
export function sourcesList(mirrors: Mirrors): string {
  const lines = [`deb ${mirrors.main} ${SUITE} main`, `deb ${mirrors.main} ${SUITE}-updates main`];
  if (mirrors.security) lines.push(`deb ${mirrors.security} ${SUITE}-security main`);
  return `${lines.join('\n')}\n`;
}

function sourceFiles(): string[] {
  const dir = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...namesIn(dir)
      .filter(name => /\.(list|sources)$/.test(name))
      .map(name => join(dir, name)),
  ];
  return files.map(file => withoutComments(readIfThere(file)));
}

function withoutComments(text: string): string {
  return text.replace(/^\s*#.*$/gm, '');
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
