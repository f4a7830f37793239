import { spawnSync } from 'node:child_process';
import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { toText } from '../python/print.ts';
import { splitLines } from '../python/string-methods.ts';
import type { LookupTable } from './lookup.ts';

const KNOWN = new Set([
  'split_lines',
  'validate_certs',
  'use_proxy',
  'username',
  'password',
  'force_basic_auth',
  'headers',
  'force',
  'timeout',
  'http_agent',
  'follow_redirects',
]);

const MOST = 64 * 1024 * 1024;

/** Fetched once in a run, however many hosts and tasks ask; templates are rendered again and again. */
const fetched = new Map<string, string>();

/** The text at a URL, fetched by the controller: by lines, or as a whole with `split_lines=False`. */
export const urlLookup: LookupTable = {
  url: ({ terms, options }) => {
    const unknown = [...options.keys()].find(name => !KNOWN.has(name));
    if (unknown !== undefined) throw new Fault(`the lookup url does not support the option '${unknown}'`);
    const wholes = terms.map(term => text(toText(term), options));
    return truth(options.get('split_lines') ?? true) ? wholes.flatMap(whole => splitLines(whole)) : wholes;
  },
};

interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly redirect: 'follow' | 'manual';
  /** Milliseconds. */
  readonly timeout: number;
  readonly insecure: boolean;
}

function text(url: string, options: ReadonlyMap<string, unknown>): string {
  const question: Question = {
    url: checked(url, options),
    headers: headers(options),
    redirect: redirects(options.get('follow_redirects') ?? 'urllib2') ? 'follow' : 'manual',
    timeout: Number(options.get('timeout') ?? 10) * 1000,
    insecure: !truth(options.get('validate_certs') ?? true),
  };
  const key = JSON.stringify(question);
  const known = fetched.get(key);
  if (known !== undefined) return known;
  const found = fetchNow(question);
  fetched.set(key, found);
  return found;
}

function checked(url: string, options: ReadonlyMap<string, unknown>): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    throw new Fault(`the lookup url: '${url}' is no http or https address`);
  const { env } = process;
  const proxy = parsed.protocol === 'https:' ? (env.https_proxy ?? env.HTTPS_PROXY) : env.http_proxy;
  if (proxy && truth(options.get('use_proxy') ?? true) && !exempt(parsed.hostname))
    throw new Fault(
      `the lookup url cannot use the proxy ${proxy}`,
      "say use_proxy=False if the address is reached without it, or use lookup('pipe', 'curl -fsS …')",
    );
  return parsed.href;
}

function exempt(host: string): boolean {
  const names = (process.env.no_proxy ?? process.env.NO_PROXY ?? '').split(',').map(name => name.trim());
  return names.some(name => {
    const domain = name.replace(/^\./, '');
    return name === '*' || (domain !== '' && (host === domain || host.endsWith(`.${domain}`)));
  });
}

function headers(options: ReadonlyMap<string, unknown>): Record<string, string> {
  const given = options.get('headers');
  const all: Record<string, string> = {
    'user-agent': toText(options.get('http_agent') ?? 'ansible-httpget'),
  };
  if (truth(options.get('force') ?? false)) all['cache-control'] = 'no-cache';
  if (given instanceof Map) for (const [name, value] of given) all[toText(name)] = toText(value);
  const name = options.get('username');
  if (name !== undefined && name !== null) {
    const pair = `${toText(name)}:${toText(options.get('password') ?? '')}`;
    all.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return all;
}

function redirects(value: unknown): boolean {
  const word = toText(value).toLowerCase();
  return ['all', 'yes', 'true', 'safe', 'urllib2'].includes(word);
}

// Templates are rendered in one go, so the answer must be there at once: another process waits for it. What it
// is to ask comes by standard input, as a password may be in it.
const PROGRAM = `
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const { url, headers, redirect, timeout } = JSON.parse(text);
  try {
    const answer = await fetch(url, { headers, redirect, signal: AbortSignal.timeout(timeout) });
    if (!answer.ok) throw new Error('HTTP Error ' + answer.status + ': ' + answer.statusText);
    process.stdout.write(Buffer.from(await answer.arrayBuffer()));
  } catch (error) {
    const cause = error.cause?.message || error.cause?.code;
    process.stderr.write(cause ? error.message + ': ' + cause : error.message);
    process.exitCode = 1;
  }`;

function fetchNow(question: Question): string {
  const { insecure, ...asked } = question;
  const env = { ...process.env, NODE_NO_WARNINGS: '1' };
  const result = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    maxBuffer: MOST,
    env: insecure ? { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' } : env,
  });
  if (result.status !== 0)
    throw new Fault(
      `the lookup url could not fetch ${question.url}: ${result.stderr || String(result.error)}`,
    );
  return result.stdout;
}
