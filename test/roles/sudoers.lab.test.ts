import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labDescribe } from '../lab/lab-describe.ts';
import { RolesProject } from './project.ts';

const LIMIT_MS = 120_000;

labDescribe('the role sudoers', [{ name: 'web1' }], lab => {
  let project: RolesProject;

  beforeAll(async () => {
    project = new RolesProject(lab());
    await lab().host('web1').sh('useradd -m deploy; groupadd dba; useradd -m -G dba anna; useradd postgres');
  });
  afterAll(() => project?.remove());

  const may = async (user: string, command: string): Promise<boolean> => {
    const asked = await lab().host('web1').run(`runuser -u ${user} -- sudo -n -l ${command}`);
    return asked.rc === 0;
  };

  const vars = {
    sudoers_deploy_user: 'deploy',
    sudoers_deploy_units: ['web-app.service'],
    sudoers_deploy_commands: ['/usr/bin/apt-get update'],
    sudoers_files: [
      { name: 'dba', group: 'dba', runas: 'postgres', commands: ['ALL'], defaults: ['!lecture'] },
      { name: 'as-written', content: 'anna ALL=(root) NOPASSWD: /usr/bin/true ""' },
    ],
  };

  it(
    'allows what is named and no more',
    async () => {
      await project.settle('sudoers', 'web1', vars);
      expect(await may('deploy', '/usr/bin/systemctl restart web-app.service')).toBe(true);
      expect(await may('deploy', '/usr/bin/apt-get update')).toBe(true);
      expect(await may('deploy', '/usr/bin/systemctl restart ssh.service')).toBe(false);
      expect(await may('deploy', '/usr/bin/systemctl restart web-app.service ssh.service')).toBe(false);
      expect(await may('anna', '-u postgres /usr/bin/id')).toBe(true);
      expect(await may('anna', '/usr/bin/id')).toBe(false);
      expect(await may('anna', '/usr/bin/true')).toBe(true);
      expect(await lab().host('web1').sh('visudo -c')).not.toMatch(/error|warning/i);
    },
    LIMIT_MS,
  );

  it('takes away what is no longer wanted', async () => {
    await project.settle('sudoers', 'web1', { sudoers_remove: ['as-written'] });
    expect(await may('anna', '/usr/bin/true')).toBe(false);
    expect(await may('anna', '-u postgres /usr/bin/id')).toBe(true);
  });

  it.each(['--check', '--diff'])('lets no file through that visudo refuses (%s)', async flag => {
    const broken = { sudoers_files: [{ name: 'dba', user: 'anna', commands: ['no/full/path'] }] };
    const before = await lab().host('web1').readFile('/etc/sudoers.d/dba');
    const run = await project.play('sudoers', 'web1', broken, flag);
    expect(run.status).toBe(2);
    expect(run.output).toMatch(/validate/);
    expect(await lab().host('web1').readFile('/etc/sudoers.d/dba')).toBe(before);
    const list = await lab().host('web1').sh('ls /etc/sudoers.d');
    expect(list.trim().split('\n').sort()).toEqual(['README', 'dba', 'deploy-deploy', 'lab']);
    expect(spawnSync('ssh', [...project.ssh('ops', 'web1'), 'sudo -n true']).status).toBe(0);
  });

  it.each([
    [
      'a name that sudo skips',
      { name: 'a.b', user: 'anna', commands: ['ALL'] },
      /does not read a file named/,
    ],
    ['an entry for nobody', { name: 'nobody', commands: ['ALL'] }, /needs user or group/],
  ])('refuses %s', async (_, file, message) => {
    const run = await project.play('sudoers', 'web1', { sudoers_files: [file] });
    expect(run.status).toBe(2);
    expect(run.output).toMatch(message);
    expect(run.changed).toEqual([]);
  });
});
