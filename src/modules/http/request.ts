import type { IncomingMessage, RequestOptions } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Unreachable } from '../../connection/types.ts';
import { Secret } from '../../core/secret.ts';
import { Failure } from '../failure.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: ReadonlyMap<string, string>;
  readonly user?: string | undefined;
  readonly password?: string | Secret | undefined;
  /** Seconds without a byte until it is given up. */
  readonly timeout: number;
  readonly validateCerts: boolean;
  /** Opens the connection: from somewhere else than this machine. */
  readonly open?: ((host: string, port: number) => Promise<Duplex>) | undefined;
  /** Bytes beyond which an answer is refused. */
  readonly most?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

const MOST_REDIRECTS = 10;

/**
 * Asks a web server and follows redirects; any status is an answer. Throws `Failure` where there is none.
 * Credentials and headers of the user's go only to the server that was named.
 */
export async function ask(wish: HttpRequest): Promise<HttpAnswer> {
  let url = parseUrl(wish.url);
  const origin = url.origin;
  for (let redirects = 0; ; redirects++) {
    const answer = await askOnce(url, wish, url.origin === origin);
    const location = answer.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    if (redirects >= MOST_REDIRECTS)
      throw new Failure(`${wish.url} redirects more than ${MOST_REDIRECTS} times`);
    const next = parseUrl(new URL(location, url).href);
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw new Failure(`${url.href} redirects from https to ${next.href}, which is not protected`);
    }
    url = next;
  }
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Failure(`"${text}" is not a URL`);
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new Failure(`${url.protocol}// is not supported`, { url: text }, 'only http and https are');
}

async function askOnce(url: URL, wish: HttpRequest, trusted: boolean): Promise<HttpAnswer> {
  const socket = await openSocket(url, wish);
  const headers: Record<string, string> = {
    'user-agent': 'tsible',
    'accept-encoding': 'identity',
    connection: 'close',
  };
  if (trusted) {
    const user = wish.user ?? decodeURIComponent(url.username);
    const password = wish.password ?? decodeURIComponent(url.password);
    if (user !== '' || wish.password !== undefined) {
      const text = password instanceof Secret ? password.reveal() : password;
      headers.authorization = `Basic ${Buffer.from(`${user}:${text}`).toString('base64')}`;
    }
    for (const [name, value] of wish.headers ?? []) headers[name.toLowerCase()] = value;
  }
  const options: RequestOptions = {
    method: wish.method ?? 'GET',
    host: bareHost(url),
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, ...headers },
    // With an agent, even a new one, this would not be asked.
    createConnection: () => socket as Socket,
  };
  // Few runs fetch anything: what it takes is loaded here.
  const { request: httpRequest } = await import('node:http');
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy();
      reject(error instanceof Failure ? error : new Failure(`cannot fetch ${shown(url)}: ${error.message}`));
    };
    const idle = setTimeout(
      () => fail(new Failure(`${shown(url)} did not answer within ${wish.timeout} s`)),
      wish.timeout * 1000,
    );
    const request = httpRequest(options, response => {
      readBody(response, wish.most ?? Number.POSITIVE_INFINITY, () => idle.refresh())
        .then(body => resolve(answerOf(url, response, body)), fail)
        .finally(() => {
          clearTimeout(idle);
          socket.destroy();
        });
    });
    request.on('error', error => {
      clearTimeout(idle);
      fail(error);
    });
    request.end();
  });
}

async function openSocket(url: URL, { open, timeout, validateCerts }: HttpRequest): Promise<Duplex> {
  const host = bareHost(url);
  const port = portOf(url);
  const plain = open ? await openElsewhere(url, open) : await dial(url, host, port, timeout);
  if (url.protocol === 'http:') return plain;
  const { connect: tlsConnect } = await import('node:tls');
  return new Promise((resolve, reject) => {
    const secured = tlsConnect({
      socket: plain,
      ...(isIP(host) ? {} : { servername: host }),
      host,
      rejectUnauthorized: validateCerts,
      ALPNProtocols: ['http/1.1'],
    });
    secured.once('secureConnect', () => resolve(secured));
    secured.once('error', error => {
      plain.destroy();
      const hint = 'validate_certs: false does without a valid certificate';
      reject(
        new Failure(`no trusted connection to ${url.host}: ${error.message}`, { url: shown(url) }, hint),
      );
    });
  });
}

async function openElsewhere(url: URL, open: NonNullable<HttpRequest['open']>): Promise<Duplex> {
  try {
    return await open(bareHost(url), portOf(url));
  } catch (error) {
    // A host that is lost is more than a server that cannot be reached.
    if (error instanceof Unreachable || !(error instanceof Error)) throw error;
    const hint = 'with curl on the host, that is used instead of a connection through the session';
    throw new Failure(`the host cannot reach ${url.host}: ${error.message}`, { url: shown(url) }, hint);
  }
}

function dial(url: URL, host: string, port: number, timeout: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(timeout * 1000, () => socket.destroy(new Error(`no connection within ${timeout} s`)));
    socket.once('connect', () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once('error', error =>
      reject(new Failure(`cannot reach ${url.host}: ${error.message}`, { url: shown(url) })),
    );
  });
}

async function readBody(response: IncomingMessage, most: number, heard: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    heard();
    size += chunk.length;
    if (size > most) throw new Failure(`the answer is larger than ${most} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('the answer ended too early');
  return Buffer.concat(chunks);
}

function answerOf(url: URL, response: IncomingMessage, body: Buffer): HttpAnswer {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    url: shown(url),
    headers,
    body,
  };
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** Without the credentials that a URL may hold. */
function shown(url: URL): string {
  const bare = new URL(url.href);
  bare.username = '';
  bare.password = '';
  return bare.href;
}
