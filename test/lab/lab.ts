import { spawn } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { baseFor } from './base-build.ts';
import { LabHost } from './host.ts';
import { knownHostsLines, makeKeyPair } from './keys.ts';
import { withLock } from './lock.ts';
import { powerOn, waitForSsh } from './machine.ts';
import { createBridge, freeNumber } from './network.ts';
import { startPackageProxy } from './package-proxy.ts';
import { labDir } from './paths.ts';
import { keepAtExit, removeAtExit, removeLab, removeStaleLabs } from './removal.ts';
import { labAvailability } from './requirements.ts';
import { PROXY_PORT, sowHost } from './seed.ts';
import {
  controllerAddress,
  type HostKind,
  hostAddress,
  isAlive,
  type LabState,
  loadState,
  markProcess,
  saveState,
} from './state.ts';

export interface HostRequest {
  name: string;
  kind?: HostKind;
}

export interface LabRequest {
  /** Unique if left out. The lab named `demo` always has the network 10.86.0.0/24. */
  name?: string;
  hosts: HostRequest[];
  /** The lab outlives this process, until `removeLab` or `npm run lab -- down`. */
  detached?: boolean;
}

export class Lab {
  /** Logs in as `ops`, `opw` (not on busybox hosts) and `root`. */
  readonly identityFile: string;
  /** Written by the lab from the keys that it made, so nothing is trusted on first sight. */
  readonly knownHosts: string;
  readonly hosts: readonly LabHost[];
  private proxy: Server | null = null;

  private constructor(private readonly state: LabState) {
    this.identityFile = join(labDir(state.name), 'id_ed25519');
    this.knownHosts = join(labDir(state.name), 'known_hosts');
    this.hosts = state.hosts.map(host => new LabHost(state, host));
  }

  /** Boots the hosts side by side; resolves when sshd answers on each of them. */
  static async up(request: LabRequest): Promise<Lab> {
    const available = await labAvailability();
    if (!available.ok) throw new Error(available.reason);
    const state = await reserve(request);
    removeAtExit(state.name);
    try {
      return await Lab.raise(state, request.detached ?? false);
    } catch (error) {
      keepAtExit(state.name);
      removeLab(state.name);
      throw error;
    }
  }

  /** A lab that is up already, maybe thanks to another process; null if there is none of that name. */
  static find(name: string): Lab | null {
    const state = loadState(name);
    return state === null || !isAlive(state.owner) ? null : new Lab(state);
  }

  private static async raise(state: LabState, detached: boolean): Promise<Lab> {
    const address = controllerAddress(state);
    const identity = join(labDir(state.name), 'id_ed25519');
    const [publicKey] = await Promise.all([makeKeyPair(identity, 'ed25519', 'lab'), createBridge(state)]);
    await Promise.all(
      state.hosts.map(async host => {
        host.hostKeys = await sowHost(state, host, publicKey);
        powerOn(state, host);
      }),
    );
    writeKnownHosts(state);
    saveState(state);
    const lab = new Lab(state);
    if (detached) {
      state.owner = markProcess(spawnProxy(state.name, address));
      state.detached = true;
      saveState(state);
      keepAtExit(state.name);
    } else {
      lab.proxy = await startPackageProxy(address, PROXY_PORT);
      // It serves as long as the tests run, and does not keep them from ending.
      lab.proxy.unref();
    }
    await Promise.all(state.hosts.map(host => waitForSsh(state, host)));
    return lab;
  }

  get name(): string {
    return this.state.name;
  }

  host(name: string): LabHost {
    const host = this.hosts.find(host => host.name === name);
    if (!host) throw new Error(`lab ${this.name} has no host "${name}", only ${this.hosts.map(h => h.name)}`);
    return host;
  }

  /** INI text of an inventory with all hosts, in these groups. */
  inventory(groups: Record<string, string[]> = {}): string {
    const lines = this.hosts.map(host => `${host.name} ansible_host=${host.address}`);
    for (const [group, names] of Object.entries(groups)) lines.push('', `[${group}]`, ...names);
    lines.push(
      '',
      '[all:vars]',
      'ansible_user=ops',
      `ansible_ssh_private_key_file=${this.identityFile}`,
      `ansible_ssh_common_args='-o UserKnownHostsFile=${this.knownHosts}'`,
    );
    return `${lines.join('\n')}\n`;
  }

  /** Takes everything away; nothing of the lab is left. */
  async down(): Promise<void> {
    this.proxy?.closeAllConnections();
    this.proxy?.close();
    keepAtExit(this.name);
    removeLab(this.name);
  }
}

/** Takes a name, a network and addresses for a lab that does not run yet. */
async function reserve(request: LabRequest): Promise<LabState> {
  const names = request.hosts.map(host => host.name);
  const bad = [...names, request.name ?? 'a'].find(name => !/^[a-z0-9][a-z0-9-]{0,40}$/.test(name));
  if (bad !== undefined) throw new Error(`"${bad}" cannot be a host's or lab's name: use a-z, 0-9 and -`);
  if (new Set(names).size !== names.length) throw new Error(`two hosts have the same name: ${names}`);

  const kinds = request.hosts.map(host => host.kind ?? 'debian');
  const bases = new Map<HostKind, string>();
  for (const kind of new Set(kinds)) bases.set(kind, await baseFor(kind));

  return withLock('labs', async () => {
    removeStaleLabs();
    const name = request.name ?? uniqueName();
    if (loadState(name))
      throw new Error(`lab "${name}" is up already: \`npm run lab -- down ${name}\` ends it`);
    const number = freeNumber(name);
    const state: LabState = {
      name,
      number,
      owner: markProcess(process.pid),
      detached: false,
      hosts: request.hosts.map((host, index) => ({
        name: host.name,
        kind: kinds[index]!,
        address: hostAddress(number, index),
        machine: `tsl${number}-${index + 1}`,
        base: bases.get(kinds[index]!)!,
        hostKeys: [],
      })),
    };
    saveState(state);
    return state;
  });
}

let labsMade = 0;

function uniqueName(): string {
  labsMade += 1;
  return `lab-${process.pid}-${labsMade}`;
}

function writeKnownHosts(state: LabState): void {
  const text = state.hosts.map(host => knownHostsLines([host.address, host.name], host.hostKeys)).join('');
  writeFileSync(join(labDir(state.name), 'known_hosts'), text);
}

function spawnProxy(lab: string, address: string): number {
  const daemon = fileURLToPath(new URL('package-proxy-daemon.ts', import.meta.url));
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const log = openSync(join(labDir(lab), 'proxy.log'), 'a');
  const child = spawn(process.execPath, ['--import', `file://${tsx}`, daemon, address, String(PROXY_PORT)], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
  });
  child.unref();
  if (child.pid === undefined) throw new Error('could not start the package proxy');
  return child.pid;
}
