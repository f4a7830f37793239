import { sh } from '../../core/shell.ts';
import type { Kind } from '../kind.ts';

const MANAGERS = ['apt-get', 'dnf', 'yum', 'apk', 'pacman', 'zypper'] as const;
export type PackageManager = (typeof MANAGERS)[number];

/** The package manager that a host has; null when none that is known. No process is started for it. */
export const packageManager: Kind<null, PackageManager | null> = {
  name: 'package manager',
  key: () => '',
  read: async host => {
    const { stdout } = await host.ask(
      sh`for tool in ${MANAGERS}; do if command -v "$tool" >/dev/null 2>&1; then echo "$tool"; break; fi; done`,
    );
    const found = stdout.toString('utf8').trim();
    return MANAGERS.find(name => name === found) ?? null;
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('a package manager is not installed by itself')),
};

export const hasApt: Kind<null, boolean> = {
  name: 'apt',
  composed: true,
  key: () => '',
  read: async host => (await host.look(packageManager, null)) === 'apt-get',
  compare: () => [],
  apply: () => Promise.reject(new Error('a package manager is not installed by itself')),
};
