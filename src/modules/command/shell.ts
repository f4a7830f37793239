import { takenApart } from '../../core/known-secrets.ts';
import { wordsIn } from '../../core/words.ts';
import { actModule } from '../define.ts';
import { t } from '../parameters.ts';
import { changeFolder, conditionParameters, decide, foreseeSkip, missingFolder } from './conditions.ts';
import { notRun } from './not-run.ts';
import { report, timed } from './report.ts';
import { given, textOf, throughShell } from './shell-text.ts';
import { standardInput, stdinParameters } from './stdin.ts';

/** Runs text through the host's shell: pipes, variables and all. */
export const shell = actModule({
  names: ['shell', 'ansible.builtin.shell'],
  summary: 'Run shell text on the host',
  freeForm: 'cmd',
  parameters: {
    cmd: t.secret({ aliases: ['_raw_params'], doc: 'The text, as after `sh -c`.' }),
    executable: t.path({ doc: 'The shell, an absolute path; /bin/sh if not given.' }),
    ...conditionParameters,
    ...stdinParameters,
    strip_empty_ends: t.bool({ default: true, doc: 'Take empty lines off the end of the outputs.' }),
    warn: t.bool({ doc: 'Accepted from older content; nothing is warned of.' }),
  },

  foresee: (host, p) => foreseeSkip(host, p, decision => notRun(decision, given(p.cmd), true)),

  async act(host, p, context) {
    const cmd = textOf(p.cmd);
    const decision = await decide(host, p);
    if (decision) return notRun(decision, given(p.cmd), false);
    const folder = p.chdir === undefined ? '' : `${changeFolder(p.chdir).text} || exit; `;
    // Without quotes around it, the words of a secret are arguments of their own, and what is said of one names it.
    takenApart(cmd, wordsIn(cmd));
    const { script, shell } = throughShell(folder + cmd, p.executable);
    const options = { stdin: standardInput(p), env: context.environment, shell };
    const done = await timed(() => host.run(script, options));
    if (done.outcome.status !== 0) {
      const missing = await missingFolder(host, p.chdir);
      if (missing) throw missing;
    }
    return report(done, { cmd: given(p.cmd), strip: p.strip_empty_ends });
  },
});
