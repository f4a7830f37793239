import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab, LabHost } from '../lab/index.ts';
import { RunningPlay } from './running-play.ts';

/**
 * The example project, played on hosts of a lab: setup-web.yml, and config-web.yml with its secrets. Each host is
 * called "web" there, so that what is written on one is what is written on any.
 */
export class WebProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'tsible-safety-'));

  constructor(private readonly lab: Lab) {}

  /** `at`: where the host is reached instead of its own address. */
  play(host: LabHost, at?: { address: string; port: number; knownHosts: string }): RunningPlay {
    const inventory = join(this.folder, `${host.name}.ini`);
    writeFileSync(
      inventory,
      [
        '[web_servers]',
        `web ansible_host=${at?.address ?? host.address} ansible_user=ops`,
        '[web_servers:vars]',
        `ansible_ssh_private_key_file=${this.lab.identityFile}`,
        `ansible_ssh_common_args='-o UserKnownHostsFile=${at?.knownHosts ?? this.lab.knownHosts}${at ? ` -o Port=${at.port}` : ''}'`,
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
