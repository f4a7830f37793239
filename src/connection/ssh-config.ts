import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../core/error.ts';
import { expand, noOptions, type SshOptions, setOption } from './ssh-options.ts';

/** Files may include others this many levels deep, as in ssh. */
const DEEPEST_INCLUDE = 16;

/** Keywords for which it is worth loading the parser: without any of them a file cannot matter. */
const MATTERS =
  /^\s*(hostname|port|user|identit|userknownhosts|stricthost|hostkey|cipher|macs|kex|connectt|serveralive|proxy|addressf|bind|forwardagent|preferred|pubkeyauth|password|kbd|certificatef|pkcs11|securityk|knownhostsc)/im;

/**
 * What the user's and the machine's ssh configuration say about a host, as it is named in the inventory.
 * Keywords without a meaning for us are passed over, as ssh passes over none: a file is not ours to judge.
 */
export async function readSshConfig(
  host: string,
  user: string | undefined,
  file?: string,
): Promise<SshOptions> {
  const options = noOptions();
  if (file === 'none') return options;
  const files =
    file === undefined ? [join(homedir(), '.ssh', 'config'), '/etc/ssh/ssh_config'] : [expand(file, {})];
  for (const path of files) {
    const text = textOf(path);
    if (text === undefined) {
      if (file !== undefined) throw new UserError(`cannot read the ssh configuration ${path}`);
      continue;
    }
    // For one line that most machines have, wherever it stands in the file, no parser is loaded.
    const hashing = /^\s*hashknownhosts[ \t=]+(yes|no)\b/im.exec(text);
    if (hashing) options.hashKnownHosts ??= hashing[1]!.toLowerCase() === 'yes';
    if (!MATTERS.test(text)) continue;
    // Loaded only when needed: most machines have no configuration that matters.
    const { default: SshConfig } = await import('ssh-config');
    const found = SshConfig.parse(text).compute(
      user === undefined ? { Host: host } : { Host: host, User: user },
      { ignoreCase: true },
    );
    for (const [keyword, value] of Object.entries(found)) {
      if (keyword === 'user' && user !== undefined) continue;
      // Many machines offer these by default, to hosts that mostly do not take them; ssh goes on without.
      if (keyword === 'gssapiauthentication' || keyword === 'hostbasedauthentication') continue;
      const values = keyword === 'identityfile' && Array.isArray(value) ? value : [[value].flat().join(' ')];
      for (const one of values) trySet(options, keyword, one, path);
    }
  }
  return options;
}

function trySet(options: SshOptions, keyword: string, value: string, path: string): void {
  try {
    setOption(options, keyword, value);
  } catch (error) {
    throw new UserError(`${path}: ${keyword}: ${(error as Error).message}`);
  }
}

const texts = new Map<string, string | undefined>();

/** A file's text with its includes in place; undefined when it cannot be read. Read once a run. */
function textOf(path: string): string | undefined {
  if (!texts.has(path)) texts.set(path, withIncludes(path, 0));
  return texts.get(path);
}

function withIncludes(path: string, depth: number): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  if (depth >= DEEPEST_INCLUDE) return text;
  return text.replace(/^[ \t]*include[ \t=]+(.+)$/gim, (_, patterns: string) =>
    patterns
      .trim()
      .split(/\s+/)
      .flatMap(pattern => matchingFiles(resolve(dirname(path), expand(pattern.replaceAll('"', ''), {}))))
      .map(included => withIncludes(included, depth + 1) ?? '')
      .join('\n'),
  );
}

/** Files for a pattern whose last part may hold `*` and `?`. */
function matchingFiles(pattern: string): string[] {
  const name = basename(pattern);
  if (!/[*?]/.test(name)) return [pattern];
  const matcher = new RegExp(
    `^${name
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  try {
    return readdirSync(dirname(pattern))
      .filter(entry => matcher.test(entry) && !entry.startsWith('.'))
      .sort()
      .map(entry => join(dirname(pattern), entry));
  } catch {
    return [];
  }
}
