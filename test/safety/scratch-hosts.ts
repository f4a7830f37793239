import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKey, type ServerOptions, startSshServer, type TestServer } from '../connection/ssh-server.ts';

/** One key for all: making them takes longer than the tests. */
const key = newKey();

export interface ScratchHost {
  readonly name: string;
  readonly options?: ServerOptions;
  /** Variables in the inventory, as `name=value`. */
  readonly vars?: string;
}

/** ssh servers in this process that stand for hosts, and a folder with an inventory of them and playbooks. */
export class ScratchHosts {
  readonly folder = mkdtempSync(join(tmpdir(), 'tsible-scratch-'));
  readonly inventory = join(this.folder, 'hosts');
  readonly servers = new Map<string, TestServer>();

  static async up(hosts: readonly ScratchHost[]): Promise<ScratchHosts> {
    const scratch = new ScratchHosts();
    const lines = [];
    for (const { name, options, vars = '' } of hosts) {
      const server = await startSshServer({ hostKeys: [key], ...options });
      scratch.servers.set(name, server);
      lines.push(`${name} ansible_host=127.0.0.1 ansible_port=${server.port} ${vars}`);
    }
    const login = join(scratch.folder, 'login');
    writeFileSync(login, key.private, { mode: 0o600 });
    lines.push('[all:vars]', 'ansible_user=somebody', `ansible_ssh_private_key_file=${login}`);
    lines.push('ansible_host_key_checking=no', "ansible_ssh_common_args='-F none'");
    writeFileSync(scratch.inventory, `${lines.join('\n')}\n`);
    return scratch;
  }

  /** Words after `tsible play`; `tasks` as JSON, which is YAML. */
  playbook(tasks: readonly object[], play: object = {}): string[] {
    const file = join(this.folder, 'site.yml');
    writeFileSync(file, JSON.stringify([{ hosts: 'all', gather_facts: false, tasks, ...play }]));
    return ['-i', this.inventory, file];
  }

  async down(): Promise<void> {
    await Promise.all([...this.servers.values()].map(server => server.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
