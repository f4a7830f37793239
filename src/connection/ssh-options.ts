import { homedir, userInfo } from 'node:os';

/** What ssh's own configuration can say about one connection; undefined and empty: not said. */
export interface SshOptions {
  hostName?: string;
  port?: number;
  user?: string;
  identityFiles: string[];
  identitiesOnly?: boolean;
  /** Path of the agent's socket, or "none". */
  identityAgent?: string;
  userKnownHostsFiles?: string[];
  strictHostKeyChecking?: 'yes' | 'accept-new' | 'no';
  hashKnownHosts?: boolean;
  hostKeyAlias?: string;
  hostKeyAlgorithms?: string;
  ciphers?: string;
  macs?: string;
  kexAlgorithms?: string;
  /** Milliseconds. */
  connectTimeout?: number;
  /** Milliseconds; 0: no keepalives. */
  serverAliveInterval?: number;
  serverAliveCountMax?: number;
  /** As written: `[user@]host[:port],…`, or "none". */
  proxyJump?: string;
  proxyCommand?: string;
  addressFamily?: 4 | 6;
  bindAddress?: string;
  forwardAgent?: boolean;
  preferredAuthentications?: string[];
  pubkeyAuthentication?: boolean;
  passwordAuthentication?: boolean;
  keyboardInteractive?: boolean;
  /** The first option that only the system's ssh program understands. */
  systemSsh?: string;
}

export function noOptions(): SshOptions {
  return { identityFiles: [] };
}

/** How a keyword's value becomes an option. Throws an Error with the reason, for the caller to place. */
type Setter = (options: SshOptions, value: string) => void;

/**
 * Sets one keyword as ssh does: the first value given for it counts. False: it is none that we know.
 * Throws an Error saying what is wrong with the value.
 */
export function setOption(options: SshOptions, keyword: string, value: string): boolean {
  const name = keyword.toLowerCase();
  if (IRRELEVANT.has(name)) return true;
  const only = SYSTEM_ONLY[name];
  if (only) {
    if (only(value)) options.systemSsh ??= keyword;
    return true;
  }
  const setter = SETTERS[name];
  if (!setter) return false;
  setter(options, value);
  return true;
}

export function knownOptions(): string[] {
  return [...Object.keys(SETTERS), ...Object.keys(SYSTEM_ONLY), ...IRRELEVANT];
}

const SETTERS: Readonly<Record<string, Setter>> = {
  hostname: (o, v) => {
    o.hostName ??= v;
  },
  port: (o, v) => {
    o.port ??= whole(v, 1, 65535);
  },
  user: (o, v) => {
    o.user ??= v;
  },
  identityfile: (o, v) => {
    if (v !== 'none') o.identityFiles.push(v);
  },
  identitiesonly: (o, v) => {
    o.identitiesOnly ??= yesNo(v);
  },
  identityagent: (o, v) => {
    o.identityAgent ??= v;
  },
  userknownhostsfile: (o, v) => {
    o.userKnownHostsFiles ??= v === 'none' ? [] : v.split(/\s+/);
  },
  stricthostkeychecking: (o, v) => {
    o.strictHostKeyChecking ??= strictness(v);
  },
  hashknownhosts: (o, v) => {
    o.hashKnownHosts ??= yesNo(v);
  },
  hostkeyalias: (o, v) => {
    o.hostKeyAlias ??= v;
  },
  hostkeyalgorithms: (o, v) => {
    o.hostKeyAlgorithms ??= v;
  },
  ciphers: (o, v) => {
    o.ciphers ??= v;
  },
  macs: (o, v) => {
    o.macs ??= v;
  },
  kexalgorithms: (o, v) => {
    o.kexAlgorithms ??= v;
  },
  connecttimeout: (o, v) => {
    o.connectTimeout ??= seconds(v);
  },
  serveraliveinterval: (o, v) => {
    o.serverAliveInterval ??= seconds(v);
  },
  serveralivecountmax: (o, v) => {
    o.serverAliveCountMax ??= whole(v, 0, 10_000);
  },
  proxyjump: (o, v) => {
    if (o.proxyCommand === undefined) o.proxyJump ??= v;
  },
  proxycommand: (o, v) => {
    if (o.proxyJump === undefined) o.proxyCommand ??= v;
  },
  addressfamily: (o, v) => {
    o.addressFamily ??= family(v);
  },
  bindaddress: (o, v) => {
    o.bindAddress ??= v;
  },
  forwardagent: (o, v) => {
    o.forwardAgent ??= v !== 'no';
  },
  preferredauthentications: (o, v) => {
    o.preferredAuthentications ??= v.split(',');
  },
  pubkeyauthentication: (o, v) => {
    o.pubkeyAuthentication ??= v !== 'no';
  },
  passwordauthentication: (o, v) => {
    o.passwordAuthentication ??= yesNo(v);
  },
  kbdinteractiveauthentication: (o, v) => {
    o.keyboardInteractive ??= yesNo(v);
  },
  challengeresponseauthentication: (o, v) => {
    o.keyboardInteractive ??= yesNo(v);
  },
};

/** Keywords that ask for something only the system's ssh program can do, if their value does ask for it. */
const SYSTEM_ONLY: Readonly<Record<string, (value: string) => boolean>> = {
  certificatefile: value => value !== 'none',
  pkcs11provider: value => value !== 'none',
  securitykeyprovider: value => value !== 'internal',
  gssapiauthentication: value => value === 'yes',
  hostbasedauthentication: value => value === 'yes',
  knownhostscommand: value => value !== 'none',
  verifyhostkeydns: value => value === 'yes',
  proxyusefdpass: value => value === 'yes',
  localcommand: () => false,
};

/** Keywords without a meaning here: one connection is kept anyway, nothing is forwarded or displayed. */
const IRRELEVANT = new Set([
  'addkeystoagent',
  'batchmode',
  'canonicaldomains',
  'canonicalizefallbacklocal',
  'canonicalizehostname',
  'casignaturealgorithms',
  'checkhostip',
  'clearallforwardings',
  'compression',
  'connectionattempts',
  'controlmaster',
  'controlpath',
  'controlpersist',
  'escapechar',
  'exitonforwardfailure',
  'fingerprinthash',
  'forkafterauthentication',
  'forwardx11',
  'forwardx11timeout',
  'forwardx11trusted',
  'globalknownhostsfile',
  'gssapidelegatecredentials',
  'gssapikeyexchange',
  'gssapirenewalforcesrekey',
  'gssapitrustdns',
  'host',
  'ignoreunknown',
  'include',
  'ipqos',
  'loglevel',
  'logverbose',
  'match',
  'nohostauthenticationforlocalhost',
  'numberofpasswordprompts',
  'permitlocalcommand',
  'pubkeyacceptedalgorithms',
  'pubkeyacceptedkeytypes',
  'rekeylimit',
  'requesttty',
  'requiredrsasize',
  'sendenv',
  'setenv',
  'sessiontype',
  'stdinnull',
  'syslogfacility',
  'tcpkeepalive',
  'updatehostkeys',
  'usekeychain',
  'visualhostkey',
  'xauthlocation',
]);

/** Replaces `%h` and the like, `~` and `${NAME}` in a value, as ssh does for files and proxy commands. */
export function expand(value: string, tokens: Readonly<Record<string, string>>): string {
  const home = homedir();
  const known: Record<string, string> = { '%': '%', d: home, u: localUser(), ...tokens };
  return value
    .replace(/^~(?=\/|$)/, home)
    .replace(/\$\{(\w+)\}/g, (whole, name: string) => process.env[name] ?? whole)
    .replace(/%(.)/g, (whole, token: string) => known[token] ?? whole);
}

export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? 'root';
  }
}

function whole(value: string, least: number, most: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw new Error(`"${value}" is not a number from ${least} to ${most}`);
  }
  return number;
}

/** ssh writes times as seconds, or like `1m30s`. In milliseconds. */
function seconds(value: string): number {
  const units: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  if (value === 'none') return 0;
  if (!/^(\d+[smhdw]?)+$/i.test(value)) throw new Error(`"${value}" is not a time in seconds`);
  let sum = 0;
  for (const [, count, unit] of value.matchAll(/(\d+)([a-z]?)/gi))
    sum += Number(count) * units[unit!.toLowerCase()]!;
  return sum * 1000;
}

function yesNo(value: string): boolean {
  if (/^(yes|true)$/i.test(value)) return true;
  if (/^(no|false)$/i.test(value)) return false;
  throw new Error(`"${value}" is neither yes nor no`);
}

/** `ask` cannot ask here, where nobody may be watching: it is as strict as `yes`. */
function strictness(value: string): 'yes' | 'accept-new' | 'no' {
  const meanings: Record<string, 'yes' | 'accept-new' | 'no'> = {
    yes: 'yes',
    true: 'yes',
    ask: 'yes',
    'accept-new': 'accept-new',
    no: 'no',
    off: 'no',
    false: 'no',
  };
  const meaning = meanings[value.toLowerCase()];
  if (!meaning) throw new Error(`"${value}" is none of yes, accept-new, no`);
  return meaning;
}

function family(value: string): 4 | 6 | undefined {
  if (value === 'inet') return 4;
  if (value === 'inet6') return 6;
  if (value === 'any') return undefined;
  throw new Error(`"${value}" is none of any, inet, inet6`);
}
