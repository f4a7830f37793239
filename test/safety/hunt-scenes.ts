import { BINARY, CANARIES, SHAPES } from './canaries.ts';

/** One run of the program in the hunting ground, and what it must print nothing of. */
export interface Scene {
  readonly name: string;
  readonly words: readonly string[];
  /** Typed. */
  readonly input?: string;
  /** A fault of `mutants.ts`. */
  readonly fault?: string;
  /** Shows that the place where the secret would have been was reached. */
  readonly says: RegExp;
  /** 0 when there is nothing said. */
  readonly status?: number;
}

/** Of two letters: nothing searches the output for it, so only its being a Secret keeps it from being seen. */
export const SHORT = 'Ŋŧ';
/** Secrets in a plain playbook, by where they stand only. */
export const PLAINLY = {
  userPassword: 'Plain-Password-7731',
  passphrase: 'Plain-Passphrase-7732',
  urlPassword: 'Plain-Url-Password-7733',
  inUrl: 'Plain%2FIn-Url-7734',
  wrongType: 'Plain-Beside-A-Mistake-7735',
};
export const TYPED = {
  prompted: 'Typed-Unseen-8841',
  become: 'Typed-Become-8842',
  login: 'Typed-Login-8843',
};
export const UNLOGGED = 'Hidden-By-No-Log-9951';
export const BROKEN = 'Broken-Yaml-Value-6641';

const play = (file: string, ...flags: string[]) => [
  ...['play', '-i', 'hosts', `${file}.yml`, '--vault-password-file', 'password', ...flags],
];
const both = (name: string, words: readonly string[], rest: Omit<Scene, 'name' | 'words'>): Scene[] => [
  { name, words: [...words, '-vvvv', '--diff'], ...rest },
  { name: `${name}, in a check run`, words: [...words, '-vvvv', '--check', '--diff'], ...rest },
  { name: `${name}, in JSON`, words: [...words, '--json', '--diff'], ...rest },
];

/** The secrets as a host might spell them. */
export function spelled(name: string, ...shapes: readonly string[]): Scene {
  const words = play('spelled', '-e', JSON.stringify({ shapes }), '-v');
  return { name: `spelled ${name}`, words, says: /\*{8}/ };
}

export const SCENES: readonly Scene[] = [
  ...both('printed by a host', play('printed'), { says: /printed by a host/ }),
  spelled('in every way', ...Object.keys(SHAPES)),
  ...both('too short to be searched for', play('short'), { says: /\*{8}/ }),
  ...both('typed at prompts', play('typed', '-k', '-K'), {
    input: `${TYPED.login}\n${TYPED.become}\n${TYPED.prompted}\n`,
    says: /asked for/,
  }),
  ...both('plain values of parameters that are passwords', play('passwords'), { says: /an account/ }),
  {
    name: 'a password beside a mistake',
    words: play('mistaken'),
    says: /has no parameter "bogus"/,
    status: 1,
  },
  ...both('hidden by no_log', play('unlogged'), { says: /hidden by no_log/ }),
  {
    name: 'a fault in a task',
    words: play('fault', '-vvvv'),
    fault: 'fault in a task',
    says: /internal error: cannot read \*{8}/,
    status: 2,
  },
  {
    name: 'a fault in the program',
    words: play('fault', '-vvvv'),
    fault: 'fault in the program',
    says: /has a fault[\s\S]*cannot read \*{8}[\s\S]* at /,
    status: 250,
  },
  {
    name: 'the inventory',
    words: ['inventory', '-i', 'hosts', '--list', '--vault-password-file', 'password'],
    says: /\*{8}/,
  },
  {
    name: 'the inventory as YAML',
    words: ['inventory', '-i', 'hosts', '--list', '--yaml', '--vault-password-file', 'password'],
    says: /\*{8}/,
  },
  {
    name: 'the tree of the inventory',
    words: ['inventory', '-i', 'hosts', '--graph', '--vars', '--vault-password-file', 'password'],
    says: /\*{8}/,
  },
  {
    name: 'one host of the inventory',
    words: ['inventory', '-i', 'hosts', '--host', 'one', '--vault-password-file', 'password'],
    says: /\*{8}/,
  },
  {
    name: 'the list of tasks',
    words: play('printed', '--list-tasks', '--list-tags', '--list-hosts'),
    says: /printed by a host/,
  },
  { name: 'YAML that is broken inside of a vault', words: play('broken'), says: /broken-\d\.yml/ },
  {
    name: 'a wrong password',
    words: ['vault', 'view', 'group_vars/all/sealed.yml', '--vault-password-file', 'hosts'],
    says: /error/,
    status: 1,
  },
  {
    name: 'a password that is no password',
    words: [
      'vault',
      'rekey',
      'group_vars/all/sealed.yml',
      'hosts',
      '--vault-password-file',
      'password',
      '--new-vault-password-file',
      'hosts',
    ],
    says: /not encrypted/,
    status: 1,
  },
];

/** The files of the hunting ground; what stands under `sealed` is encrypted. */
export const FILES: Readonly<Record<string, string>> = {
  hosts: 'one ansible_connection=local\ntwo ansible_connection=local\n',
  password: 'the vault\n',
  'printed.yml': `
- hosts: one
  gather_facts: false
  vars_files: [late.yml]
  tasks:
    - debug: { msg: "{{ opened | length }} {{ late_file | length }} {{ hostvars['two'].inline | length }}" }
    - copy: { src: "{{ item }}", dest: "{{ playbook_dir }}/out/{{ item }}", mode: '0600' }
      loop: [binary, copied]
    - name: printed by a host
      command: cat values numbers.json lines binary
      args: { chdir: "{{ playbook_dir }}/plain" }
      register: printed
      changed_when: false
      check_mode: false
      failed_when: false
    - debug: { msg: "{{ printed.stdout_lines }}" }
    - debug: { msg: "{{ printed.stdout_lines | select('match', '[{]') | map('from_json') }}" }
    - command: base64 binary
      args: { chdir: "{{ playbook_dir }}/plain" }
      changed_when: false
      check_mode: false
    - command: od -An -v -tx1 -w20 binary
      args: { chdir: "{{ playbook_dir }}/plain" }
      changed_when: false
      check_mode: false
    - lineinfile: { path: "{{ playbook_dir }}/plain/values", line: a new line }
    - debug: { msg: "{{ lookup('pipe', 'cat plain/values') }}" }
`,
  'spelled.yml': `
- hosts: one
  gather_facts: false
  tasks:
    - debug: { msg: "{{ opened | length }}" }
    - command: "cat {{ playbook_dir }}/plain/{{ item }}"
      loop: "{{ shapes }}"
`,
  'short.yml': `
- hosts: one
  gather_facts: false
  tasks:
    - debug: { var: short }
    - debug: { msg: "{{ short }}" }
    - debug: { msg: "it is {{ short }} and {{ short | upper }}, {{ [short] | join('-') }}, {{ {'a': short} | to_json }}" }
    - debug: { msg: { a: ["{{ short }}", { b: "{{ short }}{{ short }}" }] } }
    - name: called {{ short }}
      debug: { msg: "{{ item }}" }
      loop: ["{{ short }}"]
      notify: "say {{ short }}"
      changed_when: true
    - set_fact: { kept: "{{ short }}", cacheable: true }
    - debug: { var: kept }
    - debug: { var: ansible_facts }
    - copy: { content: "{{ short }}", dest: "{{ playbook_dir }}/out/short", mode: '0600' }
    - copy: { content: "not {{ short }}", dest: "{{ playbook_dir }}/out/short", mode: '0600' }
    - wait_for: { port: "{{ short }}", timeout: 1 }
      ignore_errors: true
    - file: { path: /tmp, state: "{{ short }}" }
      ignore_errors: true
    - file: { path: /tmp, follow: "{{ short }}" }
      ignore_errors: true
    - file: { path: /tmp, mode: "{{ short }}" }
      ignore_errors: true
    - fail: { msg: "{{ short }}" }
      ignore_errors: true
    - assert: { that: ["short == 'other'"], fail_msg: "it is {{ short }}" }
      ignore_errors: true
  handlers:
    - name: say {{ short }}
      debug: { msg: "{{ short }}" }
`,
  'typed.yml': `
- hosts: one
  gather_facts: false
  vars_prompt:
    - { name: prompted, prompt: asked for, private: true }
  tasks:
    - name: asked for
      command: cat plain/typed
      args: { chdir: "{{ playbook_dir }}" }
      changed_when: false
      check_mode: false
    - debug: { var: prompted }
    - debug: { msg: "{{ ansible_become_password | default('none') }}" }
`,
  'passwords.yml': `
- hosts: one
  gather_facts: false
  tasks:
    - name: an account
      user: { name: no-such-account-of-anybody, state: absent, password: ${PLAINLY.userPassword}, ssh_key_passphrase: ${PLAINLY.passphrase} }
    - get_url: { url: "http://someone:${PLAINLY.inUrl}@127.0.0.1:9/x", dest: out/got, url_username: someone, url_password: ${PLAINLY.urlPassword}, timeout: 1 }
      ignore_errors: true
    - get_url: { url: "http://someone:${PLAINLY.inUrl}@", dest: out/got }
      ignore_errors: true
    - command: cat plain/passwords
      args: { chdir: "{{ playbook_dir }}" }
      changed_when: false
      check_mode: false
`,
  'mistaken.yml': `
- hosts: one
  gather_facts: false
  tasks:
    - user: { name: somebody, password: ${PLAINLY.wrongType}, bogus: 1 }
`,
  'unlogged.yml': `
- hosts: one
  gather_facts: false
  vars: { hidden: ${UNLOGGED} }
  tasks:
${[
  'debug: { msg: "{{ hidden }}" }',
  'command: "echo {{ hidden }}"',
  'command: "sh -c \'echo {{ hidden }} >&2; exit 3\'"',
  'command: "/no/such/{{ hidden }}"',
  'fail: { msg: "{{ hidden }}" }',
  'assert: { that: false, fail_msg: "{{ hidden }}" }',
  'copy: { content: "{{ hidden }}", dest: "{{ playbook_dir }}/out/unlogged-{{ 99999999 | random }}" }',
  'copy: { src: "{{ hidden }}", dest: "{{ playbook_dir }}/out/unlogged-{{ 99999999 | random }}" }',
  'copy: { content: "{{ hidden }}", dest: "{{ playbook_dir }}/out/unlogged-{{ 99999999 | random }}", validate: "grep -H nothing %s" }',
  'file: { path: /tmp, state: "{{ hidden }}" }',
  'debug: { msg: "{{ hidden | from_yaml | dictsort }}" }, when: hidden is defined and false',
  'debug: { msg: "{{ {}[hidden] }}" }',
  'debug: { msg: "{{ hidden | from_json }}" }',
  'debug: { msg: "{{ item }}" }, loop: [ "{{ hidden }}" ]',
  'command: "echo {{ hidden }}", register: tried, until: false, retries: 1, delay: 0',
  'set_fact: { fact: "{{ hidden }}" }',
  'get_url: { url: "ftp://{{ hidden }}", dest: /tmp/x }',
]
  .map(task => `    - { no_log: true, ignore_errors: true, ${task} }`)
  .join('\n')}
`,
  'fault.yml': `
- hosts: one
  gather_facts: false
  tasks:
    - ping: { data: "{{ inline }}" }
`,
  'broken.yml': `
- hosts: one
  gather_facts: false
  tasks:
    - include_vars: "broken-{{ item }}.yml"
      loop: [0, 1, 2, 3, 4, 5, 6, 7]
      ignore_errors: true
`,
};

/** Each of these is no YAML, or not what is wanted, in another way. */
const MISTAKES = [
  `a: *${BROKEN}`,
  `a: !${BROKEN} x`,
  `a: 1\na: ${BROKEN}`,
  `a: "${BROKEN}`,
  `a: "\\q${BROKEN}"`,
  `a: b: ${BROKEN}`,
  `- ${BROKEN}`,
  `%${BROKEN} 1\n---\na: 1`,
];

const WHOLE: Readonly<Record<string, (text: string) => readonly string[]>> = {
  base64: text => ['', 'a', 'ab'].map(before => Buffer.from(`${before}${text}`).toString('base64')),
  base64Url: text => ['', 'a', 'ab'].map(before => Buffer.from(`${before}${text}`).toString('base64url')),
};

/** All but those that come into a run on other ways. */
const { inline: _inline, lateFile: _late, copied: _copied, ...OPENED } = CANARIES;

/** The files that are encrypted. */
export const SEALED: Readonly<Record<string, string | Buffer>> = {
  'group_vars/all/sealed.yml': JSON.stringify({
    opened: OPENED,
    short: SHORT,
    pin: Number(CANARIES.number),
  }),
  'late.yml': JSON.stringify({ late_file: CANARIES.lateFile }),
  'files/binary': BINARY,
  'files/copied': CANARIES.copied,
  ...Object.fromEntries(MISTAKES.map((text, index) => [`broken-${index}.yml`, text])),
};

/** Secrets as they come back from a host, which knows nothing of secrets. */
export const PLAIN: Readonly<Record<string, string | Buffer>> = {
  'plain/values': `${Object.values(CANARIES)
    .filter(text => text.length < 1000)
    .join('\n')}`,
  'plain/numbers.json': `{"pin": ${CANARIES.number}, "${CANARIES.word}": 1}\n`,
  'plain/lines': CANARIES.lines
    .split('\n')
    .map(line => `  > ${line} <`)
    .join('\n'),
  'plain/binary': BINARY,
  'plain/typed': Object.values(TYPED).join('\n'),
  'plain/passwords': Object.values(PLAINLY)
    .filter(text => text !== PLAINLY.wrongType)
    .join('\n'),
  'out/.keep': '',
  ...Object.fromEntries(Object.entries(SHAPES).map(shape => [`plain/${shape[0]}`, spelledOut(shape)])),
};

/** The secrets of the sealed file, each of their lines too, in one of the shapes. */
function spelledOut([name, shape]: [string, (text: string) => readonly string[]]): string {
  // With something before and behind it, whose bits share characters with it.
  const write = WHOLE[name] ?? shape;
  return Object.values(OPENED)
    .flatMap(secret => [secret.trim(), ...secret.split('\n').map(line => line.trim())])
    .filter(text => text.length > 4 && text.length < 1000 && !text.includes('\n'))
    .flatMap(text => write(text))
    .map(text => `[ ${text} ]`)
    .join('\n');
}
