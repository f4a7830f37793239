import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { unifiedMount } from './cgroup.ts';
import { withLock } from './lock.ts';
import { debianMirrors } from './mirrors.ts';
import { execute, must, progress } from './shell.ts';

export type Availability = { ok: true } | { ok: false; reason: string };

/** Programs that the lab runs, each with the Debian package that has it. */
const TOOLS: Record<string, string> = {
  mmdebstrap: 'mmdebstrap',
  'systemd-nspawn': 'systemd-container',
  ip: 'iproute2',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  flock: 'util-linux',
  // Not the lab itself, but tests of what shells other than the system's make of our scripts.
  busybox: 'busybox',
};

/** Whether real hosts can be booted here. Installs what is missing where that is possible. */
export async function labAvailability(): Promise<Availability> {
  const reason = obstacle();
  if (reason !== null) return { ok: false, reason };
  if (missingPackages().length === 0) return { ok: true };
  return withLock('requirements', installMissing);
}

function obstacle(): string | null {
  if (process.platform !== 'linux') return `real hosts need Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'real hosts need root, and this is not root';
  if (!existsSync('/etc/debian_version'))
    return 'the lab installs its tools from Debian, and this is not Debian';
  if (debianMirrors() === null) return 'no plain http Debian mirror in the apt sources';
  if (unifiedMount() === null) return 'no cgroup2 file system is mounted';
  return null;
}

async function installMissing(): Promise<Availability> {
  // Asked again under the lock: another process may just have installed them.
  const packages = missingPackages();
  if (packages.length === 0) return { ok: true };
  progress(`installing ${packages.join(' ')}`);
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    const first = await execute('apt-get', install, { env });
    if (first.rc !== 0) {
      // Package lists that were never fetched, or are too old.
      await must('apt-get', ['update', '-q'], { env });
      await must('apt-get', install, { env });
    }
  } catch (error) {
    return { ok: false, reason: `could not install the lab's tools: ${String(error)}` };
  }
  const left = missingPackages();
  return left.length === 0 ? { ok: true } : { ok: false, reason: `still missing: ${left.join(' ')}` };
}

function missingPackages(): string[] {
  const missing = Object.entries(TOOLS).filter(([tool]) => !isInstalled(tool));
  return [...new Set(missing.map(([, debianPackage]) => debianPackage))];
}

function isInstalled(tool: string): boolean {
  return ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some(dir => {
    try {
      accessSync(join(dir, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
