import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './program.ts';

/** Plays in which a sealed file is first met in the middle of things: nothing that is loaded before has one. */
const folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
let program: Awaited<ReturnType<typeof bundle>>;

function file(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

interface Counts {
  /** Times that a WebAssembly module was instantiated, as libsodium is. */
  readonly sodium: number;
  readonly pbkdf2: number;
  /** Those of them that everything else waited for. */
  readonly pbkdf2Sync: number;
}

function run(args: readonly string[]) {
  const [command, ...words] = [...program.command, ...args];
  rmSync(join(folder, 'counts.json'), { force: true });
  const { stdout, stderr, status } = spawnSync(command!, words, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: join(folder, 'home'),
      NODE_OPTIONS: `--require ${join(folder, 'count.cjs')}`,
      COUNTS: join(folder, 'counts.json'),
    },
    encoding: 'utf8',
    input: '',
  });
  const counts: Counts = JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8'));
  return { stdout, stderr, status, counts };
}

/** Put in front of the program: counts what is dear. */
const COUNT = `
const crypto = require('node:crypto');
const counts = { sodium: 0, pbkdf2: 0, pbkdf2Sync: 0 };
const { pbkdf2, pbkdf2Sync } = crypto;
crypto.pbkdf2 = (...args) => (counts.pbkdf2++, pbkdf2(...args));
crypto.pbkdf2Sync = (...args) => (counts.pbkdf2++, counts.pbkdf2Sync++, pbkdf2Sync(...args));
require('node:module').syncBuiltinESMExports();
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = (...args) => (counts.sodium++, instantiate(...args));
process.on('exit', () => require('node:fs').writeFileSync(process.env.COUNTS, JSON.stringify(counts)));
`;

const WAYS = {
  password: ['--vault-password-file', 'pw'],
  recipient: [],
} as const;

/** What the file \`sealed/…\` holds in each way, by the name that the plays use. */
const SEALED: Readonly<Record<string, string>> = {
  'text.txt': 'Zwetschge',
  'vars.yml': 'found: Zwetschge\n',
  'tasks.yml': '- copy: {content: Zwetschge, dest: "{{ out }}"}\n',
  'page.j2': 'Zwet{{ "schge" }}',
  'yes.txt': 'true',
  'names.txt': '["Zwetschge"]',
};

const PLAYS: Readonly<Record<string, string>> = {
  'copy: src': '    - copy: {src: "{{ sealed }}/text.txt", dest: "{{ out }}"}',
  template: '    - template: {src: "{{ sealed }}/page.j2", dest: "{{ out }}"}',
  'a template that includes one': '    - template: {src: include.j2, dest: "{{ out }}"}',
  "lookup('file') in an argument": `    - copy: {content: "{{ lookup('file', sealed ~ '/text.txt') }}", dest: "{{ out }}"}`,
  "lookup('file') in a variable": `    - copy: {content: "{{ late }}", dest: "{{ out }}"}
      vars: {late: "{{ lookup('file', sealed ~ '/text.txt') }}"}`,
  "lookup('template')": `    - copy: {content: "{{ lookup('template', sealed ~ '/page.j2') }}", dest: "{{ out }}"}`,
  include_vars: `    - include_vars: {file: "{{ sealed }}/vars.yml"}
    - copy: {content: "{{ found }}", dest: "{{ out }}"}`,
  'include_tasks, loaded while running': '    - include_tasks: "{{ sealed }}/tasks.yml"',
  'include_tasks, looked at before': '    - include_tasks: SEALED/tasks.yml',
  'a condition': `    - copy: {content: Zwetschge, dest: "{{ out }}"}
      when: lookup('file', sealed ~ '/yes.txt') == 'true'`,
  'a condition of an include': `    - include_tasks: plain.yml
      when: lookup('file', sealed ~ '/yes.txt') == 'true'`,
  'a condition of meta': `    - copy: {content: Zwetschge, dest: "{{ out }}"}
    - meta: end_play
      when: lookup('file', sealed ~ '/yes.txt') == 'true'
    - fail:`,
  'a loop': `    - copy: {content: "{{ item }}", dest: "{{ out }}"}
      loop: "{{ lookup('file', sealed ~ '/names.txt') | from_json }}"`,
  'a loop of includes': `    - include_tasks: plain.yml
      loop: "{{ lookup('file', sealed ~ '/names.txt') | from_json }}"`,
  'the label of a loop': `    - copy: {content: "{{ item }}", dest: "{{ out }}"}
      loop: [Zwetschge]
      loop_control: {label: "{{ lookup('file', sealed ~ '/text.txt') }}"}`,
  'an action on the controller': `    - assert: {that: "lookup('file', sealed ~ '/text.txt') == 'Zwetschge'"}
    - copy: {content: Zwetschge, dest: "{{ out }}"}`,
  'changed_when, with what was done already': `    - shell: printf Zwetschge >> {{ out }}
      changed_when: lookup('file', sealed ~ '/yes.txt') == 'true'`,
  'until, with what was done already': `    - shell: printf Zwetschge >> {{ out }}
      until: lookup('file', sealed ~ '/yes.txt') == 'true'`,
  'the environment': `    - shell: printf "$FRUIT" >> {{ out }}
      environment: {FRUIT: "{{ lookup('file', sealed ~ '/text.txt') }}"}`,
  'the name of a task': `    - name: "It is {{ lookup('file', sealed ~ '/text.txt') }}"
      shell: printf Zwetschge >> {{ out }}`,
  ignore_errors: `    - shell: printf Zwetschge >> {{ out }}; false
      ignore_errors: "{{ lookup('file', sealed ~ '/yes.txt') }}"`,
  delegate_to: `    - shell: printf Zwetschge >> {{ out }}
      delegate_to: "{{ lookup('file', sealed ~ '/text.txt') | regex_replace('^.*$', 'one') }}"`,
  script: '    - script: "{{ sealed }}/write.sh {{ out }}"',
  assemble: '    - assemble: {src: "{{ sealed }}/parts", dest: "{{ out }}", remote_src: false}',
};
const MORE: Readonly<Record<string, string>> = {
  'write.sh': '#!/bin/sh\nprintf Zwetschge >> "$1"\n',
  'parts/1': 'Zwetschge',
};

beforeAll(async () => {
  program = await bundle('tsible-first-met');
  file('count.cjs', COUNT);
  file('pw', 'a password\n');
  mkdirSync(join(folder, 'home/.ssh'), { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'home/.ssh/id_ed25519')]);
  const key = readFileSync(join(folder, 'home/.ssh/id_ed25519.pub'), 'utf8').trim();
  file('hosts', 'one ansible_connection=local\n');
  file('plain.yml', '- copy: {content: Zwetschge, dest: "{{ out }}"}\n');
  file('templates/include.j2', "{% include sealed ~ '/page.j2' %}");
  for (const way of ['password', 'recipient'] as const) {
    const names = Object.entries({ ...SEALED, ...MORE }).map(([name, content]) => {
      file(`${way}/${name}`, content);
      return `${way}/${name}`;
    });
    const seal = way === 'password' ? ['--format', 'tsible', ...WAYS.password] : ['--to', key];
    const { status, stderr } = run(['vault', 'encrypt', ...names, ...seal]);
    expect([status, stderr]).toEqual([0, '']);
    const head = `- hosts: all\n  gather_facts: false\n  vars: {out: "{{ playbook_dir }}/out", sealed: "{{ playbook_dir }}/${way}"}\n`;
    for (const [index, tasks] of Object.values(PLAYS).entries())
      file(`${way}-${index}.yml`, `${head}  tasks:\n${tasks.replace('SEALED', way)}\n`);
    const use = '    - copy: {content: "{{ found }}", dest: "{{ out }}"}';
    file(`${way}-files.yml`, `${head}  vars_files: [${way}/vars.yml]\n  tasks:\n${use}\n`);
    file(
      `${way}-head.yml`,
      `${head}  strategy: "{{ lookup('file', '${way}/text.txt') and 'linear' }}"\n  tasks:\n    - copy: {content: Zwetschge, dest: "{{ out }}"}\n`,
    );
  }
});
afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true });
});

describe.each(['password', 'recipient'] as const)('sealed with a %s and first met in', way => {
  const cases = [
    ...Object.keys(PLAYS).map((title, index) => [title, `${way}-${index}.yml`] as const),
    ['vars_files', `${way}-files.yml`] as const,
    ["a play's head", `${way}-head.yml`] as const,
  ];
  it.each(cases)('%s', (_title, playbook) => {
    rmSync(join(folder, 'out'), { force: true });
    const { status, stdout, stderr, counts } = run(['play', playbook, '-i', 'hosts', ...WAYS[way]]);
    expect(stdout + stderr).not.toMatch(/NotPrepared|libsodium|internal error/);
    expect([status, stderr], stdout).toEqual([0, '']);
    // Once: what was done before the file was met is not done again.
    expect(existsSync(join(folder, 'out')) && readFileSync(join(folder, 'out'), 'utf8')).toBe('Zwetschge');
    expect(counts.sodium).toBe(1);
  });
});

describe('what a run costs that has passwords and keys, but', () => {
  const head = '- hosts: all\n  gather_facts: false\n  tasks:\n';

  beforeAll(() => {
    file('hosts2', 'one ansible_connection=local\ntwo ansible_connection=local\n');
    const names = ['a', 'b', 'c'];
    for (const name of names) {
      const { stdout } = run(['vault', 'encrypt_string', '-n', name, `secret ${name}`, ...WAYS.password]);
      mkdirSync(join(folder, 'group_vars'), { recursive: true });
      appendFileSync(join(folder, 'group_vars/all.yml'), stdout);
    }
    const inline = ['yes', 'number', 'unused'].map((name, index) => {
      const seal = ['--format', 'tsible', ...WAYS.password];
      return run(['vault', 'encrypt_string', '-n', name, String(index), ...seal]).stdout;
    });
    file('inline.yml', inline.join(''));
    file(
      'unused.yml',
      `${head}    - debug: {msg: nothing}\n    - debug: {msg: "{{ a }}"}\n      when: false\n`,
    );
    const use = '    - assert: {that: [a == "secret a", b == "secret b"]}\n';
    file('used.yml', `${head}${use}${use}    - debug: {msg: "{{ a ~ b }}"}\n      loop: [1, 2]\n`);
  });

  it('uses no secret: no key is derived, and libsodium is not loaded', () => {
    const { status, counts } = run(['play', 'unused.yml', '-i', 'hosts2', ...WAYS.password]);
    expect({ status, ...counts }).toMatchObject({ status: 0, sodium: 0, pbkdf2: 0 });
  });

  it.each([
    ['branch', '- debug: {msg: "{{ a if 1 > 2 else 1 }}"}'],
    ['condition', `- assert: {that: inventory_hostname != '' or a == ''}`],
    [
      'variable',
      '- debug: {msg: "{{ perhaps }}"}\n      vars: {perhaps: "{% if 1 > 2 %}{{ b }}{% endif %}x"}',
    ],
  ])('names secrets where they are not used (a %s): no key is derived', (_where, task) => {
    file('perhaps.yml', `${head}    ${task}\n`);
    const { status, stdout, counts } = run(['play', 'perhaps.yml', '-i', 'hosts2', ...WAYS.password]);
    expect({ status, ...counts }, stdout).toMatchObject({ status: 0, sodium: 0, pbkdf2: 0 });
  });

  it.each([
    ['name', '    - name: "Number {{ number }}"\n      debug:\n'],
    ['any_errors_fatal', '    - debug:\n      any_errors_fatal: "{{ number | int == 1 }}"\n'],
    ['run_once', '    - debug:\n      run_once: "{{ number | int == 1 }}"\n'],
    ['no_log', '    - debug:\n      no_log: "{{ number | int == 1 }}"\n'],
    ['check_mode', '    - debug:\n      check_mode: "{{ number | int == 1 }}"\n'],
    ['when of a block', '    - block: [{debug: }]\n      when: number | int == 1\n'],
    ['max_fail_percentage', '    - debug:\n', '  max_fail_percentage: "{{ number }}"\n'],
    [
      'notify',
      `    - debug:\n      changed_when: true\n      notify: ["{{ number and 'h1' }}"]\n`,
      '  handlers: [{name: h1, debug: }]\n',
    ],
    [
      'a handler',
      '    - debug:\n      changed_when: true\n      notify: h\n',
      '  handlers: [{name: "n{{ number }}", listen: h, debug: }]\n',
    ],
    ['ansible_host', '    - command: "true"\n', '  vars: {ansible_host: "{{ number }}"}\n'],
    [
      'environment of facts',
      '    - debug:\n',
      '  environment: {N: "{{ number }}"}\n  pre_tasks: [{setup: }]\n',
    ],
    ['debug var', '    - debug: {var: number}\n'],
    ['none', '    - debug:\n'],
  ])('has a single value in our format, used in: %s', (where, tasks, play = '') => {
    file('value.yml', `- hosts: all\n  gather_facts: false\n${play}  tasks:\n${tasks}`);
    const words = ['play', 'value.yml', '-i', 'hosts2', '-e', '@inline.yml', ...WAYS.password];
    const { status, stdout, stderr, counts } = run(words);
    expect(stdout + stderr).not.toMatch(/NotPrepared|libsodium|internal error|is a fault/);
    const sodium = where === 'none' ? 0 : 1;
    expect({ status, ...counts }, stdout + stderr).toMatchObject({ status: 0, sodium, pbkdf2: 0 });
  });

  it("uses two of Ansible's format, on two hosts and in several tasks: two are derived", () => {
    const { status, counts } = run(['play', 'used.yml', '-i', 'hosts2', ...WAYS.password]);
    expect({ status, ...counts }).toMatchObject({ status: 0, sodium: 0, pbkdf2: 2 });
  });

  it('uses one secret for each host: they are derived beside everything else', () => {
    for (const name of ['one', 'two']) {
      const { stdout } = run(['vault', 'encrypt_string', '-n', 'own', `own of ${name}`, ...WAYS.password]);
      file(`host_vars/${name}.yml`, stdout);
    }
    file('own.yml', `${head}    - assert: {that: own == "own of " ~ inventory_hostname}\n`);
    const { status, counts } = run(['play', 'own.yml', '-i', 'hosts2', ...WAYS.password]);
    expect({ status, ...counts }).toEqual({ status: 0, sodium: 0, pbkdf2: 2, pbkdf2Sync: 0 });
  });

  it('uses secrets whose password stands in a file that is sealed in our format', () => {
    file('outer', 'the password of a password\n');
    file('pw.sealed', readFileSync(join(folder, 'pw'), 'utf8'));
    const outer = ['--vault-id', 'outer@outer'];
    expect(run(['vault', 'encrypt', 'pw.sealed', '--format', 'tsible', ...outer]).status).toBe(0);
    const words = ['play', 'used.yml', '-i', 'hosts2', '--vault-id', 'pw.sealed', ...outer];
    const { status, stdout, counts } = run(words);
    expect({ status, ...counts }, stdout).toMatchObject({ status: 0, sodium: 1, pbkdf2: 2 });
  });

  it.each(['view', 'textconv'])('shows the values of a file (%s): they are derived side by side', command => {
    const { status, stdout, counts } = run(['vault', command, 'group_vars/all.yml', ...WAYS.password]);
    expect(stdout).toContain('secret c');
    expect({ status, ...counts }).toEqual({ status: 0, sodium: 0, pbkdf2: 3, pbkdf2Sync: 0 });
  });

  it.each(['tsible', 'ansible'])(
    'has whole files in the format of %s beside a script: it is run once',
    format => {
      const list = '{"all": {"hosts": ["one", "two"]}, "_meta": {"hostvars": {}}}';
      file(`${format}/script.sh`, `#!/bin/sh\necho ran >> ${folder}/${format}/runs\necho '${list}'\n`);
      chmodSync(join(folder, format, 'script.sh'), 0o755);
      const names = ['one', 'two'].map(host => `${format}/host_vars/${host}/vault.yml`);
      for (const name of names) file(name, 'ansible_connection: local\nown: Zwetschge\n');
      expect(run(['vault', 'encrypt', ...names, '--format', format, ...WAYS.password]).status).toBe(0);
      file(`${format}/whole.yml`, `${head}    - assert: {that: own == "Zwetschge"}\n`);
      const words = ['play', `${format}/whole.yml`, '-i', `${format}/script.sh`, ...WAYS.password];
      const { status, stdout, counts } = run(words);
      const sodium = format === 'tsible' ? 1 : 0;
      expect({ status, ...counts }, stdout).toEqual({
        status: 0,
        sodium,
        pbkdf2: 2 - 2 * sodium,
        pbkdf2Sync: 0,
      });
      expect(readFileSync(join(folder, format, 'runs'), 'utf8')).toBe('ran\n');
    },
  );

  it('uses one of a mapping of secrets: only that one is derived', () => {
    file(
      'one.yml',
      `${head}    - assert: {that: of_many.b == "secret b"}\n      vars: {of_many: {a: "{{ a }}", b: "{{ b }}", c: "{{ c }}"}}\n`,
    );
    const { status, counts } = run(['play', 'one.yml', '-i', 'hosts2', ...WAYS.password]);
    expect({ status, ...counts }).toMatchObject({ status: 0, sodium: 0, pbkdf2: 1 });
  });

  it('uses three by way of a variable, in a loop: three are derived', () => {
    const loop = '      vars: {three: ["{{ a }}", "{{ b }}", "{{ c }}"]}\n      loop: "{{ three }}"\n';
    file('loop.yml', `${head}    - assert: {that: item is match("secret")}\n${loop}`);
    const { status, counts } = run(['play', 'loop.yml', '-i', 'hosts2', ...WAYS.password]);
    expect({ status, ...counts }).toMatchObject({ status: 0, sodium: 0, pbkdf2: 3 });
  });
});
