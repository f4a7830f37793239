import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/error.ts';
import { loadPlaybook } from '../../../src/load/index.ts';

/** A playbook, the place and message of its error, and the hint. */
const CASES: readonly (readonly [playbook: string, error: string, hint?: string])[] = [
  ['- tasks: []', '1:3 this play does not say on which hosts', 'add "hosts: all", or the name of a group'],
  ['- hosts:\n', '1:3 "hosts" is empty', 'name a group or host, or write "all"'],
  ['- hosts: []\n', '1:10 "hosts" is empty', 'name a group or host, or write "all"'],
  ['hosts: all\n', '1:1 a playbook must hold a list of plays, not a mapping', 'begin the play with "- "'],
  ['', '1:1 this playbook is empty', 'a play begins with "- hosts: …"'],
  ['- hots: all\n  tasks: []', '1:3 "hots" is no keyword of a play', 'did you mean "hosts"?'],
  ['- hosts: all\n  become: maybe\n', '2:11 "become" wants yes or no, not "maybe"'],
  ['- hosts: all\n  tags: {a: b}', '2:9 "tags" wants text or a list of texts, not a mapping'],
  ['- hosts: all\n  roles: [nope]', '2:11 there is no role "nope"', 'looked in: roles, .'],
  [
    '- hosts: all\n  copy: src=a',
    '2:3 "copy" is no keyword of a play',
    'this is a module; is "tasks:" missing above it?',
  ],
  [
    '- hosts: all\n  when: x\n',
    '2:3 "when" is no keyword of a play',
    'a play has no condition; put "when" on its tasks or roles',
  ],
  ['- hosts: all\n  sudo: yes', '2:3 "sudo" is no longer a keyword of a play', 'write "become: true"'],
  [
    '- hosts: all\n  order: sideways',
    '2:10 "order" wants one of inventory, reverse_inventory, sorted, reverse_sorted, shuffle, not "sideways"',
  ],
  [
    '- hosts: all\n  vars: {a-b: 1}',
    '2:10 "a-b" is not a valid variable name',
    'names are made of letters, digits and underscores and do not begin with a digit',
  ],
  ['- hosts: all\n  tasks: {a: b}', '2:10 "tasks" wants a list, not a mapping', 'begin each item with "- "'],
  [
    '- hosts: all\n  vars_prompt: [{nam: x}]',
    '2:18 "nam" is no keyword of vars_prompt',
    'did you mean "name"?',
  ],
  ['- hosts: all\n  gather_facts: {a: 1}', '2:17 "gather_facts" wants yes or no, not a mapping'],
  [
    '- hosts: all\n  tasks:\n    - copy: src=a\n      templat: x\n',
    '4:7 "templat" is no keyword of a task',
    '"copy" is this task\'s module',
  ],
  [
    '- hosts: all\n  tasks:\n    - copy: src=a\n      regster: x\n',
    '4:7 "regster" is no keyword of a task',
    'did you mean "register"?',
  ],
  [
    '- hosts: all\n  tasks:\n    - name: x\n',
    '3:7 this task has no module',
    'a task names one module, such as "copy:"',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug\n',
    '3:7 a task must be a mapping, not a string',
    'write it as "- debug:" with its parameters below',
  ],
  [
    '- hosts: all\n  tasks:\n    - copy: foo bar=1\n',
    '3:13 "copy" takes parameters as name=value, and "foo" has no name',
    'a value with spaces must be in quotes: name="a value"',
  ],
  [
    '- hosts: all\n  tasks:\n    - copy: [a]\n',
    '3:13 "copy" takes parameters as a mapping, not a list',
    'write them as "name: value", without dashes',
  ],
  [
    '- hosts: all\n  tasks:\n    - shell: echo "x\n',
    '3:14 no closing " in these arguments',
    'quotes and {{ }} must come in pairs; in a mapping ("cmd: …") text is taken as it stands',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      register: "{{ x }}"\n',
    '4:18 "register" wants the name of a variable, not a template',
    'write the bare name, without {{ }}',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      register: a-b\n',
    '4:17 "a-b" is not a valid variable name',
    'names are made of letters, digits and underscores and do not begin with a digit',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      loop: x\n',
    '4:13 "loop" wants a list, not "x"',
    'a variable that holds a list is written "{{ x }}"',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      loop: [1]\n      with_items: [1]\n',
    '5:7 one task has one loop, and this has "loop" and "with_items"',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      loop: [1]\n      loop_control: {loopvar: x}\n',
    '5:22 "loopvar" is no setting of loop_control',
    'did you mean "loop_var"?',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      retries: many\n',
    '4:16 "retries" wants a whole number, not "many"',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      when: {a: b}\n',
    '4:13 "when" wants a condition or a list of conditions, not a mapping',
    'a condition with ": " in it goes in quotes as a whole',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      environment: foo\n',
    '4:20 "environment" wants a mapping of variables, not "foo"',
  ],
  [
    '- hosts: all\n  tasks:\n    - block: []\n      loop: [1]\n',
    '4:7 "loop" is no keyword of a block',
    'a block cannot be looped; put its tasks into a file and loop include_tasks',
  ],
  [
    '- hosts: all\n  tasks:\n    - rescue: []\n',
    '3:7 "rescue" without "block"',
    'the tasks that "rescue" is about stand below "block:"',
  ],
  [
    '- hosts: all\n  tasks:\n    - block: {debug: }\n',
    '3:14 "block" wants a list, not a mapping',
    'begin each item with "- "',
  ],
  [
    '- hosts: all\n  tasks:\n    - import_tasks: x.yml\n      loop: [1]\n',
    '4:7 import_tasks cannot be looped',
    'use include_tasks, which runs once for each item',
  ],
  [
    '- hosts: all\n  tasks:\n    - import_tasks: x.yml\n',
    '3:21 there is no file "x.yml"',
    'looked for: x.yml, tasks/x.yml',
  ],
  [
    '- hosts: all\n  tasks:\n    - import_tasks: "{{ a }}"\n',
    '3:22 "import_tasks" must be known before the run, and this is a template',
    'include_tasks and include_role find their names while running',
  ],
  [
    '- hosts: all\n  tasks:\n    - include_tasks: x.yml\n      become: yes\n',
    '4:7 "become" is no keyword of include_tasks or include_role',
    'put it below "apply:", so that the included tasks have it',
  ],
  [
    '- hosts: all\n  tasks:\n    - include_role: {nam: x}\n',
    '3:22 "nam" is no parameter of include_role',
    'did you mean "name"?',
  ],
  [
    '- hosts: all\n  tasks:\n    - include_role: users\n',
    '3:21 include_role does not say which role',
    'name it as "name: users"',
  ],
  [
    '- hosts: all\n  tasks:\n    - include_tasks:\n',
    '3:7 include_tasks does not say which file',
    'write "include_tasks: file.yml"',
  ],
  [
    '- hosts: all\n  tasks:\n    - action: "{{ m }} a=b"\n',
    "3:16 a module's name cannot be a template",
    'use a module that chooses by itself (package, service), or several tasks with "when"',
  ],
  [
    '- hosts: all\n  tasks:\n    - action: {src: a}\n',
    '3:15 "action" does not say which module',
    'name it as "module: copy"',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      args: foo\n',
    '4:7 "args" wants a mapping of parameters, not a string',
    'a variable that holds them is written "{{ name }}"',
  ],
  [
    '- hosts: all\n  tasks:\n    - import_playbook: x.yml\n',
    '3:7 a playbook is imported beside plays, not among tasks',
    'a file of tasks is pulled in with import_tasks',
  ],
  [
    '- hosts: all\n  tasks:\n    - hosts: all\n',
    '3:7 "hosts" is no keyword of a task',
    'this looks like a play; plays are pulled in with import_playbook',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      listen: x\n',
    '4:7 "listen" is no keyword of a task',
    'listen belongs to handlers',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      delegate_to: [a]\n',
    '4:20 "delegate_to" wants text, not a list',
  ],
  [
    '- hosts: all\n  tasks:\n    - debug:\n      1: 2\n',
    '4:7 "1" is no keyword of a task',
    '"debug" is this task\'s module',
  ],
  [
    '- hosts: all\n  tasks:\n    - copy:\n        1: 2\n',
    "4:12 a parameter's name must be text, not a number",
  ],
  ['- import_playbook: nope.yml', '1:20 there is no playbook nope.yml'],
  ['- import_playbook: e.yml', '1:20 there is no playbook e.yml'],
  [
    '- hosts: all\n  handlers: [{block: []}]',
    '2:15 a handler cannot be a block',
    'write several handlers that listen to one name',
  ],
  ['- hosts: all\n  strategy: [a]', '2:13 "strategy" wants text, not a list'],
  [
    '- hosts: all\n---\n- hosts: b',
    '3:1 a playbook is one YAML document, and this file has several',
    'remove the "---" between the plays',
  ],
  ['- 1', '1:3 a play must be a mapping, not a number', 'a play begins with "- hosts: …"'],
  [
    '- hosts: all\n  roles: [{rol: x}]',
    '2:11 this entry does not say which role',
    'name it as "role: users"',
  ],
  ['- hosts: all\n  roles: [{role: x, become: 7}]', '2:29 "become" wants yes or no, not a number'],
  [
    '- hosts: all\n  module_defaults: {copy: x}',
    '2:27 the defaults of "copy" must be a mapping of parameters',
  ],
];

describe('what is wrong in a playbook is said with its place and a hint', () => {
  const before = process.cwd();
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'errors-'));
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  const cases = CASES.map(([playbook, message, hint]) => ({ playbook, message, hint }));
  it.each(cases)('$playbook', ({ playbook, message, hint }) => {
    writeFileSync('site.yml', playbook);
    const error = caught(() =>
      loadPlaybook('site.yml', { warn: () => {}, knownAction: name => MODULES.includes(name) }),
    );
    const { line, column } = error.position!;
    expect(`${line}:${column} ${error.message}`).toBe(message);
    expect(error.hint).toBe(hint);
  });
});

const MODULES = ['copy', 'debug', 'template', 'shell'];

function caught(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
