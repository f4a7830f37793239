import { sh } from '../../core/shell.ts';
import type { Kind } from '../kind.ts';
import { WITHOUT_CACHES } from './apt-candidates.ts';

/** `clean`: all package files that were fetched. `autoclean`: those that can no longer be fetched. */
export type CleanId = 'clean' | 'autoclean';

/** Package files that apt keeps, and that a cleaning would delete. */
export const packageFiles: Kind<CleanId, readonly string[]> = {
  name: 'package files',
  key: id => id,

  async read(host, id) {
    const script =
      id === 'clean'
        ? sh`cd /var/cache/apt/archives && for f in *.deb partial/*; do [ -e "$f" ] && echo "$f"; done; :`
        : sh`LC_ALL=C apt-get -q ${WITHOUT_CACHES} --simulate autoclean </dev/null | sed -n 's/^Del //p'`;
    return (await host.text(script)).split('\n').filter(line => line !== '');
  },

  compare: (_id, before, after) =>
    before
      .filter(file => !after.includes(file))
      .map(file => ({
        type: 'attribute',
        header: `package file ${file}`,
        attribute: 'state',
        before: 'present',
        after: null,
      })),

  apply: async (host, id) => {
    await host.must(sh`exec apt-get -q -y ${id} </dev/null`);
  },
};
