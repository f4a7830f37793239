import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labDescribe } from '../lab/lab-describe.ts';
import { RolesProject } from './project.ts';

const LIMIT_MS = 120_000;

// Something that answers on a port with its number; the hosts have no Python and no netcat, but systemd.
const listen = (port: number): string => `
  printf '[Socket]\\nListenStream=%s\\nAccept=yes\\n' ${port} > /etc/systemd/system/answer-${port}.socket
  printf '[Service]\\nExecStart=/bin/echo %s\\nStandardOutput=socket\\n' ${port} > /etc/systemd/system/answer-${port}@.service
  printf '[Install]\\nWantedBy=sockets.target\\n' >> /etc/systemd/system/answer-${port}.socket
  systemctl daemon-reload && systemctl enable --now answer-${port}.socket`;

labDescribe('the roles iptables and iptables_http', [{ name: 'web1' }, { name: 'web2' }], lab => {
  let project: RolesProject;

  beforeAll(async () => {
    project = new RolesProject(lab());
    for (const port of [4000, 4443, 8080, 9100]) await lab().host('web1').sh(listen(port));
  });
  afterAll(() => project?.remove());

  /** What a port answers: its own number; null when nothing comes. */
  const answer = (port: number): Promise<string | null> =>
    new Promise(resolve => {
      const socket = connect(port, lab().host('web1').address);
      let text = '';
      socket.setTimeout(1500, () => socket.destroy());
      socket.on('data', chunk => {
        text += chunk;
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(text === '' ? null : text.trim()));
    });
  const sshWorks = (): boolean => spawnSync('ssh', [...project.ssh('ops', 'web1'), 'true']).status === 0;

  const filter = { iptables_tcp_ports: [8080], iptables_log_rate: 5 };

  it(
    'lets in what is named, and nothing else',
    async () => {
      expect(await answer(9100)).toBe('9100');
      await project.settle('iptables', 'web1', filter);
      expect(await Promise.all([answer(8080), answer(9100), answer(4000)])).toEqual(['8080', null, null]);
      expect(sshWorks()).toBe(true);
      const rules = await lab().host('web1').sh('ip6tables -S');
      expect(rules).toContain('-P INPUT DROP');
      expect(rules).toContain('--dport 8080');
    },
    LIMIT_MS,
  );

  it(
    'leads 80 and 443 to the app, whose own ports stay closed',
    async () => {
      await project.settle('iptables_http', 'web1', { iptables_http_app_https_port: 4443 });
      const answers = await Promise.all([answer(80), answer(443), answer(4000), answer(4443)]);
      expect(answers).toEqual(['4000', '4443', null, null]);
    },
    LIMIT_MS,
  );

  it(
    'holds back an address that comes too often',
    async () => {
      const limited = {
        iptables_http_rate_limit: true,
        iptables_http_rate: '1/minute',
        iptables_http_burst: 3,
        iptables_http_local: true,
      };
      await project.settle('iptables_http', 'web1', limited);
      const answers: (string | null)[] = [];
      for (let attempt = 0; attempt < 6; attempt += 1) answers.push(await answer(80));
      expect(answers.filter(Boolean).length).toBeGreaterThan(0);
      expect(answers.slice(-2)).toEqual([null, null]);
      const local = await lab().host('web1').run("bash -c 'exec 3<>/dev/tcp/127.0.0.1/80; cat <&3'");
      expect(local.stdout).toBe('4000\n');
    },
    LIMIT_MS,
  );

  it(
    'takes rules of its own, and keeps those of others unless told to',
    async () => {
      const host = lab().host('web1');
      await host.sh('iptables -A INPUT -s 203.0.113.9 -j DROP');
      const rules = [
        { name: 'monitoring', rules: '-A INPUT -p tcp -m tcp --dport 9100 -j ACCEPT' },
        { name: 'gone', state: 'absent' },
      ];
      await project.settle('iptables', 'web1', { ...filter, iptables_rules: rules });
      expect(await answer(9100)).toBe('9100');
      expect(await host.sh('iptables -S')).toContain('203.0.113.9');
      const absent = [{ name: 'monitoring', state: 'absent' }];
      await project.settle('iptables', 'web1', {
        ...filter,
        iptables_rules: absent,
        iptables_keep_unmanaged: false,
      });
      expect(await answer(9100)).toBeNull();
      expect(await host.sh('iptables -S')).not.toContain('203.0.113.9');
    },
    LIMIT_MS,
  );

  it(
    'is the same after a reboot',
    async () => {
      const host = lab().host('web1');
      const before = await host.sh('iptables -S; iptables -t nat -S; ip6tables -S');
      await host.stop();
      await host.start();
      expect(await host.sh('iptables -S; iptables -t nat -S; ip6tables -S')).toBe(before);
      expect(await answer(8080)).toBe('8080');
    },
    LIMIT_MS,
  );

  it('refuses to shut the run out, and ports for root only', async () => {
    const shut = await project.play('iptables', 'web2', { iptables_ssh_ports: [2222] });
    expect(shut.status).toBe(2);
    expect(shut.output).toMatch(/reached by port 22, which is not among iptables_ssh_ports/);
    const low = await project.play('iptables_http', 'web2', { iptables_http_app_port: 88 });
    expect(low.status).toBe(2);
    expect(low.output).toMatch(/port 88 is for root only/);
    expect([...shut.changed, ...low.changed]).toEqual([]);
  });

  it.each(['--check', '--diff'])('lets no set in that iptables refuses (%s)', async flag => {
    const rules = [{ name: 'slip', rules: '-A INPUT --dprt 80 -j ACCEPT' }];
    const run = await project.play('iptables', 'web2', { iptables_rules: rules }, flag);
    expect(run.status).toBe(2);
    expect(run.output).toContain('dprt');
    // The policy comes last, so it has not been reached.
    expect(await lab().host('web2').sh('iptables -S')).toContain('-P INPUT ACCEPT');
  });
});
