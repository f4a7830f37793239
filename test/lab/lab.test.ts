import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPW_PASSWORD } from './base-recipes.ts';
import { unifiedMount } from './cgroup.ts';
import type { LabHost } from './host.ts';
import { Lab } from './lab.ts';
import { labDescribe } from './lab-describe.ts';
import { labDir } from './paths.ts';
import { labAvailability } from './requirements.ts';
import { execute, type Outcome } from './shell.ts';

const NO_PYTHON =
  'for p in python python2 python3; do command -v $p; done; ls /usr/bin/python* /usr/lib/python3*';

labDescribe(
  'a lab of each kind',
  [{ name: 'web1' }, { name: 'web2' }, { name: 'py', kind: 'python' }, { name: 'tiny', kind: 'busybox' }],
  lab => {
    it.each(['web1', 'py', 'tiny'])('%s lets ops in by the key, its own host key known', async name => {
      const said = await ssh(lab(), 'ops', lab().host(name), 'id -un; hostname');
      expect(said).toEqual({ rc: 0, stdout: `ops\n${name}\n`, stderr: '' });
    });

    it.each(['web1', 'tiny'])('%s lets root in by the key', async name => {
      expect((await ssh(lab(), 'root', lab().host(name), 'id -u')).stdout).toBe('0\n');
    });

    it('a host with another key is refused', async () => {
      const [one, other] = [lab().host('web1'), lab().host('web2')];
      const said = await ssh(lab(), 'ops', other, 'true', ['-o', `HostKeyAlias=${one.address}`]);
      expect(said.rc).toBe(255);
      expect(said.stderr).toContain('Host key verification failed');
    });

    it.each(['web1', 'web2', 'tiny'])('%s has no Python', async name => {
      expect((await lab().host(name).run(NO_PYTHON)).stdout).toBe('');
    });

    it('the kind for the reference has Python', async () => {
      await lab().host('py').sh('python3 -c "import apt"');
    });

    it('ops uses sudo without a password, opw with one', async () => {
      const host = lab().host('web1');
      expect((await ssh(lab(), 'ops', host, 'sudo -n id -un')).stdout).toBe('root\n');
      expect((await ssh(lab(), 'opw', host, 'sudo -n id -un')).rc).toBe(1);
      const withPassword = `echo 'correct horse' | sudo -S -p '' id -un`;
      expect((await ssh(lab(), 'opw', host, withPassword)).stdout).toBe('root\n');
    });

    it('opw gets in by the password, ops does not', async () => {
      const byPassword = ['-o', 'PreferredAuthentications=password', '-o', 'NumberOfPasswordPrompts=1'];
      const host = lab().host('web1');
      const askpass = join(labDir(lab().name), 'askpass');
      writeFileSync(askpass, `#!/bin/sh\necho '${OPW_PASSWORD}'\n`, { mode: 0o755 });
      const env = { ...process.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
      expect((await ssh(lab(), 'opw', host, 'id -un', byPassword, env)).stdout).toBe('opw\n');
      expect((await ssh(lab(), 'ops', host, 'id -un', byPassword, env)).rc).toBe(255);
    });

    it('systemd hosts are fully up, with nothing failed', async () => {
      const state = await lab()
        .host('web1')
        .run('systemctl is-system-running --wait; systemctl --failed --quiet');
      expect(state.stdout).toBe('running\n');
    });

    it('a package installs, and its service runs', async () => {
      const host = lab().host('web1');
      await host.sh('DEBIAN_FRONTEND=noninteractive apt-get install -y -q haproxy');
      expect(await host.sh('systemctl is-active haproxy')).toBe('active\n');
    });

    it('the package lists can be brought up to date', async () => {
      await lab().host('web2').sh('apt-get update -q');
    });

    it('there is no other way out', async () => {
      const host = lab().host('web1');
      expect(await host.sh('ip route show default')).toBe('');
      // Even a host that makes itself a route gets nowhere.
      const gateway = host.address.replace(/\d+$/, '1');
      const ping = await host.run(
        `ip route add default via ${gateway}; ping -c 1 -W 1 192.0.2.1; rc=$?; ip route del default; exit $rc`,
      );
      expect(ping.rc).toBe(1);
    });

    it('iptables works inside, with NAT', async () => {
      const host = lab().host('web2');
      await host.sh('iptables -t nat -A PREROUTING -p tcp --dport 2222 -j REDIRECT --to-ports 22');
      expect(
        (await ssh(lab(), 'ops', host, 'hostname', ['-p', '2222', '-o', `HostKeyAlias=${host.address}`]))
          .stdout,
      ).toBe('web2\n');
    });

    it('hosts reach each other by name', async () => {
      await lab().host('web1').sh('ping -c 1 -W 2 web2');
    });

    it('multicast passes, as VRRP needs it', async () => {
      await lab().host('web2').sh('echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_broadcasts');
      const answers = await lab().host('web1').sh('ping -c 1 -W 2 -I host0 224.0.0.1');
      expect(answers).toContain(`from ${lab().host('web2').address}`);
    });

    it('files are written and read, of any name and content', async () => {
      const host = lab().host('tiny');
      await host.writeFile("/root/it's/a file", 'one\ntwo', 0o600);
      expect(await host.readFile("/root/it's/a file")).toBe('one\ntwo');
      expect(await host.sh(`stat -c %a "/root/it's/a file"`)).toBe('600\n');
      expect(await host.readFile('/root/nothing')).toBeNull();
    });

    it('tells what runs inside, and nothing else', async () => {
      const processes = await lab().host('tiny').pids();
      expect(processes.find(process => process.pid === 1)?.command).toMatch(/init/);
      expect(processes.map(process => process.command).join('\n')).toContain('dropbear');
      expect(processes.map(process => process.command).join('\n')).not.toMatch(/systemd|nspawn/);
    });

    it('a host reboots from inside', async () => {
      const host = lab().host('web2');
      const boot = () => host.sh('cat /proc/sys/kernel/random/boot_id');
      const before = await boot();
      await host.run('reboot');
      await expect.poll(() => boot().catch(() => before), { timeout: 15_000 }).not.toBe(before);
      await expect
        .poll(async () => (await ssh(lab(), 'ops', host, 'hostname')).stdout, { timeout: 15_000 })
        .toBe('web2\n');
    });

    it.each(['web2', 'tiny'])('%s is fresh after a reset, and still itself', async name => {
      const host = lab().host(name);
      await host.writeFile('/etc/mark', 'was here');
      await host.reset();
      expect(await host.readFile('/etc/mark')).toBeNull();
      expect((await ssh(lab(), 'ops', host, 'hostname')).stdout).toBe(`${name}\n`);
    });

    it.each(['web2', 'tiny'])('%s keeps its disk over a power cut and a shutdown', async name => {
      const host = lab().host(name);
      await host.writeFile('/etc/mark', 'was here');
      await host.kill();
      expect(host.isRunning()).toBe(false);
      expect(await host.pids()).toEqual([]);
      await host.start();
      await host.stop();
      expect(host.isRunning()).toBe(false);
      await host.start();
      expect(await host.readFile('/etc/mark')).toBe('was here');
    });

    it('a frozen host answers nothing until it is thawed', async () => {
      const host = lab().host('web2');
      await host.freeze();
      const answer = ssh(lab(), 'ops', host, 'hostname');
      const first = await Promise.race([
        answer,
        new Promise(resolve => setTimeout(() => resolve('silence'), 700)),
      ]);
      expect(first).toBe('silence');
      await host.thaw();
      expect((await answer).stdout).toBe('web2\n');
    });

    it('another lab comes and goes beside it', async () => {
      const [one, two] = await Promise.all([
        Lab.up({ hosts: [{ name: 'web1' }] }),
        Lab.up({ hosts: [{ name: 'web1' }] }),
      ]);
      const addresses = [lab(), one, two].map(each => each.host('web1').address);
      expect(new Set(addresses).size).toBe(3);
      await Promise.all([one.down(), two.down()]);
      expect((await ssh(lab(), 'ops', lab().host('web1'), 'hostname')).stdout).toBe('web1\n');
    });

    it('the inventory has the hosts, their groups and how to reach them', () => {
      const text = lab().inventory({ web: ['web1', 'web2'] });
      expect(text).toContain(`web1 ansible_host=${lab().host('web1').address}\n`);
      expect(text).toContain('[web]\nweb1\nweb2\n');
      expect(text).toContain(`ansible_ssh_private_key_file=${lab().identityFile}\n`);
    });
  },
);

const available = await labAvailability();

describe.skipIf(!available.ok)('the end of a lab', () => {
  it('leaves nothing: no process, mount, interface, group or file', async () => {
    const lab = await Lab.up({ hosts: [{ name: 'web1' }, { name: 'tiny', kind: 'busybox' }] });
    // One hangs, one is busy: neither may keep it from ending.
    await lab.host('tiny').freeze();
    const busy = lab.host('web1').run('sleep 1000');
    const traces = new Set([...bridgesAndLinks(lab), lab.name]);
    expect(processesNaming(labDir(lab.name))).not.toEqual([]);

    await lab.down();

    await busy;
    expect(processesNaming(labDir(lab.name))).toEqual([]);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(labDir(lab.name));
    expect(readdirSync('/sys/class/net').filter(name => traces.has(name))).toEqual([]);
    expect(existsSync(`${unifiedMount()}/tsible-lab/${lab.name}`)).toBe(false);
    expect(existsSync(labDir(lab.name))).toBe(false);
  });

  it('comes by itself when its process ends, and after a crash with the next lab', async () => {
    for (const [ending, goneAtOnce] of [
      ['process.exit(0)', true],
      ['process.kill(process.pid, "SIGTERM")', true],
      ['process.kill(process.pid, "SIGKILL")', false],
    ] as const) {
      const script = `import('${new URL('lab.ts', import.meta.url)}').then(async ({ Lab }) => {
        const lab = await Lab.up({ hosts: [{ name: 'a', kind: 'busybox' }] });
        process.stdout.write(lab.name);
        ${ending};
      })`;
      const { stdout: name } = await execute(process.execPath, ['--import', 'tsx', '-e', script]);
      expect(name).toMatch(/^lab-/);
      expect([ending, existsSync(labDir(name))]).toEqual([ending, !goneAtOnce]);
      await (await Lab.up({ hosts: [{ name: 'b', kind: 'busybox' }] })).down();
      expect([ending, existsSync(labDir(name))]).toEqual([ending, false]);
    }
  });
});

function ssh(
  lab: Lab,
  user: string,
  host: LabHost,
  command: string,
  more: string[] = [],
  env = process.env,
): Promise<Outcome> {
  const strict = ['StrictHostKeyChecking=yes', `UserKnownHostsFile=${lab.knownHosts}`, 'LogLevel=ERROR'];
  const options = [...strict, 'GlobalKnownHostsFile=/dev/null', 'ConnectTimeout=15'].flatMap(option => [
    '-o',
    option,
  ]);
  const words = [
    '-F',
    'none',
    '-i',
    lab.identityFile,
    ...options,
    ...more,
    `${user}@${host.address}`,
    command,
  ];
  return execute('ssh', words, { env });
}

function bridgesAndLinks(lab: Lab): string[] {
  const number = lab.hosts[0]!.address.split('.')[2];
  return [`tsl${number}`, ...lab.hosts.map((_, index) => `vb-tsl${number}-${index + 1}`)];
}

function processesNaming(text: string): string[] {
  const lines = execFileSync('ps', ['-e', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter(line => line.includes(text));
}
