import { rm } from 'node:fs/promises';
import { posix } from 'node:path';
import { hostCgroup, processesOf, setFrozen, waitUntilEmpty } from './cgroup.ts';
import { cutPower, initPid, pidInside, powerOn, readProc, waitForSsh } from './machine.ts';
import { hostPaths } from './paths.ts';
import { type ExecuteOptions, execute, failed, type Outcome } from './shell.ts';
import type { HostKind, HostState, LabState } from './state.ts';

export interface HostProcess {
  /** As the host itself counts. */
  pid: number;
  uid: number;
  command: string;
}

/**
 * One host, looked at and handled from outside. Everything here goes around SSH and around tsible, so
 * that it can serve as the truth which they are checked against.
 */
export class LabHost {
  readonly name: string;
  readonly address: string;
  readonly kind: HostKind;
  /** Public host keys as they stand in known_hosts, for tests that write one of their own. */
  readonly hostKeys: readonly string[];

  constructor(
    private readonly lab: LabState,
    private readonly state: HostState,
  ) {
    this.name = state.name;
    this.address = state.address;
    this.kind = state.kind;
    this.hostKeys = state.hostKeys;
  }

  /** Runs a POSIX shell script as root inside the host. */
  run(script: string, options: Pick<ExecuteOptions, 'input'> = {}): Promise<Outcome> {
    const pid = initPid(this.lab, this.state);
    if (pid === null) throw new Error(`${this.name} is not running`);
    const { visit } = hostCgroup(this.lab.name, this.name);
    const enter =
      'echo 0 > "$1/cgroup.procs"; exec nsenter --target "$2" --all --root --wd -- /bin/sh -c "$3"';
    return execute('/bin/sh', ['-c', enter, 'visit', visit, String(pid), script], {
      ...options,
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: '/root',
        LANG: 'C.UTF-8',
      },
    });
  }

  /** Like `run`, for scripts that must succeed: gives what they printed. */
  async sh(script: string, options: Pick<ExecuteOptions, 'input'> = {}): Promise<string> {
    const outcome = await this.run(script, options);
    if (outcome.rc !== 0) throw failed(`on ${this.name}:`, [script], outcome);
    return outcome.stdout;
  }

  /** The file's text, or null if there is none. */
  async readFile(path: string): Promise<string | null> {
    const there = await this.run(`test -e ${quote(path)}`);
    return there.rc === 0 ? this.sh(`cat ${quote(path)}`) : null;
  }

  /** Writes a file, and the folders it is in where they are missing. */
  async writeFile(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
    const chmod = mode === undefined ? '' : ` && chmod ${mode.toString(8)} ${quote(path)}`;
    const script = `mkdir -p ${quote(posix.dirname(path))} && cat > ${quote(path)}${chmod}`;
    await this.sh(script, { input: content });
  }

  /** What runs inside the host, without what `run` brings in. Also tells of a frozen host. */
  async pids(): Promise<HostProcess[]> {
    const { machine } = hostCgroup(this.lab.name, this.name);
    return processesOf(machine).flatMap(outside => {
      const pid = pidInside(outside);
      const uid = /^Uid:\s+(\d+)/m.exec(readProc(outside, 'status'))?.[1];
      if (pid === null || uid === undefined) return [];
      const command = readProc(outside, 'cmdline').replace(/\0/g, ' ').trim();
      return [{ pid, uid: Number(uid), command: command || readProc(outside, 'comm').trim() }];
    });
  }

  /** The host's PID 1 as seen from outside, for what enters the host itself; null while it is off. */
  pid(): number | null {
    return initPid(this.lab, this.state);
  }

  isRunning(): boolean {
    return this.pid() !== null;
  }

  /** Boots a host that is off; resolves when sshd answers. */
  async start(): Promise<void> {
    powerOn(this.lab, this.state);
    await waitForSsh(this.lab, this.state);
  }

  /** Shuts the host down in an orderly way, and by a power cut if that does not come to an end. */
  async stop(): Promise<void> {
    if (this.isRunning()) await this.run('poweroff');
    if (!(await waitUntilEmpty(hostCgroup(this.lab.name, this.name).machine, 15_000))) await this.kill();
  }

  /** Cuts the power: all is gone at once, and nothing gets to say goodbye. What was written stays. */
  async kill(): Promise<void> {
    await cutPower(this.lab, this.state);
  }

  /** A fresh host again: as it was when first booted, with the same address and host keys. */
  async reset(): Promise<void> {
    await this.kill();
    const { upper } = hostPaths(this.lab.name, this.name);
    await rm(upper, { recursive: true, force: true });
    await this.start();
  }

  /** Stops every process of the host where it is; the host hangs, its connections stay open. */
  async freeze(): Promise<void> {
    await setFrozen(hostCgroup(this.lab.name, this.name).machine, true);
  }

  async thaw(): Promise<void> {
    await setFrozen(hostCgroup(this.lab.name, this.name).machine, false);
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
