import { Secret } from '../../core/secret.ts';
import { type ShellText, sh, userShell } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import type { HttpAnswer, HttpRequest } from './request.ts';

export interface CurlRequest extends HttpRequest {
  readonly useProxy: boolean;
  /** Proxy settings and the like of the task. */
  readonly environment: ReadonlyMap<string, string | Secret>;
}

/**
 * Has the host's own curl fetch something, so that its network, proxies and certificates count. null: the
 * host has no curl. The URL, headers and passwords go to curl's standard input, where no process list shows
 * them.
 */
export async function askWithCurl(host: Reader, wish: CurlRequest): Promise<HttpAnswer | null> {
  const outcome = await host.ask(
    sh`command -v curl >/dev/null || exit 100
${environment(wish.environment)}exec curl -q -K -`,
    { stdin: configuration(wish) },
  );
  if (outcome.status === 100) return null;
  const said = outcome.stderr.toString('utf8');
  if (outcome.status !== 0) {
    const reason = /^curl: .*$/m.exec(said)?.[0] ?? `curl ended with status ${outcome.status}`;
    const hint = [35, 51, 60].includes(outcome.status)
      ? 'validate_certs: false does without a valid certificate'
      : undefined;
    throw new Failure(`cannot fetch ${withoutPassword(wish.url)}: ${reason}`, { status_code: -1 }, hint);
  }
  return parseAnswer(outcome.stdout);
}

function environment(variables: CurlRequest['environment']): ShellText {
  // Secrets in it are seen by this user and root only, as in any program's environment.
  let text = '';
  for (const [name, value] of variables) {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) text += sh`export ${userShell(name)}=${value}\n`.text;
  }
  return userShell(text);
}

function configuration(wish: CurlRequest): string {
  const lines = [
    'silent',
    'show-error',
    'location',
    'globoff',
    'max-redirs = 10',
    'proto = "=http,https"',
    // What was asked for in secret is not fetched in the open.
    `proto-redir = "=${wish.url.startsWith('https:') ? 'https' : 'http,https'}"`,
    `connect-timeout = ${wish.timeout}`,
    `speed-time = ${wish.timeout}`,
    'speed-limit = 1',
    'include',
    'output = "-"',
    `write-out = ${quoted('\\n%{http_code} %{size_download} %{url_effective}')}`,
    `url = ${quoted(wish.url)}`,
  ];
  if (!/^user-agent$/i.test([...(wish.headers?.keys() ?? [])].join(' '))) lines.push('user-agent = "tsible"');
  if (wish.method === 'HEAD') lines.push('head');
  if (!wish.validateCerts) lines.push('insecure');
  if (!wish.useProxy) lines.push('noproxy = "*"');
  if (wish.user !== undefined) {
    const password = wish.password instanceof Secret ? wish.password.reveal() : (wish.password ?? '');
    lines.push('basic', `user = ${quoted(`${wish.user}:${password}`)}`);
  }
  for (const [name, value] of wish.headers ?? []) lines.push(`header = ${quoted(`${name}: ${value}`)}`);
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  if (/[\r\n]/.test(text)) throw new Failure('a URL or header must not hold a line break');
  return `"${text.replace(/[\\"]/g, letter => (letter === '"' ? '\\"' : '\\\\'))}"`;
}

/** The headers of each answer on the way, the body, then a line with status, the body's size and the URL. */
function parseAnswer(stdout: Buffer): HttpAnswer {
  const end = stdout.lastIndexOf(10);
  const [, status, size, url] =
    /^(\d+) (\d+)(?:\.\d+)? (.*)$/s.exec(stdout.subarray(end + 1).toString('utf8')) ?? [];
  if (status === undefined) throw new Failure('what curl printed cannot be read');
  const start = end - Number(size);
  const blocks = stdout
    .subarray(0, start)
    .toString('latin1')
    .split(/\r?\n\r?\n/)
    .filter(block => block.trim() !== '');
  const [first = '', ...rest] = (blocks.at(-1) ?? '').trimStart().split(/\r?\n/);
  const headers = new Map<string, string>();
  for (const line of rest) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return {
    status: Number(status),
    reason: first.replace(/^HTTP\/\S+ \d+ ?/, ''),
    url: url!,
    headers,
    body: stdout.subarray(start, end),
  };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
