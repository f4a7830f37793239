import { actionNames, findAction } from '../../src/execute/actions/index.ts';
import { findModule, moduleNames } from '../../src/modules/index.ts';
import type { Schema } from '../../src/modules/parameters.ts';
import { filterNames, lookupNames, testNames } from '../../src/template/index.ts';
import type { Random, RandomSecret } from './random-secrets.ts';

/** A task that does something with a secret, mostly something wrong, as the text of a file of tasks. */
export interface RandomTask {
  readonly text: string;
  /** Only for check runs: it may do anything. */
  readonly checkOnly: boolean;
}

export class RandomPlays {
  readonly #kinds: readonly string[];

  constructor(
    private readonly random: Random,
    secrets: readonly RandomSecret[],
  ) {
    this.#kinds = secrets.map(({ kind }) => kind);
  }

  task(): RandomTask {
    return this.#one(TASKS)(this);
  }

  /** What comes before the tasks of a play. */
  head(): string {
    return this.#one(HEADS)(this);
  }

  one<T>(items: readonly T[]): T {
    return this.#one(items);
  }

  chance(part: number): boolean {
    return this.random() < part;
  }

  /** An expression that is a secret as a whole. */
  secret(): string {
    return `${this.#one(['s', 's', 's', 'single', 'sealed', 'e'])}.${this.#one(this.#kinds)}`;
  }

  kind(): string {
    return this.#one(this.#kinds);
  }

  /** Text that came back from a host as it is: a secret only for whoever looks for it. */
  hosted(): string {
    return `hosted.${this.#one(this.#kinds)}`;
  }

  /** An expression with a secret in it. */
  expression(depth = 2): string {
    if (depth === 0) return this.chance(0.9) ? this.secret() : this.plain();
    return this.#one(EXPRESSIONS)(this, depth - 1);
  }

  plain(): string {
    return this.#one(PLAIN);
  }

  name(names: readonly string[]): string {
    return this.#one(names);
  }

  template(): string {
    const inside = `{{ ${this.expression()} }}`;
    return this.chance(0.6) ? inside : `a ${inside} b`;
  }

  #one<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }
}

/** A JSON text is YAML, whatever is in it. */
const q = (text: string): string => JSON.stringify(text);
const real = (text: string): RandomTask => ({ text, checkOnly: false });
const msg = (expression: string): RandomTask => real(`- debug: {msg: ${q(`{{ ${expression} }}`)}}\n`);

const PLAIN = [
  '0',
  '1',
  '3',
  '-1',
  '2.5',
  "'a'",
  "','",
  "' '",
  'true',
  'none',
  '[]',
  '[1]',
  "{'a': 1}",
  "'%s'",
];

const FILTERS = filterNames().filter(name => !/^(pause|shuffle)$/.test(name));
const TESTS = testNames();
const LOOKUPS = lookupNames().filter(name => !/^(pipe|pipelines|lines|password|url)$/.test(name));
const METHODS = [
  'split',
  'upper',
  'replace',
  'encode',
  'index',
  'format',
  'join',
  'center',
  'partition',
  'items',
  'get',
  'nope',
];

type Expression = (plays: RandomPlays, depth: number) => string;

const args = (plays: RandomPlays, depth: number): string => {
  const count = plays.one([0, 0, 1, 1, 2]);
  return Array.from({ length: count }, () =>
    plays.chance(0.6) ? plays.expression(Math.min(depth, 1)) : plays.plain(),
  ).join(', ');
};

const EXPRESSIONS: readonly Expression[] = [
  (p, d) => `(${p.expression(d)} | ${p.name(FILTERS)}(${args(p, d)}))`,
  (p, d) => `(${p.expression(d)} | ${p.name(FILTERS)})`,
  (p, d) => `(${p.plain()} | ${p.name(FILTERS)}(${p.expression(d)}))`,
  (p, d) => `([${p.expression(d)}, ${p.plain()}] | map(${q(p.name(FILTERS))}) | list)`,
  (p, d) => `([${p.expression(d)}] | select(${q(p.name(TESTS))}, ${p.expression(d)}) | list)`,
  (p, d) => `(${p.expression(d)} is ${p.name(TESTS)})`,
  (p, d) => `(${p.expression(d)} is ${p.name(TESTS)}(${p.expression(d)}))`,
  (p, d) => `${p.expression(d)}.nope`,
  (p, d) => `${p.expression(d)}.nope.deeper`,
  (p, d) => `{}[${p.expression(d)}]`,
  (p, d) => `s[${p.expression(d)}]`,
  (p, d) => `[1][${p.expression(d)}]`,
  (p, d) => `${p.expression(d)}[2:${p.one(['5', '9', 'none', '-2'])}]`,
  (p, d) => `${p.expression(d)}[::-1]`,
  (p, d) => `${p.expression(d)}(${args(p, d)})`,
  (p, d) => `${p.expression(d)}.${p.one(METHODS)}(${args(p, d)})`,
  (p, d) => `'%d %s %c' % ${p.expression(d)}`,
  (p, d) => `${p.expression(d)} % 1`,
  (p, d) =>
    `(${p.expression(d)} ${p.one(['+', '-', '*', '/', '//', '**', '<', 'in', '==', 'and', '~'])} ${p.expression(d)})`,
  (p, d) => `(${p.expression(d)} ${p.one(['+', '-', '*', '/', '~'])} ${p.plain()})`,
  (p, d) => `(- ${p.expression(d)})`,
  (p, d) => `{'a': ${p.expression(d)}, 'b': [${p.expression(d)}]}`,
  (p, d) => `[${p.expression(d)}, ${p.expression(d)}]`,
  (p, d) => `(${p.expression(d)} if ${p.expression(d)} else ${p.expression(d)})`,
  (p, d) => `lookup(${q(p.name(LOOKUPS))}, ${p.expression(d)})`,
  (p, d) => `lookup(${q(p.name(LOOKUPS))}, ${p.expression(d)}, ${p.expression(d)}, a=${p.expression(d)})`,
  (p, d) => `lookup(${p.expression(d)})`,
  (p, d) => `lookup(${q(p.name(LOOKUPS))}, ${p.expression(d)}, errors=${p.one(["'warn'", "'ignore'"])})`,
  (p, d) => `query('vars', ${p.expression(d)})`,
  (p, d) => `range(${p.expression(d)})`,
  (p, d) => `dict(${p.expression(d)})`,
  (p, d) => `(${p.expression(d)} | from_json)`,
  (p, d) => `(${p.expression(d)} | from_yaml)`,
  (p, d) => `(${p.expression(d)} | int(${p.expression(d)}))`,
  (p, d) => `(${p.expression(d)} | to_json | to_json)`,
  (p, d) => `(${p.expression(d)} | regex_search(${p.expression(d)}))`,
  (p, d) => `('xx' | regex_replace(${p.expression(d)}, ''))`,
];

/** Where expressions that fail stand: nothing of their value is to be seen, whatever happens. */
const CONDITIONS = ['when', 'changed_when', 'failed_when', 'until'];
const TEXTS = [
  'name',
  'delegate_to',
  'become_user',
  'tags',
  'register',
  'timeout',
  'loop',
  'with_items',
  'with_dict',
  'with_fileglob',
  'with_first_found',
  'notify',
  'environment',
  'vars',
  'retries',
  'delay',
  'throttle',
  'ignore_errors',
  'no_log',
  'become',
  'become_method',
  'connection',
  'remote_user',
  'port',
  'async',
  'poll',
  'any_errors_fatal',
  'check_mode',
  'module_defaults',
  'args',
  'loop_control',
  'when',
];

const PLAY = [
  'name',
  'hosts',
  'serial',
  'order',
  'strategy',
  'gather_facts',
  'max_fail_percentage',
  'vars_files',
  'vars',
  'environment',
  'become',
  'become_method',
  'become_user',
  'connection',
  'port',
  'remote_user',
  'roles',
  'tags',
  'gather_subset',
  'force_handlers',
  'any_errors_fatal',
  'run_once',
  'no_log',
  'timeout',
  'module_defaults',
  'collections',
  'handlers',
  'throttle',
  'debugger',
  'bogus',
];

/** Before any host, the variables of the command line are known and no others. */
const HEADS: readonly ((plays: RandomPlays) => string)[] = [
  p => `  ${p.one(PLAY)}: ${q(`{{ e.${p.kind()} }}`)}\n`,
  p => `  ${p.one(PLAY)}: [${q(`{{ e.${p.kind()} }}`)}]\n`,
  p => `  ${p.one(PLAY)}: {a: ${q(`{{ e.${p.kind()} }}`)}}\n`,
  p => `  ${p.one(PLAY)}: ${q(p.template())}\n`,
  p => `  roles: [{role: ${q(`{{ e.${p.kind()} }}`)}}]\n`,
];

type Task = (plays: RandomPlays) => RandomTask;

const TASKS: readonly Task[] = [
  p => msg(p.expression()),
  // As a key of a mapping a secret is plain text.
  p => msg(`{${p.secret()}: 1, 'b': dict([[${p.secret()}, 1]])}`),
  p => msg(p.expression(3)),
  p => msg(p.expression(1)),
  // Of what a host said, the user may have cut and turned what they like: only errors are looked at.
  p =>
    real(`- debug: {msg: ${q(`{{ ((${p.hosted()} | ${p.name(FILTERS)}(${args(p, 1)})) is defined) }}`)}}\n`),
  p => real(`- debug: {msg: ${q(`{{ ((${p.hosted()} | ${p.name(FILTERS)}) | string | length) }}`)}}\n`),
  p => real(`- debug: {msg: ${q(`{{ ${p.hosted()} is ${p.name(TESTS)} }}`)}}\n`),
  p => real(`- debug: {msg: ${q(`{{ ${p.hosted()}.nope }} {{ {}[${p.hosted()}] }}`)}}\n`),
  p => real(`- debug: {msg: x}\n  when: ${q(`{{ ${p.hosted()} }}`)}\n`),
  p => real(`- debug: {msg: x}\n  when: ${p.hosted()}\n`),
  p => real(`- debug: {msg: ${q(`{{ ${p.hosted()} }}`)}}\n`),
  p => real(`- debug: {var: ${q(p.expression(1))}}\n`),
  p => real(`- debug: {var: ${q(`{{ ${p.expression(1)} }}`)}}\n`),
  p => real(`- debug: {msg: ${q(`{% for c in ${p.expression(1)} %}{{ c }} {{ c | upper }}{% endfor %}`)}}\n`),
  p => real(`- debug: {msg: ${q(`{% set x = ${p.expression(1)} %}{{ x | upper }}-{{ x[3:] }}`)}}\n`),
  p => real(`- debug: {msg: ${q(`{% include ${p.expression(1)} %}`)}}\n`),
  p => real(`- debug: {msg: x}\n  ${p.one(CONDITIONS)}: ${q(p.expression())}\n  retries: 1\n  delay: 0\n`),
  p => real(`- debug: {msg: x}\n  ${p.one(TEXTS)}: ${q(p.template())}\n`),
  p => real(`- debug: {msg: x}\n  ${p.one(TEXTS)}: ${p.secret()}\n`),
  p => real(`- command: ${q(`echo ${p.template()}`)}\n`),
  p => real(`- command: ${q(`echo {{ ${p.secret()} }}`)}\n  register: said\n- debug: {var: said}\n`),
  p => real(`- command: ${q(`/no/such/{{ ${p.secret()} }}`)}\n`),
  p => real(`- command: ${q(`{{ ${p.secret()} }}`)}\n`),
  p =>
    real(
      `- command: {cmd: 'true', ${p.one(['chdir', 'creates', 'removes', 'stdin'])}: ${q(p.template())}}\n`,
    ),
  p => real(`- shell: ${q(`cat ${p.template()}`)}\n`),
  p => real(`- shell: ${q(`printf '%s' {{ ${p.secret()} | quote }}; exit 3`)}\n`),
  p =>
    real(
      `- copy: {content: ${q(p.template())}, dest: "{{ out }}/${p.one(['a', 'b', 'c'])}"}\n  register: it\n- debug: {var: it}\n- stat: {path: "{{ out }}/a", checksum_algorithm: sha256}\n`,
    ),
  p => real(`- copy: {content: "x", dest: ${q(`{{ out }}/{{ ${p.secret()} }}`)}}\n`),
  p => real(`- copy: {src: ${q(p.template())}, dest: "{{ out }}/d"}\n`),
  p =>
    real(
      `- template: {src: "${p.one(['good', 'bad', 'worse', 'sealed', 'sealed-bad'])}.j2", dest: "{{ out }}/e"}\n  vars: {x: ${q(p.template())}, y: ${q(`{{ ${p.hosted()} }}`)}}\n  register: it\n- debug: {var: it}\n`,
    ),
  p =>
    real(
      `- lineinfile: {path: "{{ out }}/f", create: true, line: ${q(p.template())}, regexp: ${q(p.template())}}\n`,
    ),
  p =>
    real(
      `- blockinfile: {path: "{{ out }}/f", create: true, block: ${q(p.template())}, marker: ${q(p.template())}}\n`,
    ),
  p =>
    real(
      `- ini_file: {path: "{{ out }}/g", section: ${q(p.template())}, option: ${q(p.template())}, value: ${q(p.template())}}\n`,
    ),
  p => real(`- replace: {path: "{{ out }}/f", regexp: ${q(p.template())}, replace: ${q(p.template())}}\n`),
  p =>
    real(
      `- set_fact: {fact: ${q(p.template())}}\n- debug: {var: fact}\n- debug: {msg: "{{ fact | reverse }} {{ fact[2:9] }}"}\n`,
    ),
  p => real(`- set_fact: {${q(p.template())}: 1}\n`),
  p => real(`- fail: {msg: ${q(p.template())}}\n`),
  p => real(`- assert: {that: [${q(p.expression())}], fail_msg: ${q(p.template())}}\n`),
  p => real(`- assert: {that: [${q(p.expression(1))}]}\n`),
  p => real(`- assert: {that: ${q(p.template())}}\n`),
  p =>
    real(
      `- debug: {msg: "{{ item }}"}\n  loop: ${q(`{{ ${p.expression()} }}`)}\n  loop_control: {label: ${q(p.template())}}\n`,
    ),
  p => real(`- debug: {msg: "{{ item }}"}\n  loop: [${q(p.template())}, 2]\n`),
  p => real(`- include_tasks: ${q(p.template())}\n`),
  p => real(`- include_vars: ${q(p.template())}\n`),
  p =>
    real(
      `- include_vars: "${p.one(['sealed-vars', 'broken-vars', 'bad-vars', 'list-vars'])}.yml"\n- debug: {msg: "{{ a }}"}\n`,
    ),
  p => real(`- include_role: {name: ${q(p.template())}}\n`),
  p => real(`- include_tasks: "sealed-tasks-{{ ${p.one(['0', '1', '2', '3', '4', '5', '6', '7'])} }}.yml"\n`),
  p => msg(p.one(SEALED_LOOKUPS)),
  p => msg(`${p.one(SEALED_LOOKUPS)} | ${p.name(FILTERS)}`),
  p => real(`- script: ${p.one(['sealed.sh', 'sealed.sh {{ s.spaced }}'])}\n`),
  p =>
    real(
      `- copy: {src: sealed.${p.one(['sh', 'ini', 'csv', 'json'])}, dest: "{{ out }}/h"}\n  register: it\n- debug: {var: it}\n`,
    ),
  p =>
    real(
      `- file: {path: ${q(`{{ out }}/{{ ${p.secret()} }}`)}, state: ${p.one(['directory', 'touch', 'absent', 'link', 'file'])}, src: ${q(p.template())}}\n`,
    ),
  p => real(`- group_by: {key: ${q(p.template())}}\n`),
  p => real(`- add_host: {name: ${q(p.template())}, groups: ${q(p.template())}, v: ${q(p.template())}}\n`),
  p => real(`- ping:\n  delegate_to: ${q(p.template())}\n  vars: {ansible_connection: local}\n`),
  p =>
    real(
      `- ping:\n  delegate_to: other\n  vars: {${p.one(['ansible_connection', 'ansible_port', 'ansible_host', 'ansible_user', 'ansible_ssh_common_args', 'ansible_ssh_private_key_file', 'ansible_ssh_timeout', 'ansible_become_method', 'ansible_become', 'ansible_host_key_checking', 'ansible_shell_executable'])}: ${q(p.template())}, ansible_timeout: 1}\n`,
    ),
  p => module(p),
  p => module(p),
  p => module(p),
  p => module(p),
  p => wrong(p),
  p => wrong(p),
];

const SEALED_LOOKUPS = [
  "lookup('ini', 'k', file='sealed.ini', section='s')",
  "lookup('ini', 'k', file='sealed.csv', section='s')",
  "lookup('ini', 'k', file='sealed.json', type='properties')",
  "lookup('csvfile', 'k', file='sealed.csv', delimiter=',')",
  "lookup('csvfile', 'k', file='sealed.json', col='x')",
  "lookup('template', 'sealed.j2')",
  "lookup('template', 'sealed-bad.j2')",
  "lookup('file', 'sealed.json')",
  "lookup('file', 'sealed.sh')",
  "lookup('unvault', 'sealed.ini')",
  "lookup('file', 'sealed.json') | from_json",
  "lookup('file', 'sealed.ini') | from_yaml",
  "lookup('file', 'sealed.csv') | community.general.from_csv",
  "lookup('file', 'sealed.ini') | community.general.from_ini",
];

const MODULES = [...new Set([...moduleNames(), ...actionNames()])].filter(
  name => !name.includes('.') && !/^(pause|setup|wait_for)$/.test(name),
);

function schemaOf(name: string): Schema {
  return (findModule(name) ?? findAction(name)!).parameters as Schema;
}

/** Parameters of the right kind, but for a few. */
function module(p: RandomPlays): RandomTask {
  const name = p.one(MODULES);
  const schema = schemaOf(name);
  const given: Record<string, string> = {};
  for (const [parameter, { required, type, choices }] of Object.entries(schema)) {
    if (!required && p.chance(0.75)) continue;
    if (/^(timeout|validate|checksum_algorithm|update_cache)$/.test(parameter)) continue;
    if (choices && p.chance(0.9)) given[parameter] = p.one(choices);
    else if (type === 'bool' && p.chance(0.9)) given[parameter] = p.one(['yes', 'no']);
    else given[parameter] = p.template();
  }
  if (name === 'get_url') given.timeout = '1';
  return { text: `- ${name}: ${JSON.stringify(given)}\n`, checkOnly: true };
}

/** Anything for a parameter, and parameters that are none. */
function wrong(p: RandomPlays): RandomTask {
  const name = p.one(MODULES);
  const names = [...Object.keys(schemaOf(name)), 'bogus'];
  const given: Record<string, unknown> = {};
  for (let count = 1 + (p.chance(0.5) ? 1 : 0); count > 0; count--)
    given[p.one(names)] = p.chance(0.5) ? `{{ ${p.secret()} }}` : { [p.template()]: [p.template()] };
  const text = p.chance(0.2)
    ? q(p.template())
    : p.chance(0.2)
      ? `${q(p.template())}\n  args: ${JSON.stringify(given)}`
      : JSON.stringify(given);
  return { text: `- ${name}: ${text}\n`, checkOnly: true };
}
