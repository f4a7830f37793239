import { actModule } from '../define.ts';
import { t } from '../parameters.ts';
import { report, timed } from './report.ts';
import { textOf, throughShell } from './shell-text.ts';

/** Runs text on the host and makes nothing of it: for hosts on which little else works. */
export const raw = actModule({
  names: ['raw', 'ansible.builtin.raw'],
  summary: 'Run text on the host as it is',
  freeForm: 'cmd',
  parameters: {
    cmd: t.str({ aliases: ['_raw_params', 'free_form'], doc: 'The text.' }),
    executable: t.path({ doc: 'The shell, an absolute path; /bin/sh if not given.' }),
  },

  foresee: async () => 'unknown' as const,

  async act(host, p, context) {
    const { script, shell } = throughShell(textOf(p.cmd), p.executable);
    const done = await timed(() => host.run(script, { env: context.environment, shell }));
    return report(done, { strip: false });
  },
});
