import { Secret } from '../../core/secret.ts';
import { type ShellText, sh, userShell } from '../../core/shell.ts';
import { Failure } from '../failure.ts';

/** Shells that read a script as `sh` does, so that it need not stand in an argument list. */
const POSIX_SHELLS = /(^|\/)(sh|ash|bash|dash|ksh\d*|mksh|lksh|oksh|pdksh|rbash|zsh|yash|posh)$/;

/** The user's text for `Writer.run`, read by the program `executable`. */
export function throughShell(
  text: string,
  executable: string | undefined,
): { script: ShellText; shell: string | undefined } {
  if (executable === undefined || POSIX_SHELLS.test(executable)) {
    return { script: userShell(text), shell: executable };
  }
  return { script: sh`exec ${executable} -c ${text}`, shell: undefined };
}

export function textOf(cmd: string | Secret | undefined): string {
  const text = given(cmd);
  return text instanceof Secret ? text.reveal() : text;
}

export function given(cmd: string | Secret | undefined): string | Secret {
  const text = cmd instanceof Secret ? cmd.reveal() : (cmd ?? '');
  if (cmd === undefined || text.trim() === '') throw new Failure('no command given', { rc: 256 });
  return cmd;
}
