import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { labDescribe } from '../lab/lab-describe.ts';

const root = resolve(import.meta.dirname, '../..');

interface Shown {
  readonly host: string;
  readonly task: string;
  readonly label?: unknown;
  readonly status: string;
  readonly differences: unknown;
  readonly message?: string;
}

interface Ran {
  readonly status: number;
  readonly results: readonly Shown[];
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly output: string;
}

/** The playbook as a user runs it, from the built program, told as events. */
async function play(inventory: string, playbook: string, ...options: string[]): Promise<Ran> {
  const words = ['dist/tsible.js', 'play', playbook, '-i', inventory, '--json', ...options];
  const { status, output } = await new Promise<{ status: number; output: string }>(done =>
    execFile(process.execPath, words, { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      done({ status: error ? Number(error.code) : 0, output: stdout + stderr }),
    ),
  );
  const events = output
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line));
  const results = events
    .filter(event => event.type === 'item' || event.type === 'result')
    .map(event => ({
      host: event.host,
      task: `${event.task.role ?? ''} : ${event.task.name}`,
      ...(event.label !== undefined && { label: event.label }),
      status: event.status,
      differences: event.differences,
      ...(event.status === 'failed' && { message: event.message }),
    }));
  const recap = events.find(event => event.type === 'recap');
  const hosts: { host: string; counts: Record<string, number> }[] = recap?.hosts ?? [];
  return { status, results, output, counts: Object.fromEntries(hosts.map(each => [each.host, each.counts])) };
}

/** Hosts work side by side: what is compared is each host's own course. */
const courseOf = (ran: Ran, host: string): readonly Shown[] =>
  ran.results.filter(result => result.host === host);

/** Of what a check run called unknown, a real run may make anything. */
function known(predicted: Ran, host: string): (result: Shown, index: number) => Shown {
  const course = courseOf(predicted, host);
  return (result, index) => (course[index]?.status === 'unknown' ? course[index]! : result);
}

labDescribe('setup-web.yml on fresh hosts', [{ name: 'web1' }, { name: 'web2' }], lab => {
  it('does exactly what its check run said, and then nothing more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tsible-setup-web-'));
    const inventory = join(folder, 'hosts');
    await writeFile(inventory, lab().inventory({ web_servers: ['web1', 'web2'] }));
    // The example's own variables, without those that say how its demonstration hosts are reached.
    const vars = [
      '-e',
      '@inventory/group_vars/all/users.yml',
      '-e',
      '@inventory/group_vars/web_servers/main.yml',
    ];

    const predicted = await play(inventory, 'setup-web.yml', '--check', '--diff', ...vars);
    expect(predicted.status, predicted.output).toBe(0);
    const real = await play(inventory, 'setup-web.yml', '--diff', ...vars);
    expect(real.status, real.output).toBe(0);
    const again = await play(inventory, 'setup-web.yml', '--check', '--diff', ...vars);
    const settled = await play(inventory, 'setup-web.yml', '--diff', ...vars);

    for (const host of ['web1', 'web2']) {
      expect(courseOf(real, host).map(known(predicted, host))).toEqual(courseOf(predicted, host));
      expect(real.counts[host]!.changed).toBeGreaterThan(20);
      // Only the command that looks over all of sudo's files cannot be told beforehand.
      const unknown = courseOf(predicted, host).filter(result => result.status === 'unknown');
      expect(unknown.map(result => result.task)).toEqual(["sudoers : Check all of sudo's files"]);
      for (const ran of [again, settled]) {
        expect(courseOf(ran, host).filter(result => !['ok', 'skipped'].includes(result.status))).toEqual([]);
        expect(ran.counts[host]).toMatchObject({ changed: 0, failed: 0, unreachable: 0, unknown: 0 });
      }
    }
  }, 180_000);
});
