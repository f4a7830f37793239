import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Lab, OPW_PASSWORD } from '../lab/index.ts';
import { BINARY, CANARIES } from './canaries.ts';
import { program } from './running-play.ts';

/** Words that nobody else's file in a temporary folder holds by chance. */
export const VAULT_PASSWORD = 'the-vault-of-Mirabelle-4417';

/** A project in which sealed values are used in every way that comes to mind. */
export class CanaryProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'tsible-canary-'));

  constructor(lab: Lab, host: string) {
    const { address } = lab.host(host);
    this.#write('password', `${VAULT_PASSWORD}\n`);
    this.#write(
      'hosts',
      `canary ansible_host=${address} ansible_user=opw\n[others]\nother ansible_host=192.0.2.7\ngone ansible_host=127.0.0.1 ansible_port=9\n[all:vars]\nansible_ssh_private_key_file=${lab.identityFile}\nansible_ssh_common_args='-o UserKnownHostsFile=${lab.knownHosts}'\n`,
    );
    const variable = (name: string, value: string) =>
      this.#vault(['encrypt_string', '--stdin-name', name], value);
    this.#write(
      'group_vars/all/main.yml',
      [variable('inline', CANARIES.inline), variable('ansible_become_password', OPW_PASSWORD)].join('\n'),
    );
    const yaml = (values: Readonly<Record<string, unknown>>) => JSON.stringify(values);
    this.#sealed(
      'group_vars/all/vault.yml',
      yaml({
        group_file: CANARIES.groupFile,
        items: [{ name: 'one', value: CANARIES.list }],
        lines: CANARIES.lines,
        hash: CANARIES.hash,
        private: CANARIES.private,
      }),
    );
    // As a number in YAML, not as text.
    this.#sealed(
      'extra.yml',
      `${yaml({ extra: CANARIES.extra }).slice(0, -1)}, "number": ${CANARIES.number}}`,
    );
    this.#sealed('late.yml', yaml({ late_file: CANARIES.lateFile }), 'tsible');
    this.#sealed(
      'included.yml',
      yaml({
        signs: CANARIES.signs,
        unicode: CANARIES.unicode,
        braces: CANARIES.braces,
        word: CANARIES.word,
      }),
    );
    const recipient = this.#vault(['keygen', join(this.folder, 'key')]).trim();
    this.#sealed('for-a-key.yml', yaml({ key: CANARIES.key, five: CANARIES.five }), 'tsible', [
      '--to',
      recipient,
    ]);
    this.#sealed('files/binary', BINARY);
    this.#sealed('files/copied.txt', CANARIES.copied);
    this.#sealed('files/large.txt', CANARIES.large, 'tsible');
    this.#sealed(
      'templates/sealed.j2',
      `${CANARIES.templated} {{ inline }} {{ name_of_it | default("nobody") }}\n`,
    );
    this.#write('templates/open.j2', OPEN_TEMPLATE);
    this.#write('files/script', '#!/bin/sh\ncat >/dev/null; printf "%s\\n" "$SECRET"; exit 3\n');
    this.#write('site.yml', PLAYBOOK);
  }

  /** The words after `tsible play`. */
  words(...flags: string[]): string[] {
    const at = (name: string) => join(this.folder, name);
    return [
      ...['-i', at('hosts'), at('site.yml'), '-e', `@${at('extra.yml')}`],
      ...['--vault-password-file', at('password'), '--vault-key-file', at('key'), ...flags],
    ];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, text: string | Buffer): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o600);
  }

  #sealed(name: string, text: string | Buffer, format = 'ansible', more: readonly string[] = []): void {
    this.#write(name, text);
    this.#vault(['encrypt', '--format', format, join(this.folder, name), ...more]);
  }

  #vault(words: readonly string[], input = ''): string {
    const [command, ...first] = program;
    const password = ['--vault-password-file', join(this.folder, 'password')];
    // What is sealed to a key alone knows no password.
    const keyed = words.includes('--to') || words.includes('keygen');
    const given = [...first, 'vault', ...words, ...(keyed ? [] : password)];
    const { status, stdout, stderr } = spawnSync(command!, given, { input, encoding: 'utf8' });
    if (status !== 0) throw new Error(`tsible vault ${words[0]}: ${stderr}`);
    return stdout;
  }
}

const OPEN_TEMPLATE = `plain {{ inline }}
quoted {{ inline | quote }}
json {{ { 'a': inline, 'b': lines } | to_json }}
base64 {{ ('user:' ~ group_file) | b64encode }}
url https://example.org/?q={{ extra | urlencode }}
{% for item in items %}
item {{ item.value }}
{% endfor %}
{{ lines | indent(4) }}
`;

const PLAYBOOK = `
- hosts: canary
  become: true
  gather_facts: false
  vars_files: [late.yml]
  vars:
    derived: "prefix-{{ inline }}-{{ extra }}-suffix"
    nested: { deep: [ "{{ group_file }}", { deeper: "{{ number }}" } ] }
  tasks:
    - file: { path: /root/canary, state: directory, mode: '0700' }
    - name: contents
      copy: { content: "{{ inline }}\\n{{ extra }}\\n{{ number }}\\n", dest: /root/canary/content, mode: '0600' }
      notify: say it
    - name: contents as JSON
      copy: { content: "{{ nested }}", dest: /root/canary/nested, mode: '0600' }
    - name: no secret any more, where one was
      copy: { content: "nothing to hide\\n", dest: /root/canary/content, mode: '0600' }
    - name: again, another way
      copy: { content: "{{ derived }}\\n", dest: /root/canary/content, mode: '0600' }
    - name: a sealed file
      copy: { src: copied.txt, dest: /root/canary/copied, mode: '0600' }
    - name: a large sealed file
      copy: { src: large.txt, dest: /root/canary/large, mode: '0600' }
    - name: a sealed template
      template: { src: sealed.j2, dest: /root/canary/sealed, mode: '0600' }
    - name: a template
      template: { src: open.j2, dest: /root/canary/open, mode: '0600' }
    - name: a line
      lineinfile: { path: /root/canary/lines, line: "password = {{ group_file }}", create: true, mode: '0600' }
    - name: a block
      blockinfile: { path: /root/canary/lines, block: "{{ lines }}", mode: '0600' }
    - name: replaced
      replace: { path: /root/canary/lines, regexp: '^password = (.*)$', replace: 'secret = \\1 {{ inline }}' }
      failed_when: false
    - name: an account
      user: { name: canary, password: "{{ hash }}" }
    - name: a job
      cron: { name: canary, minute: '1', hour: '1', job: "true {{ group_file | quote }}", user: canary }
    - name: items
      copy: { content: "{{ item.value }}", dest: "/root/canary/{{ item.name }}", mode: '0600' }
      loop: "{{ items }}"
    - name: labelled {{ inline }}
      debug: { msg: "{{ item.name }} has {{ item.value }}" }
      loop: "{{ items }}"
      loop_control: { label: "{{ item.value }}" }
    - set_fact:
        kept: "{{ inline }} and {{ group_file }}"
        shouted: "{{ inline | upper }}"
        coded: "{{ lines | b64encode }}"
        cut: "{{ inline.split(' ') }}"
        hashed: "{{ (extra ~ inline) | to_json | to_json }}"
        digits: "{{ number + 1 - 1 }}"
    - debug: { var: kept }
    - debug: { var: shouted }
    - debug: { var: coded }
    - debug: { var: hashed }
    - debug: { var: digits }
    - debug: { var: nested }
    - debug: { var: "hostvars[inventory_hostname].inline" }
    - debug: { var: ansible_become_password }
    - debug: { msg: "{{ vars | default({}) }} {{ late_file }} {{ lookup('file', 'copied.txt') }}" }
    - debug: { msg: ["{{ inline }}", "{{ inline | quote }}", "{{ extra | urlencode }}", "{{ group_file | b64encode }}", "{{ ('x' ~ group_file) | b64encode }}"] }
    - name: printed by the host
      command: cat /root/canary/content /root/canary/copied /root/canary/open
      register: printed
    - debug: { var: printed }
    - debug: { msg: "{{ printed.stdout_lines }} {{ printed.stdout | b64encode }}" }
    - name: printed by the host in base64
      command: base64 -w 0 /root/canary/sealed
    - name: read back
      slurp: { src: /root/canary/open }
      register: slurped
    - debug: { var: slurped }
    - debug: { msg: "{{ slurped.content | b64decode }}" }
    - name: in the environment
      shell: 'test -n "$SECRET" && sleep 0.3'
      environment: { SECRET: "{{ inline }}" }
    - name: as input
      command: { cmd: cat, stdin: "{{ group_file }}" }
    - name: in the text of a shell command, which no process has among its words
      shell: 'secret="{{ private }}"; sleep 0.3'
    - name: raw
      raw: 'secret="{{ private }}"; sleep 0.3'
    - name: a script that fails
      script: { cmd: script }
      environment: { SECRET: "{{ extra }}" }
      ignore_errors: true
    - name: fails and says why
      command: { cmd: "sh -c 'cat /root/canary/content >&2; exit 3'" }
      ignore_errors: true
    - fail: { msg: "no good: {{ inline }} {{ lines }}" }
      ignore_errors: true
    - assert: { that: ["inline == 'other'"], fail_msg: "it is {{ inline }}" }
      ignore_errors: true
    - name: not a mode
      file: { path: /root/canary/content, mode: "{{ group_file }}" }
      ignore_errors: true
    - name: not a choice
      file: { path: /root/canary/content, state: "{{ extra }}" }
      ignore_errors: true
    - name: not a number
      wait_for: { port: "{{ inline }}", timeout: 1 }
      ignore_errors: true
    - name: not a filter's food
      debug: { msg: "{{ inline | from_json }}" }
      ignore_errors: true
    - name: no such key
      debug: { msg: "{{ nested[inline] }}" }
      ignore_errors: true
    - name: no such file
      copy: { src: "{{ group_file }}", dest: /root/canary/x }
      ignore_errors: true
    - name: no such folder
      copy: { content: "{{ lines }}", dest: "/no/such/{{ inline }}/file" }
      ignore_errors: true
    - name: not let in
      copy: { content: "{{ inline }}", dest: /root/canary/checked, mode: '0600', validate: "grep -H . %s /nowhere" }
      ignore_errors: true
    - name: no such command
      command: { argv: ["/no/such/command"], stdin: "{{ inline }}" }
      ignore_errors: true
    - name: no such user
      file: { path: /root/canary/content, owner: "{{ private }}" }
      ignore_errors: true
    - name: no such address
      get_url: { url: "http://127.0.0.1:9/{{ extra | urlencode }}", dest: /root/canary/got, timeout: 2, headers: { X: "{{ inline }}" } }
      ignore_errors: true
    - name: tried again
      command: { cmd: "sh -c 'cat /root/canary/content; exit 1'" }
      register: tried
      until: tried.rc == 0
      retries: 2
      delay: 0
      ignore_errors: true
    - include_vars: included.yml
    - include_vars: for-a-key.yml
    - name: all kinds
      copy: { content: "{{ signs }}\\n{{ unicode }}\\n{{ word }}\\n{{ key }}\\n{{ five }}\\n", dest: /root/canary/kinds, mode: '0600' }
    - copy: { src: binary, dest: /root/canary/binary, mode: '0600' }
    - name: all kinds, printed by the host
      shell: cat kinds binary; base64 kinds binary; od -An -v -tx1 -w4096 kinds | tr -d ' '; printf '%s\\n' "$KINDS"
      args: { chdir: /root/canary }
      environment: { KINDS: "{{ [signs, unicode, key, five] | map('quote') | list | to_json }}" }
      register: kinds
    - debug: { msg: [ "{{ kinds }}", "{{ signs | to_json | to_json }}", "{{ signs | urlencode }}", "{{ signs | regex_escape }}", "{{ signs | escape }}", "{{ [signs, unicode] | to_yaml }}", "{{ unicode | to_json }}", "{{ [signs] }}" ] }
    - debug: { msg: [ "{{ lookup('pipe', 'cat password') }}", "{{ lookup('unvault', 'copied.txt') }}", "{{ lookup('template', 'sealed.j2') }}", "{{ hostvars['other'].group_file }}" ] }
    - set_fact: { cached: "{{ signs }}", cacheable: true }
    - debug: { var: ansible_facts.cached }
    - name: called {{ group_file }}
      command: "true"
      notify: "told {{ group_file }}"
    - name: on the controller
      command: { cmd: cat, stdin: "{{ signs }}" }
      become: false
      delegate_to: localhost
    - name: on a host that is not there
      command: { cmd: cat, stdin: "{{ signs }}" }
      delegate_to: gone
      vars: { ansible_password: "{{ private }}" }
      ignore_unreachable: true
    - name: becoming nobody
      command: { cmd: cat, stdin: "{{ signs }}" }
      become_user: nobody-of-that-name
      ignore_errors: true
    - name: becoming with what is no password
      command: { cmd: cat, stdin: "{{ signs }}" }
      become_user: games
      vars: { ansible_become_password: "{{ key }}" }
      ignore_errors: true
    - name: sudoers with a mistake
      copy: { content: "{{ key }} ALL=(ALL\\n", dest: /etc/sudoers.d/canary, mode: '0440', validate: "visudo -cf %s" }
      ignore_errors: true
    - name: a template of sudoers with a mistake
      template: { src: open.j2, dest: /etc/sudoers.d/canary, mode: '0440', validate: "visudo -cf %s" }
      ignore_errors: true
    - name: credentials in an address
      get_url: { url: "http://someone:{{ private | urlencode }}@127.0.0.1:9/", dest: /root/canary/got, timeout: 2 }
      ignore_errors: true
    - name: no address
      get_url: { url: "http://{{ signs }}", dest: /root/canary/got }
      ignore_errors: true
    - name: a template that fails in the middle
      debug: { msg: "{{ signs | int(base=key) + braces }}" }
      ignore_errors: true
    - name: nothing of this
      no_log: true
      command: { cmd: "sh -c 'cat /root/canary/kinds >&2; exit 3'" }
      ignore_errors: true
    - block:
        - fail: { msg: "{{ lines }}" }
      rescue:
        - debug: { var: ansible_failed_result }
  handlers:
    - name: told {{ group_file }}
      debug: { msg: "{{ signs }}" }
    - name: say it
      debug: { msg: "changed: {{ inline }}" }
`;
