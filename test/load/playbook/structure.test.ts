import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Block, levels, type Play, roleOf, type Step, type Task } from '../../../src/core/play.ts';
import type { TemplateText } from '../../../src/core/value.ts';
import { includeRole, includeTasks, loadPlaybook, type PlaybookContext } from '../../../src/load/index.ts';
import { tagsOf, tasksIn } from '../../../src/plan/index.ts';
import { inOwnFolder } from '../folder.ts';

const { write } = inOwnFolder();
const warnings: string[] = [];
const context: PlaybookContext = { warn: message => warnings.push(message) };

function load(playbook: string, files: Record<string, string> = {}): Play {
  write({ 'site.yml': playbook, ...files });
  return loadPlaybook('site.yml', context)[0]!;
}

/** One task of a play, written as the play's only one. */
function task(text: string, files: Record<string, string> = {}): Task {
  const lines = text.split('\n').map(line => `    ${line}`);
  return load(`- hosts: all\n  tasks:\n${lines.join('\n')}\n`, files).tasks[0] as Task;
}

const names = (steps: readonly Step[]) =>
  [...tasksIn(steps)].map(({ name }) => (name as TemplateText).text ?? name);

describe('arguments', () => {
  const named = (text: string) => Object.fromEntries(task(text).args.named);

  it.each([
    ['a mapping', '- copy: {src: a, mode: 0644}', { src: 'a', mode: 0o644 }],
    ['shorthand', '- copy: src=a dest="b c"', { src: 'a', dest: 'b c' }],
    ['action', '- action: copy src=a', { src: 'a' }],
    ['action with a mapping', '- action: {module: copy, src: a}', { src: 'a' }],
    [
      'args give way to what stands behind the module',
      '- copy: src=a\n  args: {src: b, dest: c}',
      { src: 'a', dest: 'c' },
    ],
    ['nothing', '- setup:', {}],
  ])('%s', (_, text, expected) => {
    expect(named(text)).toEqual(expected);
  });

  it('keeps a command line as it was written, without its parameters', () => {
    const { args } = task('- command: ls -l  "a b" x=y chdir=/tmp');
    expect(args.free).toBe('ls -l  "a b" x=y');
    expect(Object.fromEntries(args.named)).toEqual({ chdir: '/tmp' });
  });

  it('keeps line breaks and indentation of a script', () => {
    expect(task('- shell: |\n    cat <<X\n      y\n    X').args.free).toBe('cat <<X\n  y\nX');
  });

  it('takes all parameters from one template', () => {
    const { args } = task('- copy: "{{ settings }}"\n  args: {dest: a}');
    expect(args.template?.text).toBe('{{ settings }}');
    expect(Object.fromEntries(args.named)).toEqual({ dest: 'a' });
  });

  it('runs a local action on the controller', () => {
    expect(task('- local_action: copy src=a')).toMatchObject({ action: 'copy', delegateTo: 'localhost' });
  });

  it('knows where a shorthand value stands', () => {
    const { args } = task('- debug: msg="{{ x }}"');
    expect(args.named.get('msg')).toMatchObject({ position: { line: 3, column: 19 } });
  });
});

describe('keywords', () => {
  it('reads lists of conditions, tags and handlers', () => {
    expect(task('- debug:\n  when: [a, "b | bool"]\n  tags: "x, y"\n  notify: h')).toMatchObject({
      when: ['a', 'b | bool'],
      tags: ['x', 'y'],
      notify: ['h'],
    });
  });

  it('takes what means yes or no as such', () => {
    expect(task('- debug:\n  become: "yes"\n  no_log: 0\n  check_mode: "{{ c }}"')).toMatchObject({
      become: true,
      noLog: false,
      checkMode: { text: '{{ c }}' },
    });
  });

  it('reads loops of both kinds', () => {
    expect(task('- debug:\n  loop: [1]\n  loop_control: {loop_var: x, pause: 0.5}').loop).toMatchObject({
      lookup: 'loop',
      value: [1],
      control: { loopVar: 'x', pause: { value: 0.5 } },
    });
    expect(task('- debug:\n  with_fileglob: ["*.x"]').loop).toMatchObject({
      lookup: 'fileglob',
      value: ['*.x'],
    });
  });

  it("passes a block's notify on to tasks that have none", () => {
    const block = load(
      '- hosts: all\n  tasks:\n    - notify: a\n      block: [{ping: }, {ping: , notify: b}]\n',
    ).tasks[0] as Block;
    expect(block.tasks.map(step => step.notify)).toEqual([['a'], ['b']]);
  });
});

describe('imports', () => {
  it('puts a file in place, with what the import says around it', () => {
    const play = load(
      '- hosts: all\n  tasks:\n    - import_tasks: a.yml\n      when: w\n      tags: t\n      vars: {v: 1}\n',
      {
        'a.yml': '- name: one\n  ping:\n- import_tasks: sub/b.yml\n',
        'sub/b.yml': '- import_tasks: c.yml\n',
        'sub/c.yml': '- name: two\n  ping:\n',
      },
    );
    expect(names(play.tasks)).toEqual(['one', 'two']);
    const two = [...tasksIn(play.tasks)][1]!;
    expect(levels(two).flatMap(level => level.when ?? [])).toEqual(['w']);
    expect([...tagsOf(two)]).toEqual(['t']);
  });

  it('stops where a file imports itself', () => {
    expect(() =>
      load('- hosts: all\n  tasks: [{import_tasks: a.yml}]\n', { 'a.yml': '- import_tasks: a.yml\n' }),
    ).toThrow('this goes round in a circle: site.yml > a.yml > a.yml');
  });

  it('gives imported plays tags, conditions and variables', () => {
    const play = load('- import_playbook: sub/web.yml\n  tags: t\n  when: w\n  vars: {a: 2}\n', {
      'sub/web.yml': '- hosts: web\n  vars: {a: 1, b: 1}\n  tags: own\n  tasks: [{ping: }]\n',
    });
    expect(play).toMatchObject({ tags: ['own', 't'], when: ['w'], folder: path.resolve('sub') });
    expect(Object.fromEntries(play.vars!)).toEqual({ a: 2, b: 1 });
  });

  it('still understands include, with a warning', () => {
    expect(
      names(load('- hosts: all\n  tasks: [{include: a.yml}]\n', { 'a.yml': '- name: x\n  ping:\n' }).tasks),
    ).toEqual(['x']);
    expect(warnings.at(-1)).toContain('write import_tasks or include_tasks');
  });

  it('renders names that must be known now with what it is given', () => {
    write({
      'site.yml': '- hosts: all\n  tasks: [{import_tasks: "{{ f }}.yml"}]\n',
      'a.yml': '- name: x\n  ping:\n',
    });
    const [play] = loadPlaybook('site.yml', {
      ...context,
      renderStatic: text => text.text.replace('{{ f }}', 'a'),
    });
    expect(names(play!.tasks)).toEqual(['x']);
  });
});

describe('roles', () => {
  const files = {
    'roles/a/tasks/main.yml': '- name: a\n  ping:\n',
    'roles/a/tasks/other.yml': '- name: other\n  ping:\n',
    'roles/a/handlers/main.yml': '- name: ha\n  ping:\n',
    'roles/a/defaults/main.yml': 'd: 1\n',
    'roles/a/vars/main/one.yml': 'v: 1\nw: 1\n',
    'roles/a/vars/main/two.yml': 'w: 2\n',
    'roles/b/tasks/main.yml': '- name: b\n  ping:\n',
    'roles/b/meta/main.yml': 'dependencies:\n  - {role: a, p: 1, when: c}\nallow_duplicates: yes\n',
  };

  it('reads variables, handlers and parameters', () => {
    const [block] = load(
      '- hosts: all\n  roles:\n    - {role: a, x: 1, tags: t, vars: {y: 2}}\n',
      files,
    ).roles;
    const use = block!.role!;
    expect(Object.fromEntries(use.role.defaults)).toEqual({ d: 1 });
    expect(Object.fromEntries(use.role.vars)).toEqual({ v: 1, w: 2 });
    expect(Object.fromEntries(use.params)).toEqual({ x: 1 });
    expect(Object.fromEntries(block!.vars!)).toEqual({ y: 2 });
    expect(names(use.handlers)).toEqual(['ha']);
    expect(roleOf(use.handlers[0]!)).toBe(use);
  });

  it('runs dependencies first, within the role that needs them', () => {
    const play = load('- hosts: all\n  roles: [{role: b, when: w}]\n', files);
    expect(names(play.roles)).toEqual(['a', 'b']);
    const [a] = [...tasksIn(play.roles)];
    expect(roleOf(a!)).toMatchObject({ role: { name: 'a' }, parents: [{ role: { name: 'b' } }] });
    expect(levels(a!).flatMap(level => level.when ?? [])).toEqual(['w', 'c']);
  });

  it('tells uses that are one from uses that are not', () => {
    const play = load('- hosts: all\n  roles: [a, a, {role: a, x: 1}, {role: a, when: w}, b]\n', files);
    const keys = play.roles.map(block => block.role!.key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(4);
    expect(play.roles.map(block => block.role!.allowDuplicates)).toEqual([false, false, false, false, true]);
  });

  it('finds dependencies that go round in a circle', () => {
    const circle = {
      'roles/x/meta/main.yml': 'dependencies: [y]\n',
      'roles/y/meta/main.yml': 'dependencies: [{role: x}]\n',
    };
    expect(() => load('- hosts: all\n  roles: [x]\n', circle)).toThrow('circle: x > y > x');
  });

  it.each([
    ['beside the playbook', 'a', 'roles/a'],
    ['by a relative path', './extra/c', 'extra/c'],
    ['in a collection', 'acme.web.users', 'collections/ansible_collections/acme/web/roles/users'],
    ['on the roles path', 'd', 'elsewhere/d'],
    ['among our own, last', 'e', 'own/e'],
  ])('finds roles %s', (_, name, folder) => {
    write({
      ...files,
      'site.yml': `- hosts: all\n  roles: ["${name}"]\n`,
      [`${folder}/tasks/main.yml`]: '- name: found\n  ping:\n',
      'own/a/tasks/main.yml': '[]',
    });
    const [play] = loadPlaybook('site.yml', {
      ...context,
      rolesPath: ['elsewhere'],
      ownRoles: path.resolve('own'),
    });
    expect(play!.roles[0]!.role!.role.path).toBe(path.resolve(folder));
  });

  it('imports a role with other tasks', () => {
    const play = load('- hosts: all\n  tasks:\n    - import_role: {name: a, tasks_from: other}\n', files);
    expect(names(play.tasks)).toEqual(['other']);
    expect(play.tasks[0]).toMatchObject({ role: { public: true, allowDuplicates: true } });
  });
});

describe('includes, while running', () => {
  it('finds a file beside the one that includes it and puts it where the include stands', () => {
    const play = load('- hosts: all\n  tasks:\n    - import_tasks: sub/a.yml\n      when: outer\n', {
      'sub/a.yml':
        '- include_tasks: {file: b.yml, apply: {tags: t, become: yes}}\n  when: own\n  vars: {v: 1}\n',
      'sub/b.yml': '- name: included\n  ping:\n',
    });
    const [include] = [...tasksIn(play.tasks)];
    const [block, shown] = includeTasks(include!, 'b.yml', play, context);
    expect(shown).toBe('sub/b.yml');
    expect(names([block])).toEqual(['included']);
    const [inner] = [...tasksIn([block])];
    // The include's own condition was about the include.
    expect(levels(inner!).flatMap(level => level.when ?? [])).toEqual(['outer']);
    expect([...tagsOf(inner!)]).toEqual(['t']);
    expect(block).toMatchObject({ become: true });
    expect(Object.fromEntries(block.includeParams!)).toEqual({ v: 1 });
  });

  it('finds files of the role that includes them', () => {
    const play = load('- hosts: all\n  roles: [r]\n', {
      'roles/r/tasks/main.yml': '- include_tasks: "{{ x }}.yml"\n- include_role: {name: r, tasks_from: y}\n',
      'roles/r/tasks/y.yml': '- name: y\n  ping:\n',
    });
    const [tasks, role] = [...tasksIn(play.roles)];
    expect(names([includeTasks(tasks!, 'y.yml', play, context)[0]])).toEqual(['y']);
    const [block, name] = includeRole(
      role!,
      new Map([
        ['name', 'r'],
        ['tasks_from', 'y'],
      ]),
      play,
      context,
    );
    expect([name, names([block])]).toEqual(['r', ['y']]);
    expect(block.role).toMatchObject({ public: false, allowDuplicates: true });
  });

  it('says where it looked', () => {
    const include = task('- include_tasks: "{{ x }}"');
    const play = levels(include)[0] as Play;
    expect(() => includeTasks(include, 'no.yml', play, context)).toThrow('there is no file "no.yml"');
  });
});
