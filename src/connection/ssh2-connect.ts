import { connect as tcpConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, ConnectConfig } from 'ssh2';
import { hostText } from './host-text.ts';
import { type Attempt, authenticationPlan } from './keys.ts';
import { fingerprint, KnownHost, keyType, nameInFile, recordKey } from './known-hosts.ts';
import { startProxyCommand } from './proxy-command.ts';
import type { SshTarget } from './ssh-target.ts';
import type { Ssh2Client } from './ssh2-client.ts';
import { Ssh2Transport } from './ssh2-transport.ts';
import type { Transport } from './transport.ts';
import { Unreachable } from './types.ts';

/** A server that is busy (MaxStartups) hangs up before it says anything; it is asked again a few times. */
const MOST_ATTEMPTS = 8;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 1_500;

/**
 * Connects, checks the host's key and logs in, all within the target's connectTimeout.
 * Throws Unreachable with what went wrong and what to do about it.
 */
export async function connectSsh2(target: SshTarget): Promise<Transport> {
  const deadline = Date.now() + target.connectTimeout;
  // The library (and with it node's crypto) loads while the connection is being made.
  const means = prepare(target);
  means.catch(() => {});
  for (let attempt = 1; ; attempt++) {
    try {
      return await connectOnce(target, means, deadline);
    } catch (error) {
      if (!(error instanceof HungUp)) throw error;
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) * (0.5 + Math.random());
      if (attempt === MOST_ATTEMPTS || Date.now() + pause > deadline) {
        throw new Unreachable(
          `${error.message}, ${attempt} times`,
          'is it an ssh port? A busy sshd turns connections away: see MaxStartups in its sshd_config, or use fewer forks',
        );
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }
}

/** What a login needs besides a connection. */
interface Means {
  readonly ssh2: Ssh2Client;
  readonly plan: readonly Attempt[];
}

async function prepare(target: SshTarget): Promise<Means> {
  const ssh2 = await import('./ssh2-client.ts');
  return { ssh2, plan: await authenticationPlan(ssh2, target) };
}

class HungUp extends Error {}

function hungUp(target: SshTarget, said: string): HungUp {
  const words = hostText(said);
  return new HungUp(
    `${place(target)}: the server hung up before its greeting${words === '' ? '' : ` (${words})`}`,
  );
}

async function connectOnce(target: SshTarget, means: Promise<Means>, deadline: number): Promise<Transport> {
  const way = await openWay(target, deadline);
  try {
    return await logIn(await means, target, way, deadline);
  } catch (error) {
    way.socket.destroy();
    await way.release();
    throw error;
  }
}

/** A stream of bytes to the ssh server, and how to end what carries it. */
interface Way {
  readonly socket: Duplex;
  readonly release: () => Promise<void>;
}

async function openWay(target: SshTarget, deadline: number): Promise<Way> {
  if (target.proxyCommand !== undefined) return startProxyCommand(target.proxyCommand);
  if (target.jumps.length === 0)
    return { socket: await openSocket(target, deadline), release: async () => {} };
  // Each hop is a connection of its own, made through the one before it.
  const hops: Transport[] = [];
  const release = async () => {
    for (const hop of hops.reverse()) await hop.close();
  };
  try {
    let through: Transport | undefined;
    for (const jump of target.jumps) {
      const before: Transport | undefined = through;
      through = before
        ? await logInThrough(jump, await before.tunnel(jump.address, jump.port), deadline)
        : await connectSsh2(jump);
      hops.push(through);
    }
    return { socket: await through!.tunnel(target.address, target.port), release };
  } catch (error) {
    await release();
    if (error instanceof Unreachable)
      throw new Unreachable(`${target.name}: through its jump host: ${error.message}`, error.hint);
    throw new Unreachable(`${target.name}: through its jump host: ${(error as Error).message}`);
  }
}

async function logInThrough(jump: SshTarget, socket: Duplex, deadline: number): Promise<Transport> {
  return logIn(await prepare(jump), jump, { socket, release: async () => {} }, deadline);
}

function openSocket(target: SshTarget, deadline: number): Promise<Duplex> {
  const { address: host, port } = target;
  return new Promise((resolve, reject) => {
    const socket = tcpConnect({
      host,
      port,
      family: target.addressFamily ?? 0,
      localAddress: target.bindAddress,
    });
    // Small packets go out at once: a command's cost is a round trip, not Nagle's 40 ms on top of it.
    socket.setNoDelay(true);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(unreachable(target, 'no answer', NO_ANSWER_HINT));
    }, remaining(deadline));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      // Between here and ssh2's own listeners an error must not end the program; the loss is seen there.
      socket.on('error', () => {});
      resolve(socket);
    });
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(unreachable(target, ...socketTrouble(error)));
    };
    socket.once('error', fail);
  });
}

function logIn({ ssh2, plan }: Means, target: SshTarget, way: Way, deadline: number): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const { socket } = way;
    let phase: 'greeting' | 'keys' | 'login' = 'greeting';
    let refusal: Unreachable | undefined;
    let banner = '';
    let said = '';
    const tried: string[] = [];
    let settled = false;
    const fail = (error: Error) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      client.destroy();
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(tooSlow(target, phase)), remaining(deadline));
    const closed = () => {
      if (refusal) fail(refusal);
      else if (phase === 'greeting') fail(hungUp(target, said));
      else
        fail(
          unreachable(
            target,
            phase === 'keys'
              ? 'the server hung up while keys were exchanged'
              : 'the server hung up during login',
            LOGIN_HINT,
          ),
        );
    };
    client.on('handshake', () => {
      phase = 'login';
    });
    client.on('banner', text => {
      banner ||= hostText(text);
    });
    client.on('ready', () => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      client.removeAllListeners('error');
      client.removeAllListeners('close');
      resolve(new Ssh2Transport(client, socket, target, way.release));
    });
    client.on('error', (error: Error & { level?: string; code?: string }) => {
      // An agent that fails is one attempt less, not the end.
      if (error.level === 'agent') return;
      if (refusal) return fail(refusal);
      if (error.level === 'client-authentication') return fail(notLetIn(target, tried, banner));
      if (error.level === 'client-socket' || error.message === 'Connection lost before handshake') {
        if (phase === 'greeting') return fail(hungUp(target, said));
        return closed();
      }
      fail(protocolTrouble(target, phase, error, tried, banner));
    });
    client.on('close', closed);
    const keyKnown = (key: Buffer) => {
      refusal = judgeKey(target, key);
      return refusal === undefined;
    };
    if (socket.destroyed) return closed();
    try {
      client.connect(config(target, socket, keyKnown, nextMethod(plan, tried)));
    } catch (error) {
      // An algorithm list that holds nothing ssh2 knows.
      return fail(
        unreachable(
          target,
          hostText((error as Error).message),
          'see Ciphers, MACs, KexAlgorithms and HostKeyAlgorithms',
        ),
      );
    }
    // Not before ssh2 listens itself: a stream with a listener begins to flow.
    const listenForGreeting = (chunk: Buffer) => {
      // A busy sshd says so in plain words ("Exceeded MaxStartups") before it hangs up.
      said = (said + chunk.toString('latin1')).slice(0, 1000);
      if (!/^SSH-/m.test(said)) return;
      socket.off('data', listenForGreeting);
      if (phase === 'greeting') phase = 'keys';
    };
    socket.on('data', listenForGreeting);
  });
}

function config(
  target: SshTarget,
  socket: Duplex,
  keyKnown: (key: Buffer) => boolean,
  authHandler: ConnectConfig['authHandler'],
): ConnectConfig {
  return {
    sock: socket,
    username: target.user,
    // The whole connection has one time limit, kept by our own timer.
    readyTimeout: 0,
    keepaliveInterval: target.aliveInterval,
    keepaliveCountMax: target.aliveCount,
    hostVerifier: keyKnown,
    authHandler,
    agent: target.agent,
    agentForward: target.forwardAgent && target.agent !== undefined,
    algorithms: {
      serverHostKey: hostKeyAlgorithms(target),
      ...(target.algorithms.cipher && { cipher: target.algorithms.cipher }),
      ...(target.algorithms.mac && { hmac: target.algorithms.mac }),
      ...(target.algorithms.kex && { kex: target.algorithms.kex }),
    } as ConnectConfig['algorithms'],
  };
}

/** Hands out the plan's attempts, leaving out what the server says it does not take. */
function nextMethod(plan: readonly Attempt[], tried: string[]): ConnectConfig['authHandler'] {
  const rest = [...plan];
  const handler = (left: string[] | null): AnyAuthMethod | false => {
    for (let attempt = rest.shift(); attempt; attempt = rest.shift()) {
      const type = attempt.type === 'agent' ? 'publickey' : attempt.type;
      if (left && !left.includes(type)) continue;
      tried.push(attempt.label);
      return attempt.method;
    }
    return false;
  };
  return handler as ConnectConfig['authHandler'];
}

const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

/** Types of which a key is known come first, so that the server shows one that can be compared. */
function hostKeyAlgorithms(target: SshTarget): string[] {
  // Lists made for ssh also name certificates and device keys, which ssh2 does not know.
  const wanted = target.algorithms.hostKey?.filter(algorithm => HOST_KEY_ALGORITHMS.includes(algorithm));
  const offered = wanted?.length ? wanted : HOST_KEY_ALGORITHMS;
  const { types } = KnownHost.find(target.hostKeyName, target.port, target.knownHostsFiles);
  const isKnown = (algorithm: string) => types.includes(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...offered.filter(isKnown), ...offered.filter(algorithm => !isKnown(algorithm))];
}

/** undefined: this key may be trusted. Otherwise nothing more is sent to the host. */
function judgeKey(target: SshTarget, key: Buffer): Unreachable | undefined {
  if (target.hostKeyChecking === 'no') return undefined;
  const known = KnownHost.find(target.hostKeyName, target.port, target.knownHostsFiles);
  const verdict = known.judge(key);
  const shown = `${keyType(key)} ${fingerprint(key)}`;
  switch (verdict.kind) {
    case 'known':
      return undefined;
    case 'revoked':
      return new Unreachable(
        `${place(target)}: the host's key is revoked at ${verdict.file}:${verdict.line} (${shown})`,
        'do not connect to it before its keys have been replaced',
      );
    case 'changed':
      return new Unreachable(
        `${place(target)}: the host's key has changed: ${verdict.file}:${verdict.line} has another one${verdict.otherTypes ? ' (of another type)' : ''}, the host shows ${shown}`,
        `someone may be in between; if the host was installed anew: ssh-keygen -f ${verdict.file} -R '${known.name}'`,
      );
    case 'unknown':
      if (target.hostKeyChecking === 'accept-new') return record(target, key);
      return new Unreachable(
        `${place(target)}: the host's key is not known (${shown})`,
        `log in once with "ssh -p ${target.port} ${target.user}@${target.address}" and compare, or allow new keys with host_key_checking=accept-new`,
      );
  }
}

function record(target: SshTarget, key: Buffer): Unreachable | undefined {
  if (target.recordIn === undefined) return undefined;
  try {
    recordKey(target.recordIn, nameInFile(target.hostKeyName, target.port), key, target.hashKnownHosts);
    return undefined;
  } catch (error) {
    return new Unreachable(
      `${place(target)}: its new key cannot be recorded in ${target.recordIn} (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

function place(target: SshTarget): string {
  const { name, address, port } = target;
  return `${name}: ${address} port ${port}`;
}

function unreachable(target: SshTarget, what: string, hint?: string): Unreachable {
  return new Unreachable(`${place(target)}: ${what}`, hint);
}

function remaining(deadline: number): number {
  return Math.max(1, deadline - Date.now());
}

const NO_ANSWER_HINT =
  'is the host up and its address right (ansible_host), and does a firewall let the port through?';
const LOGIN_HINT = "see the log of the host's sshd";

function socketTrouble(error: NodeJS.ErrnoException): [what: string, hint: string] {
  switch (error.code) {
    case 'ECONNREFUSED':
      return ['connection refused', 'is sshd running there, and is the port right (ansible_port)?'];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        'its address is not known to the name service',
        'set ansible_host to an address, or mend the name',
      ];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return [error.code === 'ETIMEDOUT' ? 'no answer' : 'no route to it', NO_ANSWER_HINT];
    default:
      return [hostText(error.message), NO_ANSWER_HINT];
  }
}

function tooSlow(target: SshTarget, phase: 'greeting' | 'keys' | 'login'): Unreachable {
  const within = `within ${target.connectTimeout / 1000} s`;
  if (phase === 'greeting')
    return unreachable(
      target,
      `accepted the connection but said nothing ${within}`,
      'is it an ssh port, and is the host overloaded?',
    );
  if (phase === 'keys')
    return unreachable(target, `did not finish the exchange of keys ${within}`, 'is the host overloaded?');
  return unreachable(
    target,
    `did not finish the login of ${target.user} ${within}`,
    'does its login wait for something (a directory service, a second factor)?',
  );
}

function notLetIn(target: SshTarget, tried: readonly string[], banner: string): Unreachable {
  const what = tried.length === 0 ? 'no method that the server takes' : tried.join(', ');
  return unreachable(
    target,
    `login as ${target.user} refused; tried: ${what}${banner === '' ? '' : ` (${banner})`}`,
    'check the user (ansible_user), the key (--private-key) or the password (-k)',
  );
}

function protocolTrouble(
  target: SshTarget,
  phase: string,
  error: Error,
  tried: readonly string[],
  banner: string,
): Unreachable {
  const words = hostText(error.message);
  if (/too many authentication failures/i.test(words)) {
    return unreachable(
      target,
      `login as ${target.user} refused after too many keys; tried: ${tried.join(', ')}${banner === '' ? '' : ` (${banner})`}`,
      'name the key with --private-key, so that no others are offered',
    );
  }
  if (/no matching/i.test(words))
    return unreachable(
      target,
      `no common algorithm with the server (${words})`,
      'the server is very old or strictly configured; see -o Ciphers, MACs, KexAlgorithms and HostKeyAlgorithms',
    );
  if (phase === 'login') return unreachable(target, `the login was broken off (${words})`, LOGIN_HINT);
  return unreachable(
    target,
    `it does not speak ssh as it should (${words})`,
    'is it an ssh port (ansible_port)?',
  );
}
