import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { Secret } from '../../src/core/secret.ts';
import { dict, item, parameterPlace, recap, result, screen, task, transcript, whole } from './scene.ts';

const play: Event = { type: 'play-start', name: 'Set up web servers', hosts: ['web1', 'web2', 'web3'] };

const fileDifference = {
  type: 'text',
  header: '/etc/app.toml',
  before: '[http]\nport = 80\n',
  after: '[http]\nport = 8080\nhost = "::"\n',
} as const;
const modeDifference = {
  type: 'attribute',
  header: '/etc/app.toml',
  attribute: 'mode',
  before: '0644',
  after: '0600',
} as const;

function usualRun(): Event[] {
  const group = task('Create the group', { role: 'users' });
  const keys = task('Add keys', { role: 'users' });
  const config = task('Write the configuration');
  const many = task('Settle');
  const debug = task('Say hello', { action: 'debug' });
  const restart = task('Restart app', { handler: true });
  const hosts = ['web1', 'web2', 'web3'];
  return [
    { type: 'run-start', playbooks: ['site.yml'], check: false, time: 0 },
    play,
    ...whole(
      group,
      hosts.map(host => result(group, host)),
    ),
    ...whole(keys, [
      item(keys, 'web1', 0),
      item(keys, 'web1', 1, { status: 'changed', label: 'deploy' }),
      result(keys, 'web1', { status: 'changed', items: 2 }),
      item(keys, 'web2', 0),
      result(keys, 'web2', { items: 1 }),
      result(keys, 'web3', { status: 'skipped', message: 'its condition is false' }),
    ]),
    ...whole(
      config,
      hosts.map(host =>
        result(config, host, { status: 'changed', differences: [fileDifference, modeDifference] }),
      ),
      4200,
    ),
    { type: 'notified', host: 'web1', task: config, handler: 'Restart app' },
    ...whole(
      many,
      Array.from({ length: 48 }, (_, i) => result(many, `web${i}.example.org`)),
    ),
    ...whole(debug, [
      result(debug, 'web1', { show: 'hello' }),
      result(debug, 'web2', { show: dict({ a: [1, 2] }) }),
    ]),
    ...whole(restart, [result(restart, 'web1', { status: 'changed', delegatedTo: 'localhost' })]),
    recap({
      web1: { ok: 5, changed: 3 },
      web2: { ok: 4, changed: 1 },
      web3: { ok: 2, changed: 1, skipped: 1 },
    }),
  ];
}

function failingRun(): Event[] {
  const group = task('Create the group', { role: 'users' });
  const command = task('Migrate the database', { action: 'command' });
  const shaky = task('Ask the service', { action: 'uri' });
  const later = task('After that');
  return [
    play,
    ...whole(group, [
      result(group, 'web1', {
        status: 'failed',
        message: 'gid: "ten" is not an integer',
        hint: 'write it as a number',
        position: parameterPlace,
      }),
      result(group, 'web2', { status: 'unreachable', message: 'no answer from 10.0.0.2:22 within 10 s' }),
      result(group, 'web3'),
    ]),
    ...whole(command, [
      result(command, 'web3', {
        status: 'failed',
        message: 'the command ended with status 3',
        rescued: true,
        result: dict({
          rc: 3,
          stderr: 'error: relation "users" does not exist\n  at line 3',
          stdout: Array.from({ length: 30 }, (_, i) => `step ${i + 1}`).join('\n'),
        }),
      }),
    ]),
    { type: 'task-start', task: shaky, hosts: ['web3'] },
    { type: 'retry', host: 'web3', task: shaky, attempt: 1, retriesLeft: 2 },
    { type: 'retry', host: 'web3', task: shaky, attempt: 2, retriesLeft: 1 },
    result(shaky, 'web3', {
      status: 'failed',
      message: 'status 503',
      ignored: true,
      warnings: ['it is slow'],
    }),
    { type: 'task-end', task: shaky, duration: 31_000 },
    ...whole(later, [result(later, 'web3')]),
    {
      type: 'notice',
      level: 'warning',
      message: 'group_vars/al is not the name of a group',
      hint: 'did you mean "all"?',
    },
    recap({ web1: { failed: 1 }, web2: { unreachable: 1 }, web3: { ok: 3, rescued: 1, ignored: 1 } }),
  ];
}

function checkRun(): Event[] {
  const install = task('Install nginx', { action: 'apt' });
  const start = task('Start nginx', { action: 'service' });
  return [
    play,
    ...whole(install, [result(install, 'web1', { status: 'changed' })]),
    ...whole(start, [
      result(start, 'web1', {
        status: 'unknown',
        message: 'nginx is not installed yet (nginx would be installed)',
      }),
    ]),
    recap({ web1: { ok: 1, changed: 1, unknown: 1 } }, true),
  ];
}

describe('the report for people', () => {
  const cases: [file: string, title: string, events: Event[], options: Parameters<typeof transcript>[1]][] = [
    ['usual.txt', 'a run that changes something', usualRun(), {}],
    ['usual-diff.txt', 'the same with --diff', usualRun(), { diff: true }],
    ['usual-vv.txt', 'the same with -vv', usualRun(), { verbosity: 2 }],
    ['usual-colour.txt', 'the same on a wide terminal, without its progress', usualRun(), { colour: true }],
    ['failing.txt', 'failures say where, what and what to do', failingRun(), {}],
    ['check.txt', 'a check run counts what it cannot know', checkRun(), {}],
  ];
  it.each(cases)('%s: %s', async (file, _title, events, options) => {
    await expect(await transcript(events, options)).toMatchFileSnapshot(`../transcripts/${file}`);
  });

  it('shows nothing that a host sent as it came', async () => {
    const one = task('Hostile');
    const message = 'a\x1b]0;title\x07b\x1b[2Jc\x9b31md\re\u202ef\x00g';
    const text = await transcript(whole(one, [result(one, 'web1', { status: 'failed', message })]));
    expect(text).toContain('=> abcd\\x0de\\u202ef\\x00g\n');
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });

  it('shows no secret, wherever it turns up', async () => {
    const secret = new Secret('correct horse\nbattery staple');
    const one = task('Tell horse stories: correct horse');
    const text = await transcript(
      [
        { type: 'play-start', name: secret.reveal(), hosts: ['web1'] },
        ...whole(one, [
          item(one, 'web1', 0, { status: 'changed', label: secret.reveal() }),
          result(one, 'web1', {
            status: 'failed',
            message: `it said ${secret.reveal()}`,
            hint: 'not battery staple',
            warnings: ['x correct horse'],
            result: dict({ stdout: 'a\nbattery staple', nested: { [secret.reveal()]: [secret] } }),
            differences: [{ type: 'text', header: '/x', before: null, after: secret.reveal() }],
          }),
        ]),
        { type: 'run-error', message: 'battery staple' },
      ],
      { verbosity: 4, diff: true, columns: 80 },
    );
    expect(text).toContain('********');
    expect(text).not.toMatch(/correct horse|battery|staple/);
  });

  it('keeps its own words in the recap, whatever is secret', async () => {
    const parts = ['chang', 'nored'].map(text => new Secret(text));
    const text = await transcript([recap({ [`web-${parts[0]!.reveal()}`]: { ok: 1 } })]);
    expect(text).toContain(' : ok=1    changed=0    unreachable=0');
    expect(text).toContain('ignored=0\n');
    expect(text).not.toContain('web-chang');
  });

  it('hides everything under no_log but that it failed, and where', async () => {
    const one = task('Set the password');
    const text = await transcript(
      whole(one, [
        item(one, 'web1', 0, { status: 'changed', label: 'PEEK', hidden: true }),
        result(one, 'web1', {
          status: 'failed',
          hidden: true,
          message: 'PEEK',
          result: dict({ stderr: 'PEEK' }),
          differences: [
            { type: 'attribute', header: 'PEEK', attribute: 'PEEK', before: null, after: 'PEEK' },
          ],
          warnings: ['PEEK'],
        }),
      ]),
      { verbosity: 4, diff: true },
    );
    expect(text).not.toContain('PEEK');
    expect(text).toContain('fatal: [web1]: FAILED! => the details are hidden by no_log');
    expect(text).toContain('at roles/users/tasks/main.yml:1:1');
  });

  it('leaves no trace of the progress line on the terminal', async () => {
    for (const events of [usualRun(), failingRun()]) {
      const written = await transcript(events, { columns: 79 });
      expect(written).toContain('… 0/');
      expect(screen(written)).toBe(await transcript(events));
    }
  });

  it('names the hosts that are waited for, on a line that fits', async () => {
    let now = 0;
    const clock = () => {
      now += 2500;
      return now;
    };
    const one = task('Upgrade');
    const events: Event[] = [
      { type: 'task-start', task: one, hosts: ['web1', 'web2', 'web3'] },
      result(one, 'web1'),
      result(one, 'web2'),
    ];
    const text = await transcript(events, { columns: 60, now: clock });
    expect(text).toContain('… 0/3 hosts · Upgrade · 2.0 s');
    expect(text).toContain('… 2/3 hosts · Upgrade · 12 s · waiting for web3');
    for (const line of text.split(/[\r\n]/))
      expect(line.replaceAll('\x1b[K', '').length).toBeLessThanOrEqual(60);
  });

  it('repeats the heading when lines of two tasks come mixed', async () => {
    const [a, b] = [task('A'), task('B')];
    const changed = { status: 'changed' } as const;
    const text = await transcript([
      result(a, 'h1', changed),
      result(b, 'h1', changed),
      result(a, 'h2', changed),
    ]);
    expect(text.match(/TASK \[.\]/g)).toEqual(['TASK [A]', 'TASK [B]', 'TASK [A]']);
  });
});
