import { BINARY, CANARIES, SHAPES } from './canaries.ts';

/** Of two letters: nothing searches the output for it, so only its being a Secret keeps it from being seen. */
export const SHORT = 'Ŋŧ';
/** Secrets in a plain playbook, by where they stand only. */
export const PLAINLY = {
  userPassword: 'Plain-Password-7731',
  passphrase: 'Plain-Passphrase-7732',
  urlPassword: 'Plain-Url-Password-7733',
  inUrl: 'Plain%2FIn-Url-7734',
  debconf: 'Plain-Debconf-7736',
  lookup: 'Plain-Lookup-7738',
  hostPassword: 'Plain-Login-7737',
  wrongType: 'Plain-Beside-A-Mistake-7735',
};
export const TYPED = {
  prompted: 'Typed-Unseen-8841',
  become: 'Typed-Become-8842',
  login: 'Typed-Login-8843',
};
export const UNLOGGED = 'Hidden-By-No-Log-9951';
/** What opens secrets is one as well, wherever it comes from. */
export const VAULT = {
  byFile: 'Vault-By-File-3351',
  byProgram: 'Vault-By-Program-3352',
  byKeyring: 'Vault-By-Keyring-3353',
  typed: 'Vault-Typed-3354',
  passphrase: 'Vault-Passphrase-3355',
  inTemplate: 'Vault-In-Template-3356',
  openedThere: 'Vault-Opened-There-3357',
};
/** Without the quotes it needs. */
export const UNQUOTED = 'Extra-Unquoted-7751';
export const MISPLACED = 'Plain-Among-Settings-7741';
/** In no file as text. */
export const NUMBERS = { plain: '73519046', tagged: '73519047', inJson: '73519048' };
/** Long enough to be folded, by whatever writes YAML. */
export const FOLDED =
  'Folded-Words-1181 and then some more of them, as people make them up who were told that long ones are good Folded-End-1182';
export const BROKEN = 'Broken-Yaml-Value-6641';

/** Each of these is no YAML, or not what is wanted, in another way. */
const MISTAKES = [
  `a: *${BROKEN}`,
  `a: !${BROKEN} x`,
  `a: !!${BROKEN} x`,
  `a: !!int ${BROKEN}`,
  `a: !!bool ${BROKEN}`,
  `a: 1\na: ${BROKEN}`,
  `a: "${BROKEN}`,
  `a: '${BROKEN}`,
  `a: "\\q${BROKEN}"`,
  `a: b: ${BROKEN}`,
  `a: "x" ${BROKEN}`,
  `a: @${BROKEN}`,
  `a: {{ ${BROKEN} }}`,
  `a: [x, ${BROKEN}`,
  `a: {x: ${BROKEN}`,
  `a:${BROKEN}\nb: 1`,
  `a:\n\t${BROKEN}: 1`,
  `a: &x ${BROKEN}\nb: *${BROKEN}`,
  `<<: ${BROKEN}`,
  `a: |${BROKEN}\n x`,
  `a: >\n   x\n ${BROKEN}`,
  `a: |\nb\n${BROKEN}`,
  `? [${BROKEN}]\n: 1`,
  `- ${BROKEN}`,
  `${BROKEN}`,
  `{"a": "${BROKEN}"`,
  `%${BROKEN} 1\n---\na: 1`,
  `--- !${BROKEN}\na: 1`,
  `a: 1\n--- ${BROKEN}\n...\n${BROKEN}`,
  `a: ${BROKEN}\n  b: 1`,
  `a: ${BROKEN}\n b`,
  `a: ${BROKEN}\n]`,
  `- a: ${BROKEN}\nb: 1`,
];
const BROKEN_FILES = MISTAKES.length;

/** The files of the hunting ground; what stands under `sealed` is encrypted. */
export const FILES: Readonly<Record<string, string>> = {
  hosts: `one ansible_connection=local\ntwo ansible_connection=local known=${CANARIES.list} template='{{ x }} ${CANARIES.list}'\n`,
  password: `${VAULT.byFile}\n`,
  'vault-typed': VAULT.typed,
  'vault-keyring': VAULT.byKeyring,
  'bin/vault-program': `#!/bin/sh\necho ${VAULT.byProgram}\n`,
  'bin/secret-tool': `#!/bin/sh\necho ${VAULT.byKeyring}\n`,
  'bin/askpass': `#!/bin/sh\necho ${VAULT.passphrase}\n`,
  'vaults.yml': `
- hosts: one
  gather_facts: false
  vars_files: [by-key.yml]
  tasks:
    - debug: { msg: "{{ (by_file ~ by_program ~ by_keyring ~ by_typed ~ by_key) | length }}" }
    - debug: { msg: "{{ '${VAULT.openedThere}' | vault('${VAULT.inTemplate}') | unvault('${VAULT.inTemplate}') | length }}" }
    - name: what opens vaults
      command: cat plain/vaults
      args: { chdir: "{{ playbook_dir }}" }
      changed_when: false
      check_mode: false
    - debug: { msg: "{{ lookup('pipe', 'cat plain/vaults') }}" }
`,
  'templates/includes.j2': "{% include 'short-alone.j2' %} {% include 'short-made.j2' %}",
  'listed.yml': '- hosts: one\n  gather_facts: false\n  tasks: [{ import_tasks: listed-tasks.yml }]\n',
  'settings/tsible.yml': `forks: 5\nbecome_password: ${MISPLACED}\n`,
  'folded.yml': `
- hosts: one
  gather_facts: false
  tasks:
    - copy: { content: "{{ { 'a': { 'b': [folded] }, 'text': folded ~ ': ' ~ folded } | to_nice_yaml }}", dest: "{{ playbook_dir }}/out/folded", mode: '0600' }
      check_mode: false
    - name: folded
      command: cat out/folded
      args: { chdir: "{{ playbook_dir }}" }
      changed_when: false
      check_mode: false
      register: cat
    - debug: { msg: "{{ cat.stdout_lines }}" }
    - debug: { msg: "{{ { 'a': folded } | to_yaml(width=20) }} {{ folded | wordwrap(30) }} {{ [folded] | to_nice_yaml(indent=8) }}" }
    - debug: { msg: "{{ cat.stdout | from_yaml | to_yaml }}" }
    - lineinfile: { path: "{{ playbook_dir }}/out/folded", line: a new line }
`,
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
    - copy: { content: "instead {{ short }}", dest: "{{ playbook_dir }}/out/short", mode: '0600' }
    - debug: { msg: "{{ item }}" }
      loop:
${[
  'short[0]',
  'short[1:]',
  '[short] ~ 1',
  'a list with {{ [short] }} in it',
  'short | list',
  "'x{}'.format(short)",
  'short.upper()',
  'short * 2',
  "'%s' % short",
  "'y' + short",
  '{% for sign in short %}{{ sign }} {% endfor %}',
  '{% if true %}it is {{ short }}{% endif %}',
  '{{ short ~ 1 }}',
  '[{"a": short}] | json_query("[].a | join(\'-\', @)")',
  "lookup('file', 'short')",
  "lookup('unvault', 'short')",
  "lookup('template', 'short.j2')",
  "lookup('template', 'short-made.j2')",
  "lookup('csvfile', 'k file=short.csv delimiter=,')",
  "lookup('ini', 'k file=short.ini')",
  "lookup('password', '/dev/null length=2 chars=Ŋŧ')",
  "lookup('pipe', 'echo ' ~ short)",
  "'Ŋŧ' | vault('x', salt='12345678901234567890123456789012') | unvault('x')",
  'short_template',
]
  .map(
    each => `        - >-\n          ${each.includes('{{') || each.includes('{%') ? each : `{{ ${each} }}`}`,
  )
  .join('\n')}
    - debug: { msg: "{{ -tiny }}" }
    - debug: { msg: "it is really {{ tiny.real }}" }
    - command: "true {{ short }}"
      changed_when: false
      check_mode: false
    - template: { src: includes.j2, dest: "{{ playbook_dir }}/out/short-included-{{ 99999999 | random }}", mode: '0600' }
    - template: { src: short-made.j2, dest: "{{ playbook_dir }}/out/short-made-{{ 99999999 | random }}", mode: '0600' }
    - template: { src: short-alone.j2, dest: "{{ playbook_dir }}/out/short-template-{{ 99999999 | random }}", mode: '0600' }
    - copy: { src: short, dest: "{{ playbook_dir }}/out/short-file-{{ 99999999 | random }}", mode: '0600' }
    - copy: { content: { other: "{{ short }}" }, dest: "{{ playbook_dir }}/out/short-json-{{ 99999999 | random }}", mode: '0600' }
    - assemble: { src: shorts, remote_src: false, dest: "{{ playbook_dir }}/out/short-assembled-{{ 99999999 | random }}", mode: '0600' }
    - debug: { msg: x }
      when: "{{ short | upper }}"
      ignore_errors: true
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
  'inspected.yml': `
- hosts: one
  gather_facts: false
  tasks:
    - debug: { msg: "{{ short }}" }
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
    - debconf: { name: no-such-package, question: a/b, vtype: password, value: ${PLAINLY.debconf} }
      check_mode: true
      ignore_errors: true
    - debug: { msg: "{{ lookup('url', 'http://127.0.0.1:9/', username='u', password='${PLAINLY.lookup}') }}" }
      ignore_errors: true
    - ping: {}
      vars: { ansible_password: ${PLAINLY.hostPassword} }
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
  'command: "sh -c \'echo {{ item }}; exit 3\'", register: tried, until: tried.rc == 0, retries: 1, delay: 0, loop: [ "{{ hidden }}" ]',
  "debug: { msg: \"{{ lookup('file', hidden, errors='warn') }}\" }",
  'command: "echo {{ hidden }}", failed_when: "{{ hidden }}"',
  'sudoers: { name: "{{ hidden }}.d", user: root, commands: ALL, sudoers_path: "{{ playbook_dir }}/out", validation: absent }, check_mode: true',
]
  .map(task => `    - { no_log: true, ignore_errors: true, ${task} }`)
  .join('\n')}
    - include_tasks: nothing.yml
      loop: [ "{{ hidden }}" ]
      no_log: true
    - block:
        - include_tasks: "{{ hidden }}.yml"
          no_log: true
      rescue:
        - debug: { msg: rescued }
    - include_tasks: nothing.yml
      when: "hidden == 'x'"
      loop: [ "{{ hidden }}" ]
      no_log: true
    - block:
        - command: "echo {{ hidden }}"
        - debug: { msg: "{{ hidden }}" }
      no_log: true
    - debug: { msg: "{{ item }}" }
      loop: [ "shown", "{{ hidden }}" ]
      no_log: "{{ item != 'shown' }}"
- hosts: one, two
  gather_facts: false
  vars: { hidden: ${UNLOGGED} }
  tasks:
    - command: "echo {{ hidden if inventory_hostname == 'two' else 'shown' }}"
      no_log: "{{ inventory_hostname == 'two' }}"
- hosts: one
  gather_facts: false
  no_log: true
  vars: { hidden: ${UNLOGGED} }
  tasks:
    - command: "echo {{ hidden }}"
    - debug: { msg: "{{ hidden }}" }
`,
  'nothing.yml': '- debug: { msg: nothing }\n',
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
      loop: "{{ range(${BROKEN_FILES}) }}"
      ignore_errors: true
`,
};

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
    short_template: `${SHORT} {{ 1 }}`,
    tiny: 71,
    pin: Number(NUMBERS.inJson),
    folded: FOLDED,
  }),
  'group_vars/all/numbers.yml': `number: ${NUMBERS.plain}\ntagged: !!int "${NUMBERS.tagged}"\n`,
  'files/short': SHORT,
  'templates/short.j2': `it is ${SHORT}`,
  'templates/short-alone.j2': SHORT,
  'templates/short-made.j2': `it is ${SHORT} {{ 1 + 1 }}`,
  'files/short.csv': `k,${SHORT}\n`,
  'files/short.ini': `[global]\nk=${SHORT}\n`,
  'files/shorts/one': SHORT,
  'sealed.ini': `one ansible_connection=local note=${SHORT}\n`,
  'listed-tasks.yml': `- name: called ${BROKEN}\n  debug: { msg: ${BROKEN} }\n  when: "'x' == '${BROKEN}'"\n  tags: ["${BROKEN}-tag"]\n`,
  'broken.ini': `one ansible_connection=local ansible_password=two ${BROKEN}\n`,
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
  'plain/numbers.json': `{"pin": ${NUMBERS.inJson}, "${CANARIES.word}": 1, "more": [${NUMBERS.plain}, ${NUMBERS.tagged}, ${CANARIES.number}]}\n`,
  'plain/lines': CANARIES.lines
    .split('\n')
    .map(line => `  > ${line} <`)
    .join('\n'),
  'plain/binary': BINARY,
  'plain/typed': Object.values(TYPED).join('\n'),
  'plain/vaults': Object.values(VAULT).join('\n'),
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
