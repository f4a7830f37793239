import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../play/program.ts';
import { played } from './random-project.ts';

/** More of them with `TSIBLE_RANDOM_PLAYS=100`, other ones with `TSIBLE_RANDOM_SEED=7`. */
const COUNT = Number(process.env.TSIBLE_RANDOM_PLAYS ?? 2);
const FIRST = Number(process.env.TSIBLE_RANDOM_SEED ?? 1);
const SEEDS = Array.from({ length: COUNT }, (_, at) => FIRST + at);

/** What once showed a piece of a secret. */
const FOUND: readonly (readonly [why: string, task: string])[] = [
  ['words of a command', '- command: "echo {{ s.spaced }}"\n  register: said\n- debug: { var: said }\n'],
  ['a word of a command that there is not', '- command: "/no/such/{{ s.lines }}"\n'],
  ['the first word of a secret', '- command: "{{ s.long }}"\n'],
  ['words of a secret without quotes', '- shell: "cat {{ s.spaced }}"\n'],
  ['the folder of a path', '- copy: { content: x, dest: "{{ out }}/{{ s.path }}" }\n'],
  ['a path made shorter', '- copy: { content: x, dest: "{{ out }}/{{ s.url }}" }\n'],
  ['folders that are made', '- file: { path: "{{ out }}/{{ s.path }}", state: directory }\n'],
  [
    'a checksum',
    '- copy: { content: "{{ s.token }}", dest: "{{ out }}/x" }\n  register: it\n- debug: { var: it }\n',
  ],
  [
    'a message of the system that is cut',
    '- debug: { msg: "{{ lookup(\'fileglob\', s.longToken) }} {{ s.longToken is file }}" }\n',
  ],
  ['a condition that is no condition', '- debug: { msg: x }\n  when: "{{ hosted.long }}"\n'],
  ['a condition that is no template', '- debug: { msg: x }\n  when: "{{ hosted.lines }}"\n'],
  ['a secret that looks like a template', '- debug: { msg: "{{ s.braces }}" }\n'],
  ['the first word of a duration', '- debug: { msg: "{{ s.spaced | community.general.to_seconds }}" }\n'],
  [
    'the same of what a host said',
    '- debug: { msg: "{{ hosted.spaced | community.general.to_seconds }}" }\n',
  ],
  ['small letters', '- debug: { msg: "{{ hosted.address | community.general.random_mac }}" }\n'],
  ['the parts of the name of an attribute', '- debug: { msg: "{{ [\'x\'] | groupby(s.url) }}" }\n'],
  ['a name that is changed', '- group_by: { key: "{{ s.spaced }}" }\n  register: it\n- debug: { var: it }\n'],
  ['groups of a user', '- user: { name: nobody, groups: "{{ s.commas }}" }\n'],
  ['the parts of a list', '- group_by: { key: x, parents: "{{ s.commas }}" }\n'],
  [
    'errors of a command of a lookup',
    "- debug: { msg: \"{{ lookup('pipe', 'echo ' ~ s.token ~ ' >&2') }}\" }\n",
  ],
  ['words in errors of a command', "- debug: { msg: \"{{ lookup('pipe', 'cat ' ~ s.spaced) }}\" }\n"],
  ['colours within', '- command: cat coloured\n  args: { chdir: "{{ playbook_dir }}" }\n'],
];

describe('random plays', () => {
  let program: Awaited<ReturnType<typeof bundle>>;
  beforeAll(async () => {
    program = await bundle('tsible-random-plays');
  });
  afterAll(() => program?.remove());

  it('show nothing of a secret where they once did', async () => {
    const tasks = FOUND.map(([why, task]) => `- debug: { msg: ${JSON.stringify(why)} }\n${task}`);
    const { leaks, output } = await played(program.command, 0, { tasks });
    for (const [why] of FOUND) expect(output).toContain(why);
    expect(leaks).toEqual([]);
  }, 60_000);

  it.each(SEEDS)(
    'show no six letters of a secret: seed %d',
    async seed => {
      const { leaks, output } = await played(program.command, seed);
      expect(output).toContain('********');
      expect(leaks).toEqual([]);
    },
    120_000,
  );
});
