import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { sh } from '../../core/shell.ts';
import type { Writer } from '../host/access.ts';

/**
 * Sends contents that are too large for the script that puts them in place into a file beside that place, and
 * gives its path. Should the run be killed between the two, the file stays behind. Its name tells which shell on
 * the host it belongs to: whoever comes next to the same folder takes away those whose shell is gone.
 */
export async function sendAhead(host: Writer, path: string, content: Buffer): Promise<string> {
  const folder = posix.dirname(path);
  const shell = await host.text(sh`[ ! -d /proc/self ] || for f in ${folder}/.tsible-*-*.tmp; do
  of=\${f##*/.tsible-} of=\${of%%-*}
  case $of in '' | *[!0-9]*) continue ;; esac
  [ -d /proc/$of ] || rm -f -- "$f"
done
echo $$`);
  const copy = posix.join(folder, `.tsible-${shell.trim()}-${randomBytes(8).toString('hex')}.tmp`);
  await host.put(copy, content);
  return copy;
}
