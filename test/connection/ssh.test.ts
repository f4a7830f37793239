import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession } from '../../src/connection/open.ts';
import { type Endpoint, Unreachable } from '../../src/connection/types.ts';
import { Secret } from '../../src/core/secret.ts';
import { sh, userShell } from '../../src/core/shell.ts';
import { sessionContract } from './contract.ts';
import { endpoint, temporaryFolder } from './sandbox.ts';
import { newKey, type ServerOptions, startSshServer, type TestServer } from './ssh-server.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const userKey = newKey();
const keyFile = join(folder.path, 'user-key');
writeFileSync(keyFile, userKey.private, { mode: 0o600 });

const running: TestServer[] = [];
afterAll(() => Promise.all(running.map(server => server.close())));

async function serverWith(options: ServerOptions = {}): Promise<TestServer> {
  const server = await startSshServer(options);
  running.push(server);
  return server;
}

function to(server: { port: number }, given: Partial<Endpoint> = {}): Endpoint {
  return endpoint({
    transport: 'ssh',
    port: server.port,
    user: 'deploy',
    privateKeyFile: keyFile,
    hostKeyChecking: 'no',
    connectTimeout: 3_000,
    ...given,
  });
}

/** The error that opening ends with: message and hint. */
async function refusal(given: Endpoint): Promise<string> {
  const session = await openSession(given).catch((error: unknown) => error);
  if (session instanceof Unreachable) return `${session.message} | ${session.hint ?? ''}`;
  throw session instanceof Error ? session : new Error('it opened');
}

sessionContract('an ssh server', async () => {
  const server = await serverWith();
  const session = await openSession(to(server));
  return { session, folder: folder.path, close: () => session.close() };
});

describe('logging in', () => {
  it('with a key: one try, no detour', async () => {
    const server = await serverWith({
      accept: a => a.method === 'publickey' && a.key.data.equals(userKey.bytes),
    });
    const session = await openSession(to(server));
    expect((await session.ask(sh`echo in`)).stdout.toString()).toBe('in\n');
    expect(server.attempts).toEqual(['publickey']);
    await session.close();
  });

  it('with a password', async () => {
    const server = await serverWith({
      accept: a => a.method === 'password' && a.password === 'correct horse',
    });
    const session = await openSession(
      to(server, { privateKeyFile: undefined, password: new Secret('correct horse') }),
    );
    expect(server.attempts).toEqual(['password']);
    await session.close();
  });

  it('with a password, where the server asks for it by keyboard-interactive', async () => {
    const server = await serverWith({
      accept: a => a.method === 'password' && a.password === 'correct horse',
    });
    const session = await openSession(
      to(server, {
        privateKeyFile: undefined,
        password: new Secret('correct horse'),
        sshArgs: ['-F', 'none', '-o', 'PreferredAuthentications=keyboard-interactive'],
      }),
    );
    expect(server.attempts).toEqual(['keyboard-interactive']);
    await session.close();
  });

  it('with an encrypted key and its passphrase', async () => {
    const sealed = newKey('ed25519', 'open sesame');
    const file = join(folder.path, 'sealed');
    writeFileSync(file, sealed.private, { mode: 0o600 });
    const server = await serverWith({
      accept: a => a.method === 'publickey' && a.key.data.equals(sealed.bytes),
    });
    expect(await refusal(to(server, { privateKeyFile: file }))).toMatch(
      /sealed is encrypted and no passphrase .*ssh-add/,
    );
    const asked: string[] = [];
    const passphrase = async (of: string) => {
      asked.push(of);
      return new Secret('open sesame');
    };
    const second = join(folder.path, 'sealed-2');
    writeFileSync(second, sealed.private, { mode: 0o600 });
    const session = await openSession(to(server, { privateKeyFile: second, passphrase }));
    expect(asked).toEqual([second]);
    await session.close();
  });

  const nobody: ServerOptions = { accept: () => false };
  it.each([
    [
      'a key the server does not know',
      nobody,
      {},
      /login as deploy refused; tried: key .*user-key \| check the user/,
    ],
    [
      'a wrong password',
      nobody,
      { privateKeyFile: undefined, password: new Secret('wrong-pw-1') },
      /tried: password, keyboard-interactive/,
    ],
    [
      'a key file that is missing',
      nobody,
      { privateKeyFile: '/no/key' },
      /nothing to log in with as deploy: key \/no\/key cannot be read \(ENOENT\)/,
    ],
    [
      'a banner, without its escape sequences',
      { ...nobody, banner: '\x1b[31mGo away\x07\n' },
      {},
      /\(Go away\)/,
    ],
  ] as const)('refused: %s', async (_, options, given, message) => {
    const words = await refusal(to(await serverWith(options), given));
    expect(words).toMatch(message);
    expect(words).toMatch(/^web1: /);
    expect(words).not.toContain('wrong-pw-1');
    expect(words).not.toMatch(/\x1b|\x07/);
  });
});

describe('a server that misbehaves', () => {
  const table: readonly [string, ServerOptions, Partial<Endpoint>, RegExp][] = [
    [
      'says nothing',
      { intercept: () => true },
      { connectTimeout: 300 },
      /^web1: 127.0.0.1 port \d+: accepted the connection but said nothing within 0\.3 s/,
    ],
    [
      'hangs up at once, every time',
      { intercept: socket => !!socket.destroy() },
      { connectTimeout: 1_200 },
      /hung up before its greeting, \d times \| is it an ssh port\? A busy sshd/,
    ],
    [
      'speaks another protocol',
      { intercept: socket => !!socket.write('HTTP/1.1 400 Bad Request\r\n'.repeat(2000)) },
      {},
      /port \d+: .* ssh/,
    ],
    [
      'sends noise after its greeting',
      { intercept: socket => !!socket.write(`SSH-2.0-x\r\n${'\xff'.repeat(5000)}`) },
      {},
      /does not speak ssh as it should/,
    ],
    [
      'stops after its greeting',
      { intercept: socket => !!socket.write('SSH-2.0-x\r\n') },
      { connectTimeout: 300 },
      /did not finish the exchange of keys within 0\.3 s/,
    ],
    [
      'never decides on the login',
      { accept: undefined, banner: 'wait', exec: () => {} },
      { connectTimeout: 300 },
      /did not start/,
    ],
  ];
  it.each(table)('%s', async (_, options, given, message) => {
    const server = await serverWith(options);
    const started = Date.now();
    const words = await refusal(to(server, given)).catch(async error => {
      if (error.message !== 'it opened') throw error;
      const session = await openSession(to(server, given));
      const silent = await session.ask(sh`:`).catch((e: Error) => e);
      await session.close();
      return String(silent);
    });
    expect(words).toMatch(message);
    expect(Date.now() - started).toBeLessThan((given.connectTimeout ?? 3_000) * 2 + 1_000);
  });

  it('is too busy at first: asked again until it has time', async () => {
    const server = await serverWith({
      intercept: (socket, count) => count <= 2 && !!socket.end(count === 1 ? '' : 'Exceeded MaxStartups\r\n'),
    });
    const session = await openSession(to(server));
    expect(server.connections).toBe(3);
    await session.close();
  });

  it('is not there', async () => {
    const server = await startSshServer();
    await server.close();
    expect(await refusal(to(server))).toMatch(
      /^web1: 127.0.0.1 port \d+: connection refused \| is sshd running/,
    );
  });

  it('has a name nobody knows', async () => {
    expect(await refusal(to({ port: 22 }, { address: 'no-such-host.invalid' }))).toMatch(
      /not known to the name service \| set ansible_host/,
    );
  });
});

describe('a connection that is lost', () => {
  it('during a command: unreachable, for it and for all behind it', async () => {
    const server = await serverWith();
    const session = await openSession(to(server));
    await session.ask(sh`:`);
    const doomed = [session.run(userShell('sleep 30')), session.ask(sh`echo behind`)];
    setTimeout(() => {
      for (const socket of server.clients) socket.destroy();
    }, 100);
    for (const one of doomed)
      await expect(one).rejects.toThrow(/web1: the connection to 127.0.0.1 port \d+ was/);
    await expect(session.ask(sh`:`)).rejects.toBeInstanceOf(Unreachable);
    await expect(session.put('/tmp/never', Buffer.alloc(1_000_000))).rejects.toBeInstanceOf(Unreachable);
    await session.close();
  });

  it('without a word: noticed by keepalives, in the time they were given', async () => {
    const server = await serverWith();
    const given = to(server, {
      sshArgs: ['-F', 'none', '-o', 'ServerAliveInterval=1', '-o', 'ServerAliveCountMax=1'],
    });
    const session = await openSession(given);
    await session.ask(sh`:`);
    expect(session.silentFor()).toBeLessThan(500);
    const started = Date.now();
    const hung = session.run(userShell('sleep 30'));
    for (const socket of server.clients) socket.pause();
    await expect(hung).rejects.toThrow(/was given up: no answer for 2 s/);
    expect(Date.now() - started).toBeLessThan(3_500);
    expect(session.silentFor()).toBeGreaterThan(900);
    await session.close();
  });

  it('while 50 MB are on their way', async () => {
    const server = await serverWith();
    const session = await openSession(to(server));
    await session.ask(sh`:`);
    const put = session.put(join(folder.path, 'cut'), Buffer.alloc(50_000_000));
    setTimeout(() => {
      for (const socket of server.clients) socket.destroy();
    }, 60);
    await expect(put).rejects.toBeInstanceOf(Unreachable);
    await session.close();
  });
});

describe('ways to a server', () => {
  it('a tunnel reaches what the host reaches', async () => {
    const [server, other] = [await serverWith(), await serverWith()];
    const session = await openSession(to(server));
    const stream = await session.tunnel('127.0.0.1', other.port);
    const greeting = await new Promise<Buffer>(resolve => stream.once('data', resolve));
    expect(greeting.toString()).toMatch(/^SSH-2\.0-/);
    stream.destroy();
    await expect(session.tunnel('127.0.0.1', 1)).rejects.toThrow(/web1 cannot reach 127\.0\.0\.1 port 1/);
    await session.close();
  });

  it('through jump hosts, one behind another', async () => {
    const [first, second, target] = [await serverWith(), await serverWith(), await serverWith()];
    const sshArgs = ['-F', 'none', '-J', `a@127.0.0.1:${first.port},b@127.0.0.1:${second.port}`];
    const session = await openSession(to(target, { sshArgs }));
    expect((await session.ask(sh`echo through`)).stdout.toString()).toBe('through\n');
    expect([first, second, target].map(server => server.connections)).toEqual([1, 1, 1]);
    await session.close();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect([first, second, target].map(server => server.clients.size)).toEqual([0, 0, 0]);
  });

  it('through a jump host that refuses', async () => {
    const [jump, target] = [await serverWith({ accept: () => false }), await serverWith()];
    const words = await refusal(to(target, { sshArgs: ['-F', 'none', '-J', `127.0.0.1:${jump.port}`] }));
    expect(words).toMatch(/^web1: through its jump host: 127\.0\.0\.1: .*login as .* refused/);
  });

  it('through a proxy command', async () => {
    const server = await serverWith();
    const relay = join(folder.path, 'relay.mjs');
    writeFileSync(
      relay,
      `import { connect } from 'node:net'; const s = connect(+process.argv[3], process.argv[2]); process.stdin.pipe(s).pipe(process.stdout); s.on('close', () => process.exit());`,
    );
    const sshArgs = ['-F', 'none', '-o', `ProxyCommand=${process.execPath} ${relay} %h %p`];
    const session = await openSession(to(server, { sshArgs }));
    expect((await session.ask(sh`echo through`)).stdout.toString()).toBe('through\n');
    await session.close();
    expect(
      await refusal(to(server, { sshArgs: ['-F', 'none', '-o', 'ProxyCommand=false'], connectTimeout: 500 })),
    ).toMatch(/hung up before/);
  });
});

describe('the host key', () => {
  const [ed, ecdsa, other] = [newKey('ed25519'), newKey('ecdsa'), newKey('ed25519')];
  let server: TestServer;
  beforeAll(async () => {
    server = await serverWith({ hostKeys: [ed, ecdsa] });
  });
  let count = 0;
  const file = (lines: readonly string[]) => {
    const path = join(folder.path, `known-hosts-${count++}`);
    writeFileSync(
      path,
      lines.map(line => `${line.replaceAll('NAME', `[127.0.0.1]:${server.port}`)}\n`).join(''),
    );
    return path;
  };
  const comment = '# a comment';

  it.each([
    ['known', [`NAME ${ed.public}`]],
    ['known among others', [comment, `elsewhere ${other.public}`, `NAME,web1 ${ed.public}`]],
    ['known only by its second type', [`NAME ${ecdsa.public}`]],
    ['known for the name without its port', [`127.0.0.1 ${ed.public}`]],
    ['known by a pattern', [`[127.0.0.*]:${'*'} ${ed.public}`]],
  ])('%s', async (_, lines) => {
    const session = await openSession(to(server, { hostKeyChecking: 'yes', knownHostsFiles: [file(lines)] }));
    await session.close();
  });

  it.each([
    [
      'not known',
      [comment],
      /host's key is not known \(ssh-ed25519 SHA256:[\w+/]+\) \| log in once with "ssh -p \d+ deploy@127.0.0.1"/,
    ],
    [
      'changed',
      [comment, `NAME ${other.public}`],
      /key has changed: .*known-hosts-\d+:2 has another one, the host shows ssh-ed25519 SHA256:.*ssh-keygen -f .* -R '\[127\.0\.0\.1\]:\d+'/,
    ],
    [
      'known by another type only',
      [`NAME ${newKey('rsa').public}`],
      /:1 has another one \(of another type\)/,
    ],
    ['excluded by a negation', [`[127.0.0.*]:*,!NAME ${ed.public}`], /is not known/],
    ['revoked', [`NAME ${ed.public}`, `@revoked * ${ed.public}`], /is revoked at .*:2/],
    [
      'vouched for by an authority only',
      [`@cert-authority NAME ${ed.public}`],
      /ssh could not connect \(.*Host key verification failed/,
    ],
  ])('%s', async (_, lines, message) => {
    const before = server.attempts.length;
    expect(await refusal(to(server, { hostKeyChecking: 'yes', knownHostsFiles: [file(lines)] }))).toMatch(
      message,
    );
    // Not even the user's name was told.
    expect(server.attempts.length).toBe(before);
  });

  it('accept-new records an unknown key and then holds on to it', async () => {
    const path = join(folder.path, 'new', 'known_hosts');
    const given = { hostKeyChecking: 'accept-new', knownHostsFiles: [path] } as const;
    await (await openSession(to(server, given))).close();
    await (await openSession(to(server, { ...given, hostKeyChecking: 'yes' }))).close();
    expect(
      await refusal(
        to(server, {
          ...given,
          hostKeyChecking: 'accept-new',
          knownHostsFiles: [file([`NAME ${other.public}`])],
        }),
      ),
    ).toMatch(/has changed/);
  });
});
