import { posix } from 'node:path';
import { Secret } from '../../core/secret.ts';
import { type ModuleContext, stateModule } from '../define.ts';
import { Failure } from '../failure.ts';
import { attributeParameters } from '../file-attributes.ts';
import type { Reader } from '../host/access.ts';
import { askWithCurl } from '../http/host-curl.ts';
import { ask, type HttpAnswer, type HttpRequest } from '../http/request.ts';
import { checksum, contentOf, type Found, fileBytes, fileDigest, lookThrough } from '../kinds/file.ts';
import { hostPath } from '../kinds/host-path.ts';
import { each, type Infer, t } from '../parameters.ts';
import { backupName, lookAtSpot, writtenFile } from '../write-file.ts';
import { type Checksum, findChecksum, parseChecksum } from './checksum.ts';

const parameters = {
  url: t.str({ required: true, doc: 'What to fetch, with http or https.' }),
  dest: t.path({ required: true, doc: 'Where it goes; in a directory under the name the server gives.' }),
  force: t.bool({ default: false, doc: 'Fetch also if nothing newer is there.' }),
  checksum: t.str({ default: '', doc: 'ALGORITHM:HEX or ALGORITHM:URL that the contents must have.' }),
  backup: t.bool({ default: false }),
  headers: t.dict({ doc: 'Headers of the request.' }),
  url_username: t.str({ aliases: ['username'] }),
  url_password: t.secret({ aliases: ['password'], secret: true }),
  force_basic_auth: t.bool({ default: false, doc: 'Credentials are always sent at once.' }),
  http_agent: t.str({ default: 'ansible-httpget' }),
  timeout: t.int({ default: 10, doc: 'Seconds.' }),
  use_proxy: t.bool({ default: true }),
  validate_certs: t.bool({ default: true }),
  unredirected_headers: t.list(each.str)({
    default: [],
    doc: 'Headers not to be sent to where a redirect leads.',
  }),
  decompress: t.bool({ default: true, doc: 'Contents are asked for as they are, never compressed.' }),
  use_netrc: t.bool({ default: true, doc: 'Not supported: no netrc file is read.' }),
  tmp_dest: t.path({ doc: 'Not needed: nothing is stored on the way.' }),
  ciphers: t.list(each.str)({ doc: 'Not supported.' }),
  client_cert: t.path({ doc: 'Not supported.' }),
  client_key: t.path({ doc: 'Not supported.' }),
  use_gssapi: t.bool({ default: false, doc: 'Not supported.' }),
  ...attributeParameters,
} as const;

type Parameters = Infer<typeof parameters>;

/**
 * Fetches a file from a web server over the host's network. The contents come to the controller, which
 * compares them, so that a check run knows what a real one would change.
 */
export const getUrl = stateModule({
  names: ['get_url', 'ansible.builtin.get_url'],
  summary: 'Fetch a file from a web server to a host',
  parameters,
  constraints: [
    (given, effective) => {
      const names = ['ciphers', 'client_cert', 'client_key'].filter(name => given.has(name));
      if (effective.get('use_gssapi') === true) names.push('use_gssapi');
      return names.length > 0 ? `not supported: ${names.join(', ')}` : undefined;
    },
  ],
  probe: look,
  want: ({ spot, content, status, message, url, path, wanted }, p) => {
    const written = writtenFile(spot, content, { ...p, backupName: p.backup ? backupName(path) : undefined });
    const before = spot.before.type === 'file' ? spot.before.content?.sha1 : undefined;
    return {
      targets: [written.target],
      message,
      result: {
        url,
        dest: spot.path,
        ...written.result,
        checksum_src: content.sha1,
        checksum_dest: before || null,
        status_code: status,
        ...(wanted && { checksum: `${wanted.algorithm}:${wanted.value}` }),
      },
    };
  },
});

async function look(host: Reader, p: Parameters, context: ModuleContext) {
  const dest = await hostPath(host, p.dest);
  const wanted =
    p.checksum === '' ? undefined : await fullChecksum(host, p, context, parseChecksum(p.checksum));
  const [found, digest] = await Promise.all([
    lookThrough(host, dest),
    wanted ? host.look(fileDigest, { path: dest, algorithm: wanted.algorithm }) : null,
    // Asked for in the same turn, because it will be needed whatever comes of this.
    lookThrough(host, posix.dirname(dest)),
  ]);
  const known = found.state.type === 'file' ? await present(host, found) : null;
  if (known && wanted && digest === wanted.value && !p.force) {
    return {
      ...(await spotFor(host, dest, known, p)),
      status: undefined,
      message: 'file already exists',
      url: p.url,
      wanted,
    };
  }
  const unchanged = known && !wanted && !p.force ? sinceHeader(found) : undefined;
  const answer = await fetchFrom(host, p.url, p, context, unchanged);
  const { status, url } = answer;
  if (status === 304 && known) {
    return {
      ...(await spotFor(host, dest, known, p)),
      status,
      message: 'HTTP Error 304: Not Modified',
      url: p.url,
      wanted,
    };
  }
  if (status !== 200) {
    throw new Failure(`${p.url} answered ${status} ${answer.reason}`, {
      status_code: status,
      url: p.url,
      dest,
      response: answer.reason,
    });
  }
  const path = found.state.type === 'directory' ? posix.join(dest, fileName(answer)) : dest;
  if (wanted) verify(answer.body, wanted, p.url);
  const message = `OK (${answer.body.length} bytes)`;
  return { ...(await spotFor(host, path, answer.body, p)), status, message, url, wanted };
}

async function spotFor(host: Reader, path: string, bytes: Buffer, p: Parameters) {
  const content = contentOf(bytes);
  return { path, content, spot: await lookAtSpot(host, path, content, { ...p, follow: false }) };
}

async function present(host: Reader, found: Found): Promise<Buffer | null> {
  return host.look(fileBytes, found.path);
}

function sinceHeader({ state }: Found): string | undefined {
  const mtime = state.type === 'file' ? state.details?.mtime : undefined;
  return mtime === undefined ? undefined : new Date(Math.trunc(mtime) * 1000).toUTCString();
}

async function fullChecksum(
  host: Reader,
  p: Parameters,
  context: ModuleContext,
  given: Checksum,
): Promise<Checksum> {
  if (!given.isUrl) return given;
  const answer = await fetchFrom(host, given.value, p, context, undefined);
  if (answer.status !== 200) throw new Failure(`${given.value} answered ${answer.status} ${answer.reason}`);
  const name = posix.basename(new URL(p.url).pathname) || 'index.html';
  return { ...given, isUrl: false, value: findChecksum(answer.body.toString('utf8'), name, given.value) };
}

function verify(body: Buffer, { algorithm, value }: Checksum, url: string): void {
  const sum = checksum(algorithm, body);
  if (sum === value) return;
  throw new Failure(
    `the ${algorithm} of ${url} is ${sum}, not ${value}`,
    { checksum: sum },
    'nothing was written',
  );
}

/** The host's curl, or else our own client over a connection that the host opens. */
async function fetchFrom(
  host: Reader,
  url: string,
  p: Parameters,
  context: ModuleContext,
  since: string | undefined,
): Promise<HttpAnswer> {
  const headers = new Map<string, string>([['User-Agent', p.http_agent]]);
  for (const [name, value] of p.headers ?? [])
    headers.set(name, value instanceof Secret ? value.reveal() : String(value));
  if (since !== undefined) headers.set('If-Modified-Since', since);
  const wish: HttpRequest = {
    url,
    headers,
    user: p.url_username,
    password: p.url_password,
    timeout: p.timeout,
    validateCerts: p.validate_certs,
  };
  // curl sends all headers wherever it is led.
  const answer =
    p.unredirected_headers.length > 0
      ? null
      : await askWithCurl(host, { ...wish, useProxy: p.use_proxy, environment: context.environment });
  return answer ?? ask({ ...wish, open: (name, port) => host.tunnel(name, port) });
}

/** What the server calls the file, without any folder. */
function fileName({ headers, url }: HttpAnswer): string {
  const given = /attachment; ?filename="?([^"]+)/.exec(headers.get('content-disposition') ?? '')?.[1];
  const name = posix.basename(given ?? decodeURIComponent(new URL(url).pathname));
  return name === '' || name === '.' || name === '..' ? 'index.html' : name;
}
