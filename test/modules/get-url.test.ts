import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../src/modules/http/request.ts';
import { LocalHost } from './local-host.ts';

const host = new LocalHost();
const at = (name: string) => `${host.folder}/${name}`;
const body = Buffer.from('body\n\0with a NUL, no end');
const sha256 = createHash('sha256').update(body).digest('hex');
const seen: IncomingMessage[] = [];

function answer(request: IncomingMessage, response: ServerResponse): void {
  seen.push(request);
  const path = request.url ?? '';
  if (path === '/moved') return void response.writeHead(302, { location: '/file' }).end();
  if (path === '/away') return void response.writeHead(302, { location: `${other}/file` }).end();
  if (path === '/named') response.setHeader('content-disposition', 'attachment; filename="../../given.bin"');
  if (path === '/private' && request.headers.authorization !== `Basic ${btoa('me:pass"word')}`) {
    return void response.writeHead(401, 'Who are you').end();
  }
  if (path === '/sums') return void response.end(`${'0'.repeat(64)}  other\n${sha256} *./file\n`);
  if (path === '/slow') return;
  if (request.headers['if-modified-since'] && Date.parse(request.headers['if-modified-since']) >= MODIFIED)
    return void response.writeHead(304).end();
  response.end(body);
}

const MODIFIED = Date.parse('2020-01-01T00:00:00Z');
const server = createServer(answer);
const second = createServer(answer);
let base = '';
let other = '';
beforeAll(async () => {
  for (const each of [server, second]) await new Promise<void>(done => each.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  other = `http://127.0.0.1:${(second.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const each of [server, second]) each.closeAllConnections();
  server.close();
  second.close();
  await host.close();
});

describe.each([
  ["the host's curl", {}],
  ['a connection of the host', { unredirected_headers: ['X-Nothing'] }],
])('get_url through %s', (way, how) => {
  const dest = (name: string) => at(`${name}-${way.length}`);
  const get = (path: string, name: string, more: Record<string, unknown> = {}, check = false) =>
    host.run('get_url', { url: base + path, dest: dest(name), ...how, ...more }, { check });

  it('fetches once', async () => {
    const first = await get('/moved', 'once', { mode: '0600' });
    expect([first.status, first.message]).toEqual(['changed', `OK (${body.length} bytes)`]);
    expect(readFileSync(dest('once')).equals(body)).toBe(true);
    expect(first.result).toMatchObject({ status_code: 200, mode: '0600', size: body.length });
    expect((await get('/moved', 'once')).status).toBe('ok');
  });

  it('asks only for what is newer', async () => {
    writeFileSync(dest('newer'), 'mine');
    const now = await get('/file', 'newer');
    expect([now.status, now.result.status_code]).toEqual(['ok', 304]);
    utimesSync(dest('newer'), 0, 0);
    expect((await get('/file', 'newer', {}, true)).status).toBe('changed');
    expect((await get('/file', 'newer')).status).toBe('changed');
  });

  it('wants the checksum, given or listed, and then does not fetch again', async () => {
    const wrong = await get('/file', 'sum', { checksum: `sha256:${'0'.repeat(64)}` });
    expect(wrong.message).toContain(`is ${sha256}, not 0000`);
    expect(statSync(dest('sum'), { throwIfNoEntry: false })).toBeUndefined();
    expect((await get('/file', 'sum', { checksum: `sha256:${base}/sums` })).status).toBe('changed');
    seen.length = 0;
    expect((await get('/file', 'sum', { checksum: `sha256:${sha256}` })).status).toBe('ok');
    expect(seen).toHaveLength(0);
  });

  it('names a file in a directory as the server does, and nowhere else', async () => {
    const outcome = await host.run('get_url', {
      url: `${base}/named`,
      dest: host.folder,
      force: true,
      ...how,
    });
    expect(outcome.result.dest).toBe(at('given.bin'));
  });

  it('gives credentials and headers to the server that was named', async () => {
    const login = { url_username: 'me', url_password: 'pass"word', headers: { 'X-Token': 'a "b" \\c' } };
    expect((await get('/private', 'private', login)).status).toBe('changed');
    expect(seen.at(-1)?.headers['x-token']).toBe('a "b" \\c');
    expect(host.asked.join('\n')).not.toContain('pass"word');
    await get('/away', 'away', login);
    expect(seen.at(-1)?.headers.authorization).toBeUndefined();
    const refused = await get('/private', 'refused');
    expect(refused.message).toContain('answered 401 Who are you');
  });

  it('gives up on a server that says nothing, and on none', async () => {
    expect((await get('/slow', 'slow', { timeout: 1 })).status).toBe('failed');
    const nobody = await host.run('get_url', { url: 'http://127.0.0.1:9/', dest: dest('nobody'), ...how });
    expect(nobody.message).toContain('127.0.0.1:9');
  });

  it('trusts no certificate of its own making', async () => {
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '2',
        ],
        ...['-subj', '/CN=localhost', '-keyout', at('key'), '-out', at('cert')],
      ],
      { stdio: 'ignore' },
    );
    const secure = createSecureServer(
      { key: readFileSync(at('key')), cert: readFileSync(at('cert')) },
      answer,
    );
    await new Promise<void>(done => secure.listen(0, '127.0.0.1', done));
    const url = `https://localhost:${(secure.address() as AddressInfo).port}/file`;
    const strict = await host.run('get_url', { url, dest: dest('tls'), ...how });
    expect(`${strict.message} ${strict.hint}`).toMatch(/certificate.*validate_certs/s);
    const lax = await host.run('get_url', { url, dest: dest('tls'), validate_certs: false, ...how });
    expect([lax.status, lax.message]).toEqual(['changed', `OK (${body.length} bytes)`]);
    secure.closeAllConnections();
    secure.close();
  });
});

it('a connection opened elsewhere is the one that is used', async () => {
  const open = async (name: string) => {
    expect(name).toBe('only-there.invalid');
    return connect(Number(new URL(base).port), '127.0.0.1');
  };
  const got = await ask({ url: 'http://only-there.invalid/file', timeout: 5, validateCerts: true, open });
  expect([got.status, got.body.equals(body)]).toEqual([200, true]);
});
