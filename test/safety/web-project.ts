import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownHostsLines, type Lab, type LabHost, type SlowLink } from '../lab/index.ts';
import { RunningPlay } from './running-play.ts';

/**
 * The example project, played on hosts of a lab: setup-web.yml, and config-web.yml with its secrets. Each host is
 * called "web" there, so that what is written on one is what is written on any.
 */
export class WebProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'tsible-safety-'));

  constructor(private readonly lab: Lab) {}

  /** `at`: another way to the host; `beside`: a host that takes part under the name "other". */
  play(host: LabHost, { at, beside }: { at?: SlowLink; beside?: LabHost } = {}): RunningPlay {
    const inventory = join(this.folder, `${host.name}.ini`);
    const knownHosts = join(this.folder, `${host.name}.known_hosts`);
    const names = [host.address, ...(at ? [at.knownHostsName] : [])];
    writeFileSync(
      knownHosts,
      knownHostsLines(names, [...host.hostKeys]) +
        (beside ? knownHostsLines([beside.address], [...beside.hostKeys]) : ''),
    );
    // A frozen host is given up after four seconds instead of twenty.
    const args = `-o UserKnownHostsFile=${knownHosts} -o ServerAliveInterval=1`;
    const way = at
      ? `ansible_host=${at.address} ansible_ssh_extra_args='-o Port=${at.port}'`
      : `ansible_host=${host.address}`;
    writeFileSync(
      inventory,
      [
        '[web_servers]',
        `web ${way}`,
        ...(beside ? [`other ansible_host=${beside.address}`] : []),
        '[web_servers:vars]',
        'ansible_user=ops',
        `ansible_ssh_private_key_file=${this.lab.identityFile}`,
        `ansible_ssh_common_args='${args}'`,
        '',
      ].join('\n'),
    );
    return new RunningPlay(this.words(inventory));
  }

  words(inventory: string): string[] {
    return [
      ...['-i', inventory, 'playbooks/setup-web.yml', 'playbooks/config-web.yml'],
      ...['--vault-password-file', 'vault/demo-password'],
      ...['-e', '@inventory/group_vars/all/users.yml', '-e', '@inventory/group_vars/web_servers/main.yml'],
    ];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A host as it was first booted, but without a package that the play then installs. */
export async function freshen(host: LabHost): Promise<void> {
  await host.reset();
  await host.sh('DEBIAN_FRONTEND=noninteractive apt-get -qq -y purge iptables >/dev/null 2>&1');
}
