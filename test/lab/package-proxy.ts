import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { debianMirrors } from './mirrors.ts';
import { CACHE } from './paths.ts';

/**
 * The only way out that hosts have: plain http GET, for apt, and only to the Debian mirrors that this
 * machine itself uses. What can never change under its name (package files, indices by their hash) is
 * kept on disk for the next lab.
 */
export async function startPackageProxy(address: string, port: number): Promise<Server> {
  const mirrors = debianMirrors();
  const allowed = [mirrors?.main, mirrors?.security].flatMap(url => (url ? [new URL(url).hostname] : []));
  const server = createServer((from, to) => {
    answer(from, to, allowed).catch(() => to.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return server;
}

async function answer(from: IncomingMessage, to: ServerResponse, allowed: string[]): Promise<void> {
  const url = URL.canParse(from.url ?? '') ? new URL(from.url ?? '') : null;
  const welcome = from.method === 'GET' && url?.protocol === 'http:' && allowed.includes(url.hostname);
  if (url === null || !welcome) {
    to.writeHead(403, { 'content-type': 'text/plain' }).end('the lab has no way to there\n');
    return;
  }
  const kept = keptFile(url);
  if (kept !== null && existsSync(kept)) {
    await pipeline(createReadStream(kept), to);
    return;
  }
  await fetchAndKeep(url, from, to, kept);
}

async function fetchAndKeep(
  url: URL,
  from: IncomingMessage,
  to: ServerResponse,
  kept: string | null,
): Promise<void> {
  const upstream = await get(url, from);
  to.writeHead(upstream.statusCode ?? 502, withoutHopByHop(upstream.headers));
  if (kept === null || upstream.statusCode !== 200) {
    await pipeline(upstream, to);
    return;
  }
  // Written beside and moved over when complete, so that a broken download is never served again.
  const part = `${kept}.${randomUUID()}`;
  mkdirSync(dirname(kept), { recursive: true });
  const copy = createWriteStream(part);
  // A full disk costs the copy, not the download.
  copy.on('error', () => upstream.unpipe(copy));
  upstream.pipe(copy);
  try {
    await pipeline(upstream, to);
    await new Promise<void>(resolve => (copy.closed ? resolve() : copy.once('close', () => resolve())));
    if (upstream.complete && copy.errored === null) renameSync(part, kept);
  } finally {
    copy.destroy();
    rmSync(part, { force: true });
  }
}

function get(url: URL, from: IncomingMessage): Promise<IncomingMessage> {
  const headers = withoutHopByHop(from.headers);
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers }, resolve);
    asked.on('error', reject);
    asked.end();
  });
}

function withoutHopByHop(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const { connection, 'proxy-connection': _, 'keep-alive': __, 'transfer-encoding': ___, ...rest } = headers;
  return rest;
}

function keptFile(url: URL): string | null {
  const path = decodeURIComponent(url.pathname);
  if (path.split('/').includes('..')) return null;
  if (!/\/by-hash\/|\/pool\/.*\.deb$/.test(path)) return null;
  return join(CACHE, 'proxy', url.hostname, path);
}
