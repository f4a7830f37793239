import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../core/error.ts';
import type { Secret } from '../core/secret.ts';
import { parseSshArgs } from './ssh-args.ts';
import { readSshConfig } from './ssh-config.ts';
import { expand, localUser, type SshOptions } from './ssh-options.ts';
import type { Endpoint } from './types.ts';

/** Read by ssh in addition to the user's own; never written. */
const GLOBAL_KNOWN_HOSTS = '/etc/ssh/ssh_known_hosts';

// A host that hangs is noticed soon, so that others need not wait for it, and given up only after 20 s.
const DEFAULT_ALIVE_INTERVAL = 2_000;
const DEFAULT_ALIVE_COUNT = 9;

/** One ssh server and how to reach it, with everything decided: inventory, arguments, ssh configuration. */
export interface SshTarget {
  /** The host as the inventory names it; a jump host under its own name. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret | undefined;
  /** Named by the user: these are tried, and no default ones. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly agent: string | undefined;
  readonly forwardAgent: boolean;
  readonly methods: { readonly key: boolean; readonly password: boolean; readonly keyboard: boolean };
  readonly hostKeyChecking: Endpoint['hostKeyChecking'];
  /** The name under which the host's key is known. */
  readonly hostKeyName: string;
  readonly knownHostsFiles: readonly string[];
  /** Where a new key is recorded; undefined: nowhere. */
  readonly recordIn: string | undefined;
  readonly hashKnownHosts: boolean;
  readonly connectTimeout: number;
  readonly aliveInterval: number;
  readonly aliveCount: number;
  readonly algorithms: { hostKey?: string[]; cipher?: string[]; mac?: string[]; kex?: string[] };
  readonly addressFamily: 4 | 6 | undefined;
  readonly bindAddress: string | undefined;
  readonly proxyCommand: string | undefined;
  /** Through these, one after another. */
  readonly jumps: readonly SshTarget[];
  /** The option that only the system's ssh can carry out. */
  readonly systemSsh: string | undefined;
  readonly passphrase: Endpoint['passphrase'];
}

/** What decides, in this order: the inventory, the ssh arguments, the ssh configuration files. */
export async function resolveTarget(endpoint: Endpoint): Promise<SshTarget> {
  const { options: args, configFile } = parseSshArgs(endpoint.sshArgs);
  return resolve(endpoint, args, configFile, 0);
}

/** A chain of jump hosts that name each other must end somewhere. */
const MOST_JUMPS = 8;

async function resolve(
  endpoint: Endpoint,
  args: SshOptions,
  configFile: string | undefined,
  depth: number,
): Promise<SshTarget> {
  const config = await readSshConfig(endpoint.address, endpoint.user ?? args.user, configFile);
  const pick = <K extends keyof SshOptions>(key: K): SshOptions[K] => args[key] ?? config[key];
  const user = endpoint.user ?? pick('user') ?? localUser();
  const port = endpoint.port ?? pick('port') ?? 22;
  const tokens = { r: user, p: String(port), n: endpoint.address, h: endpoint.address };
  const address = expand(pick('hostName') ?? endpoint.address, tokens);
  tokens.h = address;
  const files = (list: readonly string[]) => list.map(file => expand(file, tokens));
  const named = endpoint.privateKeyFile === undefined ? [] : [endpoint.privateKeyFile];
  const hostKeyChecking = args.strictHostKeyChecking ?? endpoint.hostKeyChecking;
  const knownHosts = files(
    args.userKnownHostsFiles ??
      (endpoint.knownHostsFiles.length > 0
        ? endpoint.knownHostsFiles
        : (config.userKnownHostsFiles ?? [join(homedir(), '.ssh', 'known_hosts')])),
  );
  const preferred = pick('preferredAuthentications');
  const allows = (method: string, option: boolean | undefined) =>
    option !== false && (preferred === undefined || preferred.includes(method));
  const jump = proxyOf(args, config);
  return {
    name: endpoint.name,
    address,
    port,
    user,
    password: endpoint.password,
    identityFiles: files([...named, ...args.identityFiles, ...config.identityFiles]),
    identitiesOnly: pick('identitiesOnly') ?? endpoint.privateKeyFile !== undefined,
    agent: agentSocket(pick('identityAgent'), tokens),
    forwardAgent: pick('forwardAgent') ?? false,
    methods: {
      key: allows('publickey', pick('pubkeyAuthentication')),
      password: allows('password', pick('passwordAuthentication')),
      keyboard: allows('keyboard-interactive', pick('keyboardInteractive')),
    },
    hostKeyChecking,
    hostKeyName: pick('hostKeyAlias') ?? address,
    knownHostsFiles: [...knownHosts, GLOBAL_KNOWN_HOSTS],
    recordIn: hostKeyChecking === 'accept-new' ? knownHosts[0] : undefined,
    hashKnownHosts: pick('hashKnownHosts') ?? false,
    connectTimeout: args.connectTimeout ?? endpoint.connectTimeout,
    aliveInterval: pick('serverAliveInterval') ?? DEFAULT_ALIVE_INTERVAL,
    aliveCount: pick('serverAliveCountMax') ?? DEFAULT_ALIVE_COUNT,
    algorithms: algorithms(args, config),
    addressFamily: pick('addressFamily'),
    bindAddress: pick('bindAddress'),
    proxyCommand: jump.command === undefined ? undefined : expand(jump.command, tokens),
    jumps: await Promise.all(
      jump.hosts.map(host => resolveJump(host, endpoint, args, configFile, depth + 1)),
    ),
    systemSsh: pick('systemSsh'),
    passphrase: endpoint.passphrase,
  };
}

/** A jump host is reached as its own configuration says; keys and host key rules are the session's. */
async function resolveJump(
  text: string,
  endpoint: Endpoint,
  args: SshOptions,
  configFile: string | undefined,
  depth: number,
): Promise<SshTarget> {
  if (depth > MOST_JUMPS)
    throw new UserError(`${endpoint.name}: more than ${MOST_JUMPS} jump hosts in a row`);
  const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?\/?$/.exec(text);
  if (!match) throw new UserError(`ProxyJump: "${text}" is not of the form [user@]host[:port]`);
  const host = match[2]!.replace(/^\[(.*)\]$/, '$1');
  const own: Endpoint = {
    ...endpoint,
    name: host,
    address: host,
    port: match[3] === undefined ? undefined : Number(match[3]),
    user: match[1],
    password: undefined,
  };
  const { identityFiles, userKnownHostsFiles, strictHostKeyChecking, connectTimeout } = args;
  return resolve(
    own,
    { identityFiles, userKnownHostsFiles, strictHostKeyChecking, connectTimeout },
    configFile,
    depth,
  );
}

/** A proxy in the arguments hides any in the configuration, of whichever kind; "none" means none. */
function proxyOf(args: SshOptions, config: SshOptions): { command: string | undefined; hosts: string[] } {
  const from = args.proxyJump !== undefined || args.proxyCommand !== undefined ? args : config;
  const command = from.proxyCommand === 'none' ? undefined : from.proxyCommand;
  const hosts = from.proxyJump === undefined || from.proxyJump === 'none' ? [] : from.proxyJump.split(',');
  return { command, hosts };
}

function agentSocket(option: string | undefined, tokens: Record<string, string>): string | undefined {
  if (option === 'none') return undefined;
  if (option === undefined || option === 'SSH_AUTH_SOCK') return process.env.SSH_AUTH_SOCK || undefined;
  if (option.startsWith('$')) return process.env[option.slice(1).replace(/[{}]/g, '')];
  return expand(option, tokens);
}

/** Lists that replace the default; `+`, `-` and `^` change it, and what is changed so little stays as it is. */
function algorithms(args: SshOptions, config: SshOptions): SshTarget['algorithms'] {
  const list = (value: string | undefined) =>
    value === undefined || /^[-+^]/.test(value) ? undefined : value.split(',');
  return {
    hostKey: list(args.hostKeyAlgorithms ?? config.hostKeyAlgorithms),
    cipher: list(args.ciphers ?? config.ciphers),
    mac: list(args.macs ?? config.macs),
    kex: list(args.kexAlgorithms ?? config.kexAlgorithms),
  };
}
