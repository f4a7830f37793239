import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { OPW_PASSWORD } from '../lab/index.ts';
import { labDescribe } from '../lab/lab-describe.ts';

const root = resolve(import.meta.dirname, '../..');

const WHO = { command: 'id -un', changed_when: false, register: 'who' };

/** Each task says who it runs as; its name says who that should be. */
const PLAYBOOK = [
  {
    hosts: 'all',
    gather_facts: false,
    become: true,
    become_user: 'games',
    roles: [{ role: 'who', become_user: 'news' }],
    tasks: [
      { name: 'games', ...WHO },
      { name: 'ops', ...WHO, become: false },
      { name: 'root', ...WHO, become_user: 'root' },
      {
        become_user: 'mail',
        block: [
          { name: 'mail', ...WHO },
          { name: 'backup', ...WHO, become_user: 'backup' },
          { block: [{ name: 'ops', ...WHO }], become: false },
        ],
      },
      { name: 'lp', ...WHO, vars: { ansible_become_user: 'lp' } },
    ],
  },
  {
    hosts: 'all',
    gather_facts: false,
    tasks: [
      { name: 'ops', ...WHO },
      { name: 'root', ...WHO, become: true },
    ],
  },
];

interface Ran {
  readonly status: number | null;
  readonly output: string;
  /** Task name and what `id -un` said, in order. */
  readonly told: readonly (readonly [string, string])[];
}

async function play(folder: string, words: readonly string[], stdin = ''): Promise<Ran> {
  const all = [
    'dist/tsible.js',
    'play',
    join(folder, 'play.yml'),
    '-i',
    join(folder, 'hosts'),
    '--json',
    ...words,
  ];
  const child = spawn('setsid', ['-w', process.execPath, ...all], { cwd: root });
  child.stdin.end(stdin);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text;
    });
  }
  const status = await new Promise<number | null>(done => child.on('close', done));
  const told = output
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))
    .filter(event => event.type === 'result')
    .map(event => [event.task.name, event.result.stdout ?? event.message] as const);
  return { status, output, told };
}

labDescribe('becoming other users', [{ name: 'a' }], lab => {
  it('is said by play, role, block, task and variable, the nearest wins', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tsible-become-'));
    try {
      await mkdir(join(folder, 'roles/who/tasks'), { recursive: true });
      await writeFile(join(folder, 'roles/who/tasks/main.yml'), JSON.stringify([{ name: 'news', ...WHO }]));
      await writeFile(join(folder, 'play.yml'), JSON.stringify(PLAYBOOK));
      await writeFile(join(folder, 'hosts'), lab().inventory());

      const plain = await play(folder, []);
      expect(plain.status, plain.output).toBe(0);
      expect(plain.told).toHaveLength(10);
      for (const [should, was] of plain.told) expect(was).toBe(should);

      // -b and --become-user are for what says nothing itself.
      const asked = await play(folder, ['-b', '--become-user', 'bin']);
      expect(asked.told.slice(-2)).toEqual([
        ['ops', 'bin'],
        ['root', 'bin'],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('takes passwords for login and sudo that are typed, and shows them nowhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tsible-become-'));
    try {
      await writeFile(
        join(folder, 'play.yml'),
        JSON.stringify([
          { hosts: 'all', gather_facts: false, tasks: [{ name: 'root', ...WHO, become: true }] },
        ]),
      );
      const { address } = lab().host('a');
      await writeFile(
        join(folder, 'hosts'),
        `a ansible_host=${address} ansible_user=opw ansible_ssh_common_args='-F none -o IdentitiesOnly=yes -o UserKnownHostsFile=${lab().knownHosts}'\n`,
      );
      const typed = await play(folder, ['-k', '-K', '-vvvv'], `${OPW_PASSWORD}\n\n`);
      expect(typed.status, typed.output).toBe(0);
      expect(typed.told).toEqual([['root', 'root']]);
      expect(typed.output).not.toContain(OPW_PASSWORD);

      const wrong = await play(folder, ['-k', '-K'], `${OPW_PASSWORD}\nwrong\n`);
      expect(wrong.status).toBe(2);
      expect(wrong.output).toMatch(/password/);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);
});
