import { randomBytes } from 'node:crypto';
import { type ShellText, sh, userShell } from '../../core/shell.ts';
import { UnclosedQuote, type Word, wordsOf } from '../../core/words.ts';
import type { Acted, LocalFiles } from '../define.ts';
import { actModule } from '../define.ts';
import { Failure } from '../failure.ts';
import { t } from '../parameters.ts';
import {
  changeFolder,
  conditionParameters,
  type Decision,
  decide,
  foreseeSkip,
  missingFolder,
} from './conditions.ts';
import { report, timed } from './report.ts';

/** Runs a script of the controller's on the host. */
export const script = actModule({
  names: ['script', 'ansible.builtin.script'],
  summary: 'Run a script of the controller on the host',
  freeForm: 'cmd',
  parameters: {
    cmd: t.str({
      aliases: ['_raw_params'],
      required: true,
      doc: "The script's path, and arguments as shell text.",
    }),
    executable: t.str({ doc: 'The program that reads the script; what its first line says if not given.' }),
    decrypt: t.bool({ default: true, doc: 'Open a script that is a vault.' }),
    ...conditionParameters,
  },

  async foresee(host, p, { local }) {
    readScript(local, p.cmd, p.decrypt);
    return foreseeSkip(host, p, skipped);
  },

  async act(host, p, { local, environment }) {
    const { content, args } = readScript(local, p.cmd, p.decrypt);
    const decision = await decide(host, p);
    if (decision) return skipped(decision);
    const path = `/tmp/.tsible-script-${randomBytes(12).toString('hex')}`;
    await host.put(path, content);
    let removed = false;
    try {
      const folder = p.chdir === undefined ? sh`` : sh`${changeFolder(p.chdir)} || exit;`;
      const start = startOf(content, path, p.executable);
      const text = sh`trap 'rm -f ${path}' EXIT
(${folder} ${start} ${userShell(args)}
)`;
      const done = await timed(() => host.run(text, { env: environment }));
      // A shell that was killed has not run its trap.
      removed = done.outcome.status < 128;
      const missing = done.outcome.status === 0 ? undefined : await missingFolder(host, p.chdir);
      if (missing) throw missing;
      return report(done, { strip: false });
    } finally {
      if (!removed) await host.ask(sh`rm -f ${path}`);
    }
  },
});

function readScript(local: LocalFiles, cmd: string, decrypt: boolean): { content: Buffer; args: string } {
  const first = firstWord(cmd);
  if (!first) throw new Failure('no script given');
  const path = local.find(first.text, 'files');
  return { content: local.read(path, decrypt).content, args: cmd.slice(first.end).trim() };
}

function firstWord(cmd: string): Word | undefined {
  try {
    return wordsOf(cmd)[0];
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    throw new Failure(`cannot split the command line into words: ${error.message}`);
  }
}

/**
 * How the kernel would start it, done by hand: folders for temporary files are often mounted so that nothing
 * in them may be executed.
 */
function startOf(content: Buffer, path: string, executable: string | undefined): ShellText {
  if (executable !== undefined) return sh`${userShell(executable)} ${path}`;
  if (content.subarray(0, 4).equals(ELF)) return sh`chmod 700 ${path} && ${path}`;
  const line = /^#![ \t]*([^ \t\n]+)(?:[ \t]+([^\n]*))?/.exec(content.subarray(0, 4096).toString('latin1'));
  if (!line) return sh`/bin/sh ${path}`;
  const argument = line[2]?.trim();
  return argument ? sh`${line[1]!} ${argument} ${path}` : sh`${line[1]!} ${path}`;
}

const ELF = Buffer.from('\x7fELF', 'latin1');

function skipped({ reason, path }: Decision): Acted {
  const message =
    reason === 'creates'
      ? `${path} exists, matching creates option`
      : `${path} does not exist, matching removes option`;
  return { changed: false, skipped: true, message };
}
