import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSession } from '../../src/connection/open.ts';
import {
  BecomeFailed,
  type Endpoint,
  type Identity,
  type Session,
  Unreachable,
} from '../../src/connection/types.ts';
import { Secret } from '../../src/core/secret.ts';
import { sh, userShell } from '../../src/core/shell.ts';
import { type Lab, OPW_PASSWORD } from '../lab/index.ts';
import { labDescribe } from '../lab/lab-describe.ts';
import { sessionContract } from './contract.ts';
import { endpoint } from './sandbox.ts';

function on(lab: Lab, host: string, user: string, given: Partial<Endpoint> = {}): Endpoint {
  return endpoint({
    transport: 'ssh',
    name: host,
    address: lab.host(host).address,
    user,
    privateKeyFile: lab.identityFile,
    knownHostsFiles: [lab.knownHosts],
    ...given,
  });
}

const root: Identity = { key: 'root', become: { method: 'sudo', user: 'root' } };
const rootByPassword = (password: string): Identity => ({
  key: 'root',
  become: { method: 'sudo', user: 'root', password: new Secret(password) },
});

async function withSession(at: Endpoint, use: (session: Session) => Promise<void>): Promise<void> {
  const session = await openSession(at);
  try {
    await use(session);
  } finally {
    await session.close();
  }
}

labDescribe('a session on real hosts', [{ name: 'web1' }, { name: 'tiny', kind: 'busybox' }], lab => {
  const places: readonly [string, string, string, Identity | undefined][] = [
    ['the login user on Debian', 'web1', 'ops', undefined],
    ['root by sudo without a password', 'web1', 'ops', root],
    ['root by sudo with a password', 'web1', 'opw', rootByPassword(OPW_PASSWORD)],
    ['a user by su from root', 'web1', 'root', { key: 'su', become: { method: 'su', user: 'ops' } }],
    ['busybox and dropbear', 'tiny', 'ops', undefined],
    ['a user by su on busybox', 'tiny', 'root', { key: 'su', become: { method: 'su', user: 'ops' } }],
  ];
  places.forEach(([title, host, user, as], i) => {
    sessionContract(
      title,
      async () => {
        const folder = `/tmp/contract-${i}`;
        await lab().host(host).sh(`mkdir -m 777 ${folder}`);
        const session = await openSession(on(lab(), host, user));
        return { session, folder, close: () => session.close() };
      },
      { as, otherShell: host === 'tiny' ? '/bin/ash' : '/bin/bash' },
    );
  });

  sessionContract('the system’s ssh, for a certificate', async () => {
    const key = join(lab().identityFile, '..', 'certified');
    const authority = join(lab().identityFile, '..', 'authority');
    for (const file of [key, authority])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'ops', '-n', 'ops', `${key}.pub`]);
    const host = lab().host('web1');
    await host.writeFile('/etc/ssh/authority.pub', readFileSync(`${authority}.pub`), 0o644);
    await host.writeFile(
      '/etc/ssh/sshd_config.d/authority.conf',
      'TrustedUserCAKeys /etc/ssh/authority.pub\n',
    );
    await host.sh('systemctl reload ssh; mkdir -m 777 /tmp/contract-certificate');
    const session = await openSession(on(lab(), 'web1', 'ops', { privateKeyFile: key }));
    return { session, folder: '/tmp/contract-certificate', close: () => session.close() };
  });

  it('logs in with a password', async () => {
    const at = on(lab(), 'web1', 'opw', { privateKeyFile: undefined, password: new Secret(OPW_PASSWORD) });
    await withSession(at, async session => {
      expect((await session.ask(sh`id -un`)).stdout.toString()).toBe('opw\n');
    });
  });

  it('is quick: connected and answered, and then for each question', async () => {
    const started = performance.now();
    await withSession(on(lab(), 'web1', 'ops'), async session => {
      await session.ask(sh`:`);
      const first = performance.now() - started;
      const times: number[] = [];
      for (let i = 0; i < 100; i++) {
        const before = performance.now();
        await session.ask(sh`:`);
        times.push(performance.now() - before);
      }
      const median = times.sort((a, b) => a - b)[50]!;
      // Many times what it takes on an idle machine; what is caught is Nagle, or a process for each question.
      expect(first).toBeLessThan(1_500);
      expect(median).toBeLessThan(15);
    });
  });

  it('real sudo: a wrong password, none, a user without rights', async () => {
    await lab()
      .host('web1')
      .sh(
        'useradd -m nobody-special; mkdir -p ~nobody-special/.ssh; cp ~ops/.ssh/authorized_keys ~nobody-special/.ssh/; chown -R nobody-special ~nobody-special/.ssh; echo "nobody-special:pw-of-mine" | chpasswd',
      );
    const table: readonly [string, Identity, RegExp][] = [
      ['opw', rootByPassword('wrong horse'), /did not accept the password/],
      ['opw', root, /asks for a password, and none was given/],
      ['nobody-special', rootByPassword('pw-of-mine'), /does not allow this user/],
      ['ops', { key: 'x', become: { method: 'sudo', user: 'nemo' } }, /knows no such user/],
      ['ops', { key: 'x', become: { method: 'doas', user: 'root' } }, /is not installed/],
      [
        'ops',
        { key: 'x', become: { method: 'su', user: 'root', password: new Secret('wrong horse') } },
        /did not accept the password/,
      ],
    ];
    await Promise.all(
      table.map(([user, as, message]) =>
        withSession(on(lab(), 'web1', user), async session => {
          const error = await session.ask(sh`:`, { as }).catch((e: unknown) => e);
          expect(error).toBeInstanceOf(BecomeFailed);
          expect((error as Error).message).toMatch(message);
          expect((await session.ask(sh`echo still`)).stdout.toString()).toBe('still\n');
        }),
      ),
    );
  });

  it('forty sessions to one host at once: sshd turns some away at first, all get in', {
    timeout: 60_000,
  }, async () => {
    const sessions = await Promise.all(
      Array.from({ length: 40 }, () => openSession(on(lab(), 'web1', 'ops', { connectTimeout: 30_000 }))),
    );
    const answers = await Promise.all(sessions.map(session => session.ask(sh`echo in`)));
    expect(answers.map(answer => answer.stdout.toString())).toEqual(Array(40).fill('in\n'));
    await Promise.all(sessions.map(session => session.close()));
  });

  it('more background children than a connection may have channels', { timeout: 60_000 }, async () => {
    await withSession(on(lab(), 'web1', 'ops'), async session => {
      for (let i = 0; i < 14; i++) {
        expect((await session.run(userShell(`sleep 30.25 & echo ${i}`))).stdout.toString()).toBe(`${i}\n`);
      }
      expect(await lab().host('web1').sh('pgrep -cf "[s]leep 30.25"')).toBe('14\n');
    });
    await lab().host('web1').sh('pkill -f "[s]leep 30.25"');
  });

  it('a background child of root outlives the session, where sudo gives it no terminal to lose', async () => {
    await withSession(on(lab(), 'web1', 'ops'), async session => {
      await session.run(userShell('setsid sleep 40.25 & :'), { as: root });
      await session.run(userShell('nohup sleep 41.25 >/dev/null 2>&1 &'), { as: root });
      expect((await session.run(userShell('echo next'), { as: root })).stdout.toString()).toBe('next\n');
    });
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(await lab().host('web1').sh('pgrep -cf "[s]leep 4[01].25"; pkill -f "[s]leep 4[01].25"')).toBe(
      '2\n',
    );
  });

  it('its sshd killed during a command: unreachable', async () => {
    await withSession(on(lab(), 'web1', 'ops'), async session => {
      await session.ask(sh`:`);
      await expect(session.run(userShell('sleep 0.1; kill -9 -1; sleep 9'))).rejects.toBeInstanceOf(
        Unreachable,
      );
      await expect(session.ask(sh`:`)).rejects.toBeInstanceOf(Unreachable);
    });
  });

  it('a host that hangs is noticed in the time that was given', { timeout: 30_000 }, async () => {
    const sshArgs = ['-F', 'none', '-o', 'ServerAliveInterval=1', '-o', 'ServerAliveCountMax=2'];
    const session = await openSession(on(lab(), 'web1', 'ops', { sshArgs }));
    await session.ask(sh`:`);
    await lab().host('web1').freeze();
    try {
      const started = Date.now();
      await expect(session.ask(sh`:`)).rejects.toThrow(/was given up: no answer for 3 s/);
      expect(Date.now() - started).toBeLessThan(5_000);
      const dead = on(lab(), 'web1', 'ops', { connectTimeout: 500 });
      await expect(openSession(dead)).rejects.toThrow(/said nothing within 0\.5 s/);
    } finally {
      await lab().host('web1').thaw();
      await session.close();
    }
  });

  it('reboots under a session: unreachable', { timeout: 60_000 }, async () => {
    await withSession(on(lab(), 'web1', 'ops'), async session => {
      await session.ask(sh`:`);
      const waiting = session.run(userShell('sleep 60'));
      waiting.catch(() => {});
      await lab().host('web1').stop();
      await expect(waiting).rejects.toBeInstanceOf(Unreachable);
    });
    await expect(openSession(on(lab(), 'web1', 'ops', { connectTimeout: 1_000 }))).rejects.toThrow(
      /no answer|no route|refused/,
    );
  });
});
