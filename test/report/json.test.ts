import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { Secret } from '../../src/core/secret.ts';
import { jsonReport } from '../../src/report/json.ts';
import { dict, item, parameterPlace, recap, result, task } from './scene.ts';

function printed(events: readonly Event[]): Record<string, unknown>[] {
  let text = '';
  const report = jsonReport({
    write: more => {
      text += more;
    },
    columns: undefined,
  });
  for (const event of events) report.on(event);
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}

describe('the report for programs', () => {
  it('prints one event a line, with places as file, line and column', () => {
    const one = { ...task('Create the group', { role: 'users' }), id: 7 };
    const lines = printed([
      { type: 'run-start', playbooks: ['site.yml'], check: true, time: 0 },
      result(one, 'web1', {
        status: 'failed',
        message: 'no',
        position: parameterPlace,
        duration: 12.3456,
        result: dict({ rc: 1, ratio: 0.25, é: [null, true] }),
      }),
      recap({ web1: { failed: 1 } }),
    ]);
    expect(lines[0]).toEqual({
      type: 'run-start',
      playbooks: ['site.yml'],
      check: true,
      time: '1970-01-01T00:00:00.000Z',
      schema: 1,
    });
    expect(lines[1]).toEqual({
      type: 'result',
      host: 'web1',
      task: {
        id: 7,
        name: 'Create the group',
        role: 'users',
        action: 'copy',
        handler: false,
        position: { file: 'roles/users/tasks/main.yml', line: 1, column: 1 },
      },
      status: 'failed',
      message: 'no',
      position: { file: 'roles/users/tasks/main.yml', line: 4, column: 10 },
      differences: [],
      result: { rc: 1, ratio: 0.25, é: [null, true] },
      warnings: [],
      duration: 12.3,
    });
    expect(lines[2]).toMatchObject({
      type: 'recap',
      hosts: [{ host: 'web1', counts: { failed: 1, ok: 0 } }],
    });
  });

  it('masks secrets in values, keys and numbers, and breaks no line', () => {
    const word = new Secret('hunter2\n"quoted"');
    const digits = new Secret(90210);
    const one = task('x');
    const event = item(one, 'web1', 0, {
      label: word,
      message: `line one\n${word.reveal()}`,
      result: dict({ [`k ${word.reveal()}`]: [word, 90210, `pin ${digits.reveal()}`] }),
    });
    const text = JSON.stringify(printed([event]));
    expect(text).not.toMatch(/hunter2|quoted|90210/);
    expect(text).toContain('********');
  });

  it('tells nothing of a task under no_log but how it ended', () => {
    const one = task('x');
    const more = {
      hidden: true,
      message: 'PEEK',
      show: 'PEEK',
      result: dict({ PEEK: 'PEEK' }),
      warnings: ['PEEK'],
    };
    const differences = [{ type: 'text', header: 'PEEK', before: 'PEEK', after: null }] as const;
    const [line] = printed([item(one, 'web1', 0, { ...more, differences, label: 'PEEK', status: 'failed' })]);
    expect(JSON.stringify(line)).not.toContain('PEEK');
    expect(line).toMatchObject({ status: 'failed', host: 'web1' });
  });
});
