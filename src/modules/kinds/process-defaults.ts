import { sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Kind } from '../kind.ts';

/** What a new file gets by itself from the identity that makes it. */
export interface ProcessDefaults {
  readonly umask: number;
  readonly uid: number;
  readonly owner: string;
  readonly gid: number;
  readonly group: string;
}

export const processDefaults: Kind<null, ProcessDefaults> = {
  name: 'process defaults',
  key: () => '',
  read: async host => {
    // Our scripts set a umask of their own; the one of the host is still that of the shell they run in.
    const text = await host.text(sh`
{ while read -r k v; do [ "$k" != Umask: ] || echo "umask=$v"; done </proc/$$/status; } 2>/dev/null
id`);
    const [, uid, owner, gid, group] = /^uid=(\d+)(?:\((.*?)\))? gid=(\d+)(?:\((.*?)\))?/m.exec(text) ?? [];
    if (uid === undefined || gid === undefined)
      throw new Failure(`id printed ${JSON.stringify(text.slice(0, 200))}`);
    const umask = /^umask=([0-7]+)$/m.exec(text)?.[1] ?? '022';
    return {
      umask: Number.parseInt(umask, 8),
      uid: Number(uid),
      owner: owner ?? uid,
      gid: Number(gid),
      group: group ?? gid,
    };
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('process defaults are only for reading')),
};
