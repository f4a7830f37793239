import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { labDescribe } from '../lab/lab-describe.ts';
import { leftovers, quiet } from './host-state.ts';
import { RunningPlay } from './running-play.ts';

labDescribe('a large file', [{ name: 'large' }], lab => {
  it('that was half sent when tsible was killed stays hidden, and the next run takes it away', async () => {
    const host = lab().host('large');
    const folder = mkdtempSync(join(tmpdir(), 'tsible-large-'));
    const content = Buffer.alloc(24 * 1024 * 1024, 'a line of text\n');
    writeFileSync(join(folder, 'large.txt'), content);
    writeFileSync(join(folder, 'hosts'), lab().inventory());
    writeFileSync(
      join(folder, 'site.yml'),
      JSON.stringify([
        {
          hosts: 'all',
          become: true,
          gather_facts: false,
          tasks: [{ copy: { src: 'large.txt', dest: '/opt/app/large.txt', mode: '0644' } }],
        },
      ]),
    );
    const words = ['-i', join(folder, 'hosts'), join(folder, 'site.yml')];
    try {
      await host.sh('mkdir -p /opt/app && echo old >/opt/app/large.txt');
      const inside = `/proc/${host.pid()}/root/opt/app`;
      const play = new RunningPlay(words);
      const sent = () => existsSync(inside) && readdirSync(inside).some(name => name.startsWith('.tsible-'));
      for (let i = 0; i < 5000 && !sent(); i++) await new Promise(resolve => setTimeout(resolve, 2));
      play.kill('SIGKILL');
      expect((await play.ended).signal).toBe('SIGKILL');
      await quiet(host);
      expect(await host.readFile('/opt/app/large.txt')).toBe('old\n');
      const left = await leftovers(host);
      expect(left).toEqual([expect.stringMatching(/^\/opt\/app\/\.tsible-\d+-[0-9a-f]{16}\.tmp$/)]);
      expect(await host.sh(`stat -c %a ${left[0]}`)).toBe('600\n');

      const next = await new RunningPlay(words).ended;
      expect(next.status, next.output).toBe(0);
      expect(await host.sh('cksum </opt/app/large.txt')).toBe(await host.sh('cksum', { input: content }));
      await quiet(host);
      expect(await leftovers(host)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 90_000);
});
