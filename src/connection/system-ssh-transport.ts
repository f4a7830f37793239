import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { childChannel } from './child-channel.ts';
import { hostText } from './host-text.ts';
import { KnownHost } from './known-hosts.ts';
import type { SshTarget } from './ssh-target.ts';
import type { Channel, ChannelEnd, Transport } from './transport.ts';
import { type Endpoint, Unreachable, Unsupported } from './types.ts';

/** Milliseconds by which the master may end later than its clients. */
const MASTER_GRACE = 300;

/** Printed by ssh itself once it is logged in. */
const READY = 'tsible-ready';

/**
 * Why a host needs the system's own ssh program, if it does: an option, a certificate beside a key, or a key
 * that lives in a security device. ssh2 knows none of these.
 */
export function needsSystemSsh(target: SshTarget): string | undefined {
  if (target.systemSsh !== undefined) return target.systemSsh;
  for (const file of target.identityFiles) {
    if (existsSync(`${file}-cert.pub`)) return `the certificate ${file}-cert.pub`;
    if (isDeviceKey(`${file}.pub`)) return `the key ${file}, which is in a security device`;
  }
  const known = KnownHost.find(target.hostKeyName, target.port, target.knownHostsFiles);
  if (target.hostKeyChecking !== 'no' && known.needsCertificate) return 'the certificate of the host';
  return undefined;
}

function isDeviceKey(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').startsWith('sk-');
  } catch {
    return false;
  }
}

/**
 * Connects with the system's ssh: one master process holds the connection, and each channel is a client of
 * it. Throws Unreachable with ssh's own words, or Unsupported for a password (nothing may hold one for it).
 */
export async function connectSystemSsh(
  endpoint: Endpoint,
  target: SshTarget,
  why: string,
): Promise<Transport> {
  if (target.password !== undefined) {
    throw new Unsupported(
      `${target.name}: a login password cannot be given to the ssh program, which is needed for ${why}`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'tsible-ssh-'));
  const control = ['-S', join(folder, 'control')];
  const words = [...options(endpoint, target), endpoint.address];
  const master = spawn(
    'ssh',
    ['-M', '-N', ...control, '-o', 'PermitLocalCommand=yes', '-o', `LocalCommand=echo ${READY}`, ...words],
    { detached: true },
  );
  const transport = new SystemSshTransport(target, master, folder, [
    ...control,
    ...options(endpoint, target),
    endpoint.address,
  ]);
  await transport.ready(target.connectTimeout);
  return transport;
}

/** The arguments as the user wrote them come last: of each option ssh takes the first it reads. */
function options(endpoint: Endpoint, target: SshTarget): string[] {
  const checking = { yes: 'yes', 'accept-new': 'accept-new', no: 'no' }[target.hostKeyChecking];
  const seconds = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 1000));
  const list = [
    'BatchMode=yes',
    `ConnectTimeout=${seconds(target.connectTimeout)}`,
    `ServerAliveInterval=${seconds(target.aliveInterval)}`,
    `ServerAliveCountMax=${target.aliveCount}`,
    `Port=${target.port}`,
    `User=${target.user}`,
    `StrictHostKeyChecking=${checking}`,
    ...target.identityFiles.map(file => `IdentityFile=${file}`),
  ];
  if (endpoint.knownHostsFiles.length > 0)
    list.push(`UserKnownHostsFile=${endpoint.knownHostsFiles.join(' ')}`);
  // What decides about the connection itself is decided; ControlPersist would outlive us.
  return [...list.flatMap(option => ['-o', option]), '-o', 'ControlPersist=no', ...endpoint.sshArgs];
}

class SystemSshTransport implements Transport {
  readonly #target: SshTarget;
  readonly #master: ChildProcessWithoutNullStreams;
  readonly #folder: string;
  readonly #words: readonly string[];
  readonly #ended: Promise<void>;
  #said = '';
  #lost: Unreachable | undefined;
  #closing = false;

  constructor(
    target: SshTarget,
    master: ChildProcessWithoutNullStreams,
    folder: string,
    words: readonly string[],
  ) {
    this.#target = target;
    this.#master = master;
    this.#folder = folder;
    this.#words = words;
    master.stdin.end();
    master.stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('latin1')).slice(-2000);
    });
    this.#ended = new Promise(resolve => {
      master.once('error', error => {
        this.#said ||= error.message;
        resolve();
      });
      master.once('close', () => resolve());
    });
    this.#ended.then(() => {
      if (!this.#closing) this.#lost ??= this.#failure('the connection ended');
      rmSync(folder, { recursive: true, force: true });
    });
  }

  get lost(): Unreachable | undefined {
    return this.#lost;
  }

  async ready(patience: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const why = await Promise.race([
      new Promise<undefined>(resolve => {
        this.#master.stdout.on('data', (chunk: Buffer) => {
          if (chunk.includes(READY)) resolve(undefined);
        });
      }),
      this.#ended.then(() => 'ssh could not connect'),
      new Promise<string>(resolve => {
        timer = setTimeout(() => resolve(`ssh did not log in within ${patience / 1000} s`), patience);
      }),
    ]);
    clearTimeout(timer);
    if (why === undefined) return;
    const failure = this.#failure(why);
    await this.close();
    throw failure;
  }

  async open(command: string): Promise<Channel> {
    if (this.#lost) throw this.#lost;
    const channel = childChannel(this.#client(['-T', ...this.#words, '--', command]));
    return { ...channel, ended: channel.ended.then(end => this.#whetherLost(end)) };
  }

  async tunnel(host: string, port: number): Promise<Duplex> {
    if (this.#lost) throw this.#lost;
    const child = this.#client(['-W', `${host.includes(':') ? `[${host}]` : host}:${port}`, ...this.#words]);
    child.stderr.resume();
    child.stdin.on('error', () => {});
    return Duplex.from({ readable: child.stdout, writable: child.stdin });
  }

  /** What ssh hears is not told to us: its own keepalives end it when the host falls silent. */
  silentFor(): number {
    return 0;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#master.kill();
    await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #client(args: string[]): ChildProcessWithoutNullStreams {
    // Through the master or not at all: without it, a client would connect anew by itself.
    return spawn('ssh', ['-o', 'ControlMaster=no', '-o', 'ProxyCommand=false', ...args], { detached: true });
  }

  /** 255 stands for a command ended by a signal as well as for a connection that is gone: the master knows. */
  async #whetherLost(end: ChannelEnd): Promise<ChannelEnd> {
    if (end.status !== 255) return end;
    await Promise.race([this.#ended, new Promise(resolve => setTimeout(resolve, MASTER_GRACE))]);
    return { status: undefined };
  }

  #failure(what: string): Unreachable {
    const { name, address, port } = this.#target;
    const words = hostText(this.#said);
    return new Unreachable(
      `${name}: ${address} port ${port}: ${what}${words === '' ? '' : ` (${words})`}`,
      'these are the words of the ssh program; try the same with "ssh -v"',
    );
  }
}
