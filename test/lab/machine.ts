import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { createCgroup, hostCgroup, killAll, processesOf, thawNow, waitUntilEmpty } from './cgroup.ts';
import { type HostPaths, hostPaths } from './paths.ts';
import { sleep } from './shell.ts';
import { bridgeOf, type HostState, type LabState } from './state.ts';

const BOOT_LIMIT_MS = 60_000;

/**
 * The layers are mounted in a mount namespace that only the host's processes are in: when the last of
 * them ends, however it ends, the mount is gone, so nothing is ever left to unmount. A folder for
 * systemd-nspawn's own bookkeeping is mounted there too: it must be a tmpfs for a reboot to work, which
 * /run is not on every machine.
 *
 * `volatile` makes syncing to disk free, which is what the package manager spends its time on. No lab
 * outlives the machine's power, and the work folder, which remembers, is made anew at each boot.
 *
 * 133 is how systemd-nspawn says that the host wants to be started again: it was rebooted from inside.
 */
const LAUNCH = `
echo 0 > "$CGROUP/cgroup.procs"
exec unshare --mount --propagation private sh -ec '
  mkdir -p /run/systemd/nspawn
  mount -t tmpfs -o mode=755 nspawn /run/systemd/nspawn
  mount -t overlay overlay -o "volatile,lowerdir=$LOWER,upperdir=$UPPER,workdir=$WORK" "$ROOT"
  status=133
  while [ "$status" = 133 ]; do
    status=0
    systemd-nspawn "$@" || status=$?
  done' launch "$@"
`;

/** Starts the host's processes; `waitForSsh` tells when it is usable. */
export function powerOn(lab: LabState, host: HostState): void {
  const paths = hostPaths(lab.name, host.name);
  const cgroup = hostCgroup(lab.name, host.name);
  if (processesOf(cgroup.machine).length > 0) throw new Error(`${host.name} is running already`);
  createCgroup(cgroup);
  rmSync(paths.work, { recursive: true, force: true });
  for (const dir of [paths.upper, paths.work, paths.root]) mkdirSync(dir, { recursive: true });

  const log = openSync(paths.console, 'a');
  const child = spawn('sh', ['-ec', LAUNCH, 'launch', ...nspawnArguments(lab, host, paths)], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      CGROUP: cgroup.machine,
      LOWER: `${paths.seed}:${host.base}`,
      UPPER: paths.upper,
      WORK: paths.work,
      ROOT: paths.root,
    },
  });
  child.on('error', () => {});
  child.unref();
  closeSync(log);
}

/** Resolves once sshd greets whoever connects. */
export async function waitForSsh(lab: LabState, host: HostState): Promise<void> {
  const end = Date.now() + BOOT_LIMIT_MS;
  const { machine } = hostCgroup(lab.name, host.name);
  // Asking the host's own list of sockets first: a connection tried too early would cost a second, as
  // that is how long the kernel waits before it looks again for an address that nobody answered for.
  for (let seen = false; Date.now() < end; await sleep(10)) {
    const pid = initPid(lab, host);
    if (pid !== null && listens(pid, 22) && (await greets(host.address, 22))) return;
    seen ||= processesOf(machine).length > 0;
    if (seen && processesOf(machine).length === 0) break;
  }
  const console = readFileSync(hostPaths(lab.name, host.name).console, 'utf8').trim().split('\n').slice(-20);
  throw new Error(`${host.name} did not boot. The end of its console:\n${console.join('\n')}`);
}

/** The power cut: no process of the host gets to do anything any more. */
export async function cutPower(lab: LabState, host: HostState): Promise<void> {
  startCut(lab, host);
  const { dir } = hostCgroup(lab.name, host.name);
  if (await waitUntilEmpty(dir, 1000)) return;
  killAll(dir);
  if (!(await waitUntilEmpty(dir, 10_000))) throw new Error(`${host.name} has processes that do not die`);
}

/** The first half of it: PID 1 dies and all others with it, and systemd-nspawn, left alone, tidies up. */
export function startCut(lab: LabState, host: HostState): void {
  const pid = initPid(lab, host);
  const { dir, machine, visit } = hostCgroup(lab.name, host.name);
  if (pid === null) killAll(dir);
  else process.kill(pid, 'SIGKILL');
  killAll(visit);
  thawNow(machine);
}

/** The host's PID 1 as this machine knows it, or null while it has none. */
export function initPid(lab: LabState, host: HostState): number | null {
  const { machine } = hostCgroup(lab.name, host.name);
  return processesOf(machine).find(pid => pidInside(pid) === 1 && hasOwnRoot(pid)) ?? null;
}

/** While a host is being set up its first process may still see this machine's files: never enter then. */
function hasOwnRoot(pid: number): boolean {
  try {
    const [its, ours] = [statSync(`/proc/${pid}/root/`), statSync('/')];
    return its.dev !== ours.dev || its.ino !== ours.ino;
  } catch {
    return false;
  }
}

/** The number that a process has inside its host, or null for a process that is not inside. */
export function pidInside(pid: number): number | null {
  const pids = /^NSpid:\s+\d+\s+(\d+)$/m.exec(readProc(pid, 'status'));
  return pids ? Number(pids[1]) : null;
}

export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function nspawnArguments(lab: LabState, host: HostState, paths: HostPaths): string[] {
  return [
    '--quiet',
    // No systemd runs this machine, so there is nobody to register with, nor to ask for a unit.
    '--keep-unit',
    '--register=no',
    '--capability=all',
    `--network-bridge=${bridgeOf(lab)}`,
    `--machine=${host.machine}`,
    `--hostname=${host.name}`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    `--directory=${paths.root}`,
    '--boot',
  ];
}

function listens(pid: number, port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return ['net/tcp', 'net/tcp6'].some(file =>
    readProc(pid, file)
      .split('\n')
      .some(line => line.includes(local) && / 0A /.test(line)),
  );
}

function greets(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: address, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(3000, () => end(false));
    socket.once('data', data => end(data.toString().startsWith('SSH-')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
