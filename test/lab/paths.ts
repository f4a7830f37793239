import { join } from 'node:path';

/** Where running labs keep their state, one folder each. */
export const RUN = '/run/tsible-lab';

/** What outlives labs: bases, downloaded packages, and the files that locks are taken on. */
export const CACHE = '/var/cache/tsible-lab';

export const labDir = (lab: string): string => join(RUN, lab);

export interface HostPaths {
  dir: string;
  /** What makes this host itself (name, address, keys): a read-only layer between base and upper. */
  seed: string;
  /** What the host has written since it was made; wiped by a reset. */
  upper: string;
  work: string;
  /** Where the layers are mounted, visible only to the host's own processes. */
  root: string;
  console: string;
}

export function hostPaths(lab: string, host: string): HostPaths {
  const dir = join(labDir(lab), 'hosts', host);
  return {
    dir,
    seed: join(dir, 'seed'),
    upper: join(dir, 'upper'),
    work: join(dir, 'work'),
    root: join(dir, 'root'),
    console: join(dir, 'console.log'),
  };
}
