import { posix } from 'node:path';
import { sh, userShell } from '../../core/shell.ts';
import type { Reader } from '../host/access.ts';
import type { Kind } from '../kind.ts';
import { findUser } from './account.ts';
import { cleanPath } from './file.ts';

/**
 * The absolute path that a parameter's text means on a host: `$NAME` and `~` stand for what they are there, a
 * relative path starts in the folder that the session starts in. Nothing is asked for a plain absolute path.
 */
export async function hostPath(host: Reader, text: string): Promise<string> {
  const expanded = await expandHome(host, await expandVariables(host, text));
  if (expanded.startsWith('/')) return cleanPath(expanded);
  return cleanPath(posix.join((await host.look(shellVariable, 'PWD')) ?? '/', expanded));
}

/** An environment variable of the identity's shell; null when it is not set. */
export const shellVariable: Kind<string, string | null> = {
  name: 'shell variable',
  key: name => name,
  read: async (host, name) => {
    const value = userShell(`\${${name}}`);
    const text = await host.text(sh`[ -z "${userShell(`\${${name}+set}`)}" ] || printf 'x%s' "${value}"`);
    return text === '' ? null : text.slice(1);
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('variables are only for reading')),
};

async function expandVariables(host: Reader, text: string): Promise<string> {
  const names = [...text.matchAll(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g)].map(
    match => match[1] ?? match[2]!,
  );
  const values = new Map(
    await Promise.all(names.map(async name => [name, await host.look(shellVariable, name)] as const)),
  );
  return text.replace(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (whole, braced, bare) => {
    return values.get(braced ?? bare) ?? whole;
  });
}

async function expandHome(host: Reader, text: string): Promise<string> {
  const match = /^~([^/]*)(.*)$/s.exec(text);
  if (!match) return text;
  const [, user, rest] = match;
  const home = user === '' ? await host.look(shellVariable, 'HOME') : (await findUser(host, user!))?.home;
  return home ? home + rest : text;
}
