import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import ssh2, { type AuthContext, type ClientInfo, type Connection, type ServerChannel } from 'ssh2';

/** A key pair for tests: what goes into files, and the public key as bytes. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
  readonly bytes: Buffer;
}

export function newKey(type: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519', passphrase?: string): KeyPair {
  const extra = type === 'ecdsa' ? { bits: 256 } : type === 'rsa' ? { bits: 2048 } : {};
  const sealed = passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 4 };
  const options = { ...extra, ...sealed } as { bits: number };
  let pair = ssh2.utils.generateKeyPairSync(type as 'rsa', options);
  // One in a few hundred of the keys that ssh2 makes is one that it cannot read.
  while (ssh2.utils.parseKey(pair.private, passphrase) instanceof Error) {
    pair = ssh2.utils.generateKeyPairSync(type as 'rsa', options);
  }
  const [, encoded] = pair.public.split(' ');
  return { private: pair.private, public: pair.public, bytes: Buffer.from(encoded!, 'base64') };
}

export interface ServerOptions {
  readonly hostKeys?: readonly KeyPair[];
  /** Who may log in; everybody, when not given. */
  readonly accept?: (attempt: AuthContext) => boolean;
  readonly banner?: string;
  /** Called for each connection, before it is served; true: it is taken care of. */
  readonly intercept?: (socket: Socket, count: number) => boolean;
  /** Instead of running the command. */
  readonly exec?: (channel: ServerChannel, command: string) => void;
  readonly clientLimit?: number;
}

export interface TestServer {
  readonly port: number;
  readonly hostKeys: readonly KeyPair[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** What clients tried to log in with, in order. */
  readonly attempts: readonly string[];
  readonly clients: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** An ssh server in this process that runs real commands, as this process's user. */
export async function startSshServer(options: ServerOptions = {}): Promise<TestServer> {
  const hostKeys = options.hostKeys ?? [newKey()];
  const attempts: string[] = [];
  const clients = new Set<Socket>();
  let connections = 0;
  const ssh = new ssh2.Server(
    { hostKeys: hostKeys.map(key => key.private), banner: options.banner },
    (client: Connection, _info: ClientInfo) => serve(client, options, attempts),
  );
  const listener = createServer(socket => {
    connections++;
    clients.add(socket);
    socket.once('close', () => clients.delete(socket));
    socket.on('error', () => {});
    if (!options.intercept?.(socket, connections)) ssh.injectSocket(socket);
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    hostKeys,
    attempts,
    clients,
    get connections() {
      return connections;
    },
    close: async () => {
      for (const socket of clients) socket.destroy();
      await new Promise(resolve => listener.close(resolve));
    },
  };
}

function serve(client: Connection, options: ServerOptions, attempts: string[]): void {
  client.on('error', () => {});
  client.on('authentication', attempt => {
    const signed = attempt.method !== 'publickey' || attempt.signature !== undefined;
    if (signed || !options.accept) attempts.push(attempt.method);
    if (!options.accept || options.accept(attempt)) attempt.accept();
    else if (attempt.method === 'keyboard-interactive') {
      // Asks once; the answer is judged as a password.
      attempt.prompt([{ prompt: 'Password: ', echo: false }], answers => {
        const asPassword = { ...attempt, method: 'password', password: answers[0] } as unknown as AuthContext;
        if (options.accept?.(asPassword)) attempt.accept();
        else attempt.reject();
      });
    } else attempt.reject(['publickey', 'password', 'keyboard-interactive']);
  });
  client.on('session', accept => {
    accept().on('exec', (acceptExec, _reject, { command }) => {
      const channel = acceptExec();
      if (options.exec) options.exec(channel, command);
      else runCommand(channel, command);
    });
  });
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    const socket = connect(destPort, destIP);
    socket.once('connect', () => {
      const channel = accept();
      channel.pipe(socket).pipe(channel);
      channel.on('error', () => socket.destroy());
      socket.on('close', () => channel.close());
    });
    socket.on('error', () => reject?.());
  });
}

const NOTHING_KEPT = { _chunk: undefined, _chunkcb: undefined, _chunkErr: undefined, _chunkcbErr: undefined };

export function runCommand(channel: ServerChannel, command: string): ChildProcessWithoutNullStreams {
  const child = spawn('/bin/sh', ['-c', command], { detached: true });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => {});
  // One write at a time: as a server, ssh2 mixes the two outputs up when both wait for the client's window,
  // and sends a chunk again that it had kept for such a wait.
  let turn = Promise.resolve();
  const forward = (from: Readable, to: Writable) =>
    from.on('data', (chunk: Buffer) => {
      from.pause();
      turn = turn
        .then(() => new Promise<unknown>(resolve => to.write(chunk, resolve)))
        .then(() => {
          Object.assign(channel, NOTHING_KEPT);
          from.resume();
        });
    });
  forward(child.stdout, channel);
  forward(child.stderr, channel.stderr);
  child.on('close', async (code, signal) => {
    await turn;
    if (code === null) channel.exit(signal!.replace('SIG', ''));
    else channel.exit(code);
    channel.end();
  });
  // A client that hangs up: its command reads end of file, and writes to nobody.
  channel.on('close', () => {
    child.stdin.end();
    child.stdout.destroy();
    child.stderr.destroy();
  });
  channel.on('error', () => {});
  return child;
}
