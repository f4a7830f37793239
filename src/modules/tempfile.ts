import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { sh } from '../core/shell.ts';
import { Unknown } from '../core/value.ts';
import { actModule } from './define.ts';
import { hostPath, shellVariable } from './kinds/host-path.ts';
import { t } from './parameters.ts';

/** Makes an empty file or folder with a new name, for this identity only. */
export const tempfile = actModule({
  names: ['tempfile', 'ansible.builtin.tempfile'],
  summary: 'Make a temporary file or folder',
  parameters: {
    state: t.choice(['file', 'directory'])({ default: 'file' }),
    path: t.path({ doc: 'Where it is made; TMPDIR or /tmp when not given.' }),
    prefix: t.str({ default: 'ansible.' }),
    suffix: t.str({ default: '' }),
  },
  foresee: async (_host, { state }) => ({
    changed: true,
    result: { path: new Unknown('the temporary file was not made'), state },
  }),
  act: async (host, { state, path, prefix, suffix }) => {
    const folder = await hostPath(host, path ?? (await host.look(shellVariable, 'TMPDIR')) ?? '/tmp');
    const made = posix.join(folder, `${prefix}${randomBytes(6).toString('hex')}${suffix}`);
    const script = state === 'directory' ? sh`mkdir -m 700 -- ${made}` : sh`umask 077; set -C; true >${made}`;
    await host.must(script);
    return {
      changed: true,
      result: { path: made, state, mode: state === 'directory' ? '0700' : '0600' },
    };
  },
});
