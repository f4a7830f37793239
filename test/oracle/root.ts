import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lab/lock.ts';
import { debianMirrors } from '../lab/mirrors.ts';
import { CACHE } from '../lab/paths.ts';
import { must } from '../lab/shell.ts';

/** The Debian release whose ansible-core is 2.19. */
const SUITE = 'trixie';

const PACKAGES = [
  'ansible-core',
  // The collections, and what their filters import.
  'ansible',
  'python3-netaddr',
  'python3-jmespath',
  'python3-passlib',
  'python3-bcrypt',
];

/** A Debian tree with the real Ansible and Jinja2 in it, to be entered with chroot; built once, as root. */
export async function oracleRoot(): Promise<string> {
  const hash = createHash('sha256').update([SUITE, ...PACKAGES].join(' '));
  const root = join(CACHE, `oracle-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(root)) return root;
  return withLock('oracle', async () => {
    // Asked again under the lock: another process may just have built it.
    if (!existsSync(root)) await build(root);
    return root;
  });
}

async function build(root: string): Promise<void> {
  process.stderr.write(
    'oracle: installing ansible-core 2.19 into a tree of its own, once; a minute or two\n',
  );
  mkdirSync(CACHE, { recursive: true });
  for (const name of readdirSync(CACHE))
    if (name.startsWith('oracle-')) rmSync(join(CACHE, name), { recursive: true, force: true });
  const mirrors = debianMirrors();
  if (mirrors === null) throw new Error('this machine has no plain http Debian mirror to install from');
  if (!existsSync('/usr/bin/mmdebstrap')) await must('apt-get', ['install', '-y', '-qq', 'mmdebstrap']);
  const sources = `${root}.sources.list`;
  writeFileSync(sources, `deb ${mirrors.main} ${SUITE} main\n`);
  // Built beside and renamed when whole, so that a folder of this name is always usable.
  const part = `${root}.part`;
  try {
    const include = `--include=${PACKAGES.join(',')}`;
    await must('mmdebstrap', ['--quiet', '--variant=minbase', include, SUITE, part, sources]);
  } finally {
    rmSync(sources, { force: true });
  }
  renameSync(part, root);
}
