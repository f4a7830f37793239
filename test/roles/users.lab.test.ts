import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labDescribe } from '../lab/lab-describe.ts';
import { RolesProject } from './project.ts';

const PEOPLE = ['alice', 'bob', 'carol', 'dave'];
const LIMIT_MS = 120_000;

labDescribe('the role users', [{ name: 'web1' }, { name: 'web2' }], lab => {
  let project: RolesProject;
  let keyServer: ChildProcess;
  let keysAt: string;

  const key = (name: string): string => join(project.folder, `${name}.key`);
  const publicKey = (name: string): string => readFileSync(`${key(name)}.pub`, 'utf8').trim();
  const login = (user: string, host: string, name: string, ...command: string[]) =>
    spawnSync('ssh', [...project.ssh(user, host, key(name)), ...command], { encoding: 'utf8' });

  const everybody = () => ({
    users_users: [
      { user: 'alice', name: 'Alice Example', key: 'alice.pub' },
      { user: 'bob', comment: 'Bob Example', keys: [publicKey('bob'), `${keysAt}/bob-laptop`] },
      { user: 'carol', key: publicKey('carol'), groups: ['games'] },
      { user: 'dave', github: 'dave-example' },
    ],
    users_github_url: keysAt,
  });

  beforeAll(async () => {
    project = new RolesProject(lab());
    for (const name of [...PEOPLE, 'laptop'])
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key(name)]);
    project.write('files/alice.pub', `${publicKey('alice')}\n`);
    project.write('published/bob-laptop', `${publicKey('laptop')}\n`);
    project.write('published/dave-example.keys', `${publicKey('dave')}\n`);
    const server = `require('node:http').createServer((asked, answer) => {
        try { answer.end(require('node:fs').readFileSync(process.argv[1] + asked.url)); }
        catch { answer.writeHead(404).end(); }
      }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
    keyServer = spawn(process.execPath, ['-e', server, join(project.folder, 'published')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = (await once(keyServer.stdout!, 'data')) as [Buffer];
    keysAt = `http://127.0.0.1:${port.toString().trim()}`;
  }, LIMIT_MS);

  afterAll(() => {
    keyServer?.kill();
    project?.remove();
  });

  it(
    'makes accounts by the lists, with keys from files, texts and addresses',
    async () => {
      await project.settle('users', 'web1', {
        ...everybody(),
        users_global_admin_users: ['alice'],
        users_admin_users: ['bob'],
        users_regular_users: ['carol', 'dave'],
        users_admin_groups: ['ops-team'],
        users_regular_groups: ['audio'],
        users_deploy_user: 'deploy',
        users_deploy_users: ['bob', 'dave'],
        users_deploy_groups: ['www-data'],
        users_app_user: 'shop',
        users_app_group: 'shopping',
        users_app_users: ['carol'],
      });
      const host = lab().host('web1');
      const groups = async (user: string) => (await host.sh(`id -Gn ${user}`)).trim().split(' ').sort();
      expect(await groups('alice')).toEqual(['admins', 'alice', 'managed-users', 'ops-team']);
      expect(await groups('carol')).toEqual(['audio', 'carol', 'games', 'managed-users']);
      expect(await groups('deploy')).toEqual(['deploy', 'www-data']);
      expect(await groups('shop')).toEqual(['shopping']);
      expect(await host.sh('getent passwd bob')).toContain('Bob Example:/home/bob:/bin/bash');

      expect(login('alice', 'web1', 'alice', 'sudo -n id -un').stdout).toBe('root\n');
      expect(login('bob', 'web1', 'laptop', 'sudo -n id -un').stdout).toBe('root\n');
      expect(login('carol', 'web1', 'carol', 'sudo -n id -un').status).not.toBe(0);
      expect(login('deploy', 'web1', 'dave', 'id -un').stdout).toBe('deploy\n');
      expect(login('deploy', 'web1', 'carol', 'id -un').status).toBe(255);
      expect(login('shop', 'web1', 'carol', 'id -un').stdout).toBe('shop\n');
    },
    LIMIT_MS,
  );

  it(
    'removes who left, takes back what a list no longer gives, and leaves all others alone',
    async () => {
      const host = lab().host('web1');
      await host.sh(`useradd -m mallory; useradd -m bystander
        ssh-keygen -q -t ed25519 -N '' -f /root/by-hand; cat /root/by-hand.pub >> /home/carol/.ssh/authorized_keys`);
      const run = await project.settle('users', 'web1', {
        ...everybody(),
        users_global_admin_users: ['alice'],
        users_regular_users: ['bob', 'carol'],
        users_deploy_user: 'deploy',
        users_deploy_users: ['bob'],
        users_app_user: 'shop',
        users_app_group: 'shopping',
        users_app_users: [],
        users_delete_users: ['mallory', 'never-was-here'],
        users_delete_remove: true,
      });
      expect(run.changed).toContain('People who left the lists');
      expect((await host.run('id dave')).rc).not.toBe(0);
      expect((await host.run('id mallory')).rc).not.toBe(0);
      expect((await host.run('test -e /home/dave || test -e /home/mallory')).rc).not.toBe(0);
      await host.sh('id bystander && id ops');
      expect((await host.sh('id -Gn bob')).split(/\s+/)).not.toContain('admins');
      expect(login('bob', 'web1', 'bob', 'sudo -n true').status).not.toBe(0);
      // Dave's key opened the deploy account too; nobody's opens the app's any more.
      expect(login('deploy', 'web1', 'dave', 'true').status).toBe(255);
      expect(await host.readFile('/home/shop/.ssh/authorized_keys')).toBeNull();
      expect(await host.readFile('/home/carol/.ssh/authorized_keys')).toBe(`${publicKey('carol')}\n`);
    },
    LIMIT_MS,
  );

  it.each([
    ['names that nobody defined', { users_admin_users: ['alise'] }, /not defined in users_users: alise/],
    [
      'removing whom the lists keep',
      { users_admin_users: ['alice'], users_delete_users: ['alice'] },
      /in users_delete_users, and also wanted: alice/,
    ],
    ['removing the account it logs in as', { users_delete_users: ['ops'] }, /ops is to be removed/],
    [
      'shutting everybody out',
      { users_regular_users: ['alice'], users_remove_system_authorized_keys: true },
      /would leave nobody/,
    ],
  ])('refuses %s, before anything is changed', async (_, vars, message) => {
    const run = await project.play('users', 'web2', { ...everybody(), ...vars });
    expect(run.status).toBe(2);
    expect(run.results.find(({ status }) => status === 'failed')?.message).toMatch(message);
    expect(run.changed).toEqual([]);
  });

  it(
    'touches no key when an address cannot be fetched',
    async () => {
      const run = await project.play('users', 'web2', {
        users_users: [{ user: 'alice', keys: ['alice.pub', `${keysAt}/nothing-there`] }],
        users_regular_users: ['alice'],
      });
      expect(run.status).toBe(2);
      expect(run.output).toMatch(/HTTP Error 404/);
      expect(await lab().host('web2').readFile('/home/alice/.ssh/authorized_keys')).toBeNull();
    },
    LIMIT_MS,
  );

  it(
    'takes the keys from accounts that came with the machine, once an admin has one',
    async () => {
      const host = lab().host('web2');
      await host.sh('useradd -m debian; mkdir ~debian/.ssh; echo key > ~debian/.ssh/authorized_keys');
      await project.settle('users', 'web2', {
        ...everybody(),
        users_admin_users: ['alice'],
        users_remove_system_authorized_keys: true,
      });
      expect(await host.readFile('/root/.ssh/authorized_keys')).toBeNull();
      expect(await host.readFile('/home/debian/.ssh/authorized_keys')).toBeNull();
      expect(await host.readFile('/home/ops/.ssh/authorized_keys')).not.toBeNull();
    },
    LIMIT_MS,
  );
});
