import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../../src/connection/types.ts';

/** A folder for one test file, and what removes it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'tsible-connection-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The shells to test with, as far as they are here: the program, and a link to it by the name of sh. */
export function shellsHere(folder: string): { name: string; path: string }[] {
  return ['dash', 'bash', 'busybox']
    .filter(name => existsSync(`/bin/${name}`))
    .map(name => {
      // Each of them behaves as sh when it is called sh.
      const path = join(folder, name, 'sh');
      mkdirSync(join(folder, name));
      symlinkSync(`/bin/${name}`, path);
      return { name, path };
    });
}

/** An endpoint with everything a test does not care about. */
export function endpoint(given: Partial<Endpoint> & Pick<Endpoint, 'transport'>): Endpoint {
  return {
    name: 'web1',
    address: '127.0.0.1',
    hostKeyChecking: 'yes',
    knownHostsFiles: [],
    connectTimeout: 10_000,
    sshArgs: given.transport === 'ssh' ? ['-F', 'none', '-o', 'IdentityAgent=none'] : [],
    shell: '/bin/sh',
    ...given,
  };
}
