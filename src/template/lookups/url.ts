import { spawnSync } from 'node:child_process';
import { Secret } from '../../core/secret.ts';
import { expandUser } from '../filters/paths.ts';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { splitLines } from '../python/string-methods.ts';
import { type LookupTable, lookup } from './lookup.ts';
import { Options } from './options.ts';

const OPTIONS =
  'split_lines validate_certs use_proxy username password force_basic_auth headers force timeout http_agent ' +
  'follow_redirects ca_path unix_socket ciphers unredirected_headers use_gssapi use_netrc';

/** Options of Ansible's that are not there, unless they ask for nothing. */
const MISSING = ['unix_socket', 'ciphers', 'unredirected_headers', 'use_gssapi', 'use_netrc'];

const MOST = 64 * 1024 * 1024;

/** Fetched once in a run, however many hosts and tasks ask; templates are rendered again and again. */
const fetched = new Map<string, string>();

/** Options that variables may give as well. */
const BY_VARIABLE: Readonly<Record<string, string>> = {
  force: 'ansible_lookup_url_force',
  timeout: 'ansible_lookup_url_timeout',
  http_agent: 'ansible_lookup_url_agent',
  force_basic_auth: 'ansible_lookup_url_force_basic_auth',
  follow_redirects: 'ansible_lookup_url_follow_redirects',
  ca_path: 'ansible_lookup_url_ca_path',
  unix_socket: 'ansible_lookup_url_unix_socket',
  ciphers: 'ansible_lookup_url_ciphers',
  unredirected_headers: 'ansible_lookup_url_unredir_headers',
  use_gssapi: 'ansible_lookup_url_use_gssapi',
  use_netrc: 'ansible_lookup_url_use_netrc',
};

/** The text at a URL, fetched by the controller: by lines, or as a whole with `split_lines=False`. */
export const urlLookup: LookupTable = {
  url: lookup(OPTIONS, ({ terms, options: given, engine }) => {
    const all = new Map(given);
    for (const [option, variable] of Object.entries(BY_VARIABLE)) {
      const value = all.has(option) ? undefined : engine.variable(variable);
      if (value !== undefined) all.set(option, engine.whole(value));
    }
    const options = new Options(all);
    for (const name of MISSING) refuseMissing(name, options);
    const wholes = terms.map(term => text(toText(term), options));
    return options.flag('split_lines', true) ? wholes.flatMap(whole => splitLines(whole)) : wholes;
  }),
};

function refuseMissing(name: string, options: Options): void {
  const asksForNothing = name.startsWith('use_')
    ? !options.flag(name, false)
    : (options.list(name) ?? []).length === 0;
  if (asksForNothing) return;
  throw new Fault(
    `the lookup url has no option '${name}' in tsible`,
    "lookup('pipe', 'curl -fsS …') can do that, if the controller has curl",
  );
}

interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly redirect: 'follow' | 'manual';
  /** Milliseconds. */
  readonly timeout: number;
  readonly insecure: boolean;
  /** A file of certificates to trust besides the usual ones. */
  readonly authorities?: string | undefined;
}

function text(url: string, options: Options): string {
  const question: Question = {
    url: checked(url, options),
    headers: headers(options),
    redirect: FOLLOWING.has((options.text('follow_redirects') ?? 'urllib2').toLowerCase())
      ? 'follow'
      : 'manual',
    timeout: Number(options.text('timeout') ?? 10) * 1000,
    insecure: !options.flag('validate_certs', true),
    authorities: options.text('ca_path'),
  };
  const key = JSON.stringify(question);
  const known = fetched.get(key);
  if (known !== undefined) return known;
  const found = fetchNow(question);
  fetched.set(key, found);
  return found;
}

function checked(url: string, options: Options): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    throw new Fault(`the lookup url: '${url}' is no http or https address`);
  const { env } = process;
  const proxy = parsed.protocol === 'https:' ? (env.https_proxy ?? env.HTTPS_PROXY) : env.http_proxy;
  if (proxy && options.flag('use_proxy', true) && !exempt(parsed.hostname))
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

function headers(options: Options): Record<string, string> {
  const given = options.value('headers');
  const all: Record<string, string> = { 'user-agent': options.text('http_agent') ?? 'ansible-httpget' };
  if (options.flag('force', false)) all['cache-control'] = 'no-cache';
  if (given instanceof Map) for (const [name, value] of given) all[toText(name)] = toText(value);
  const name = options.text('username');
  if (name !== undefined) {
    const password = options.text('password') ?? '';
    // An error shows the template, in which it may be written out.
    new Secret(password);
    const pair = `${name}:${password}`;
    all.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return all;
}

const FOLLOWING = new Set(['all', 'yes', 'true', 'safe', 'urllib2']);

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
  const { insecure, authorities, ...asked } = question;
  const trusted = authorities === undefined ? {} : { NODE_EXTRA_CA_CERTS: expandUser(authorities) };
  const env = { ...process.env, NODE_NO_WARNINGS: '1', ...trusted };
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
