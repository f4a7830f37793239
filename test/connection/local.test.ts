import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openSession } from '../../src/connection/open.ts';
import { sh } from '../../src/core/shell.ts';
import { sessionContract } from './contract.ts';
import { endpoint, shellsHere, temporaryFolder } from './sandbox.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

for (const { name, path } of shellsHere(folder.path)) {
  sessionContract(`the local machine, with ${name} as sh`, async () => {
    const session = await openSession(endpoint({ transport: 'local', shell: path }));
    const own = join(folder.path, `files-${name}`);
    mkdirSync(own);
    return { session, folder: own, close: () => session.close() };
  });
}

it('a tunnel is a plain connection', async () => {
  const session = await openSession(endpoint({ transport: 'local' }));
  await expect(session.tunnel('127.0.0.1', 1)).rejects.toThrow(/ECONNREFUSED/);
  await session.close();
});

it('a closed session refuses commands', async () => {
  const session = await openSession(endpoint({ transport: 'local' }));
  await session.ask(sh`:`);
  await session.close();
  await expect(session.ask(sh`:`)).rejects.toThrow('the session is closed');
});

it('a shell that is missing: unreachable, with its words', async () => {
  const session = await openSession(endpoint({ transport: 'local', shell: '/no/such/shell' }));
  await expect(session.ask(sh`:`)).rejects.toThrow(
    /web1: logged in, but \/no\/such\/shell did not start: .*not found/,
  );
  await session.close();
});
