import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/template/compile/engine.ts';
import { urlLookup } from '../../../src/template/lookups/url.ts';

// In a process of its own: the lookup holds this one up until it has its answer.
const SERVER = `
  let count = 0;
  require('node:http').createServer((asked, answer) => {
    if (asked.url === '/keys') answer.end('one\\ntwo\\n');
    else if (asked.url === '/moved') answer.writeHead(302, { location: '/keys' }).end();
    else if (asked.url === '/count') answer.end(String(++count));
    else if (asked.url === '/who') answer.end(asked.headers.authorization + ' ' + asked.headers['x-more']);
    else if (asked.url === '/silent') return;
    else answer.writeHead(404).end();
  }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

let server: ChildProcess;
let base: string;

beforeAll(async () => {
  server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(server.stdout!, 'data')) as [Buffer];
  base = `http://127.0.0.1:${port.toString().trim()}`;
});

afterAll(() => {
  server.kill();
});

function lookup(path: string, options: Record<string, unknown> = {}): readonly unknown[] {
  const terms = [path.startsWith('/') ? `${base}${path}` : path];
  const engine = { variable: () => undefined } as unknown as Engine;
  return urlLookup.url!.run({ terms, options: new Map(Object.entries(options)), engine });
}

describe('the lookup url', () => {
  it('gives lines, or the text as a whole', () => {
    expect(lookup('/keys')).toEqual(['one', 'two']);
    expect(lookup('/keys', { split_lines: false })).toEqual(['one\ntwo\n']);
  });

  it('follows redirects', () => {
    expect(lookup('/moved')).toEqual(['one', 'two']);
  });

  it('asks once in a run', () => {
    expect([lookup('/count'), lookup('/count')]).toEqual([['1'], ['1']]);
  });

  it('says who is asking, and sends headers', () => {
    const options = { username: 'me', password: 'pa:ss', headers: new Map([['X-More', 'yes']]) };
    expect(lookup('/who', options)).toEqual([`Basic ${btoa('me:pa:ss')} yes`]);
  });

  it('takes options that are not there when they ask for nothing', () => {
    const options = { use_netrc: false, use_gssapi: 'no', unix_socket: null, unredirected_headers: [] };
    expect(lookup('/keys', options)).toEqual(['one', 'two']);
  });

  it.each([
    ['a socket', '/keys', { unix_socket: '/run/x.sock' }, /has no option 'unix_socket' in tsible/],
    ['ciphers', '/keys', { ciphers: 'ECDHE-X' }, /no option 'ciphers'/],
    ['headers for the first address', '/moved', { unredirected_headers: ['x'] }, /no option 'unredirected/],
    ['netrc', '/keys', { use_netrc: true }, /no option 'use_netrc'/],
    ['Kerberos', '/keys', { use_gssapi: 'yes' }, /no option 'use_gssapi'/],
    ['a status that is no success', '/none', {}, /could not fetch http.*HTTP Error 404/],
    ['a server that says nothing', '/silent', { timeout: 0.3 }, /could not fetch .*timeout/i],
    ['a port where nobody listens', 'http://127.0.0.1:1/', {}, /could not fetch http:\/\/127.0.0.1:1\//],
    ['an address of another kind', 'ftp://127.0.0.1/', {}, /no http or https address/],
  ])('fails on %s', (_, path, options, message) => {
    expect(() => lookup(path, options)).toThrow(message);
  });
});
