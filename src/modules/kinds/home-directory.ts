import { type ShellText, sh } from '../../core/shell.ts';
import type { Reader } from '../host/access.ts';
import { file } from './file.ts';
import type { PresentFile } from './file-state.ts';
import type { UserHow } from './user.ts';

/** Made beside its place and then moved there, so that there is never half a home directory. */
export function makeHome(name: string, home: string, gid: number, how: UserHow): ShellText {
  const skeleton = how.skeleton ?? '/etc/skel';
  const fresh = `${home}.tsible`;
  return sh`{ mkdir -p -- ${parentOf(home)} && rm -rf -- ${fresh} && mkdir -m 0700 -- ${fresh} &&
  if [ -d ${skeleton} ]; then cp -a -- ${`${skeleton}/.`} ${fresh}; fi &&
  chown -hR ${`${name}:${gid}`} ${fresh} && chmod ${how.homeMode} ${fresh} && mv -- ${fresh} ${home} &&
  if has restorecon; then restorecon -R -- ${home}; fi; }`;
}

export function parentOf(path: string): string {
  return path.replace(/\/+[^/]*\/*$/, '') || '/';
}

/** Something in the folder that new home directories begin with. */
export interface SkeletonEntry {
  /** Relative to the folder. */
  readonly name: string;
  readonly state: PresentFile;
}

/** What a new home directory would be given, contents included. */
export async function readSkeleton(host: Reader, folder: string): Promise<readonly SkeletonEntry[]> {
  const { stdout } = await host.ask(sh`cd -- ${folder} 2>/dev/null && find . ! -name . -print`);
  const names = stdout
    .toString('utf8')
    .split('\n')
    .filter(name => name.startsWith('./'))
    .map(name => name.slice(2))
    .sort();
  const states = await Promise.all(names.map(name => host.look(file, `${folder}/${name}`)));
  return states.flatMap((state, i): SkeletonEntry[] => {
    if (state.type === 'absent') return [];
    const { details: _, ...copy } = state;
    if (copy.type === 'directory') return [{ name: names[i]!, state: { ...copy, fresh: true } }];
    if (copy.type !== 'file') return [{ name: names[i]!, state: copy }];
    const content = { size: copy.size, sha1: '', from: `${folder}/${names[i]!}` };
    return [{ name: names[i]!, state: { ...copy, content } }];
  });
}
