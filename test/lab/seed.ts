import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDropbearHostKey, makeOpensshHostKeys } from './keys.ts';
import { hostPaths } from './paths.ts';
import { type HostState, hostAddress, type LabState } from './state.ts';

export const PROXY_PORT = 3142;

/** Who the base lets in: name, uid and home, as base-recipes.ts creates them. */
export const LOGINS = [
  { name: 'root', uid: 0, home: '/root' },
  { name: 'ops', uid: 1000, home: '/home/ops' },
  { name: 'opw', uid: 1001, home: '/home/opw' },
] as const;

/** Writes what makes a host itself: name, address, keys. Gives the public halves of its host keys. */
export async function sowHost(lab: LabState, host: HostState, publicKey: string): Promise<string[]> {
  const { seed } = hostPaths(lab.name, host.name);
  const put = (path: string, text: string, mode = 0o644) => write(join(seed, path), text, mode);

  put('etc/hostname', `${host.name}\n`);
  put('etc/hosts', hostsFile(lab));
  // No name service: only what /etc/hosts says has a name.
  put('etc/resolv.conf', '');
  for (const login of LOGINS) {
    if (login.name === 'opw' && host.kind === 'busybox') continue;
    sowAuthorizedKey(seed, login, publicKey);
  }
  if (host.kind === 'busybox') {
    put('etc/address', `${host.address}/24\n`);
    return makeDropbearHostKey(seed);
  }
  // A host without one takes this for its very first boot and sets every unit to its preset.
  put('etc/machine-id', `${randomBytes(16).toString('hex')}\n`, 0o444);
  put('etc/apt/apt.conf.d/01lab-proxy', `Acquire::http::Proxy "http://${hostProxy(lab)}";\n`);
  put('etc/systemd/system/lab-network.service', networkUnit(host.address));
  const wants = join(seed, 'etc/systemd/system/sysinit.target.wants');
  mkdirSync(wants, { recursive: true });
  symlinkSync('/etc/systemd/system/lab-network.service', join(wants, 'lab-network.service'));
  return makeOpensshHostKeys(seed);
}

function hostProxy(lab: LabState): string {
  return `10.86.${lab.number}.1:${PROXY_PORT}`;
}

function hostsFile(lab: LabState): string {
  const neighbours = lab.hosts.map((host, index) => `${hostAddress(lab.number, index)} ${host.name}`);
  return `${['127.0.0.1 localhost', '::1 localhost ip6-localhost', ...neighbours].join('\n')}\n`;
}

function networkUnit(address: string): string {
  return `[Unit]
Description=The lab's network
DefaultDependencies=no
Before=network-pre.target network.target
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/ip addr add ${address}/24 dev host0
ExecStart=/sbin/ip link set host0 up
`;
}

function sowAuthorizedKey(seed: string, login: (typeof LOGINS)[number], publicKey: string): void {
  const home = join(seed, login.home);
  write(join(home, '.ssh/authorized_keys'), `${publicKey}\n`, 0o600);
  // The layer's folders stand for the base's, so they carry the owner that the base's have.
  for (const path of ['', '.ssh', '.ssh/authorized_keys']) chownSync(join(home, path), login.uid, login.uid);
  chmodSync(home, 0o700);
  chmodSync(join(home, '.ssh'), 0o700);
}

function write(file: string, text: string, mode: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
}
