import { randomBytes } from 'node:crypto';
import { UserError } from '../core/error.ts';
import { bytesOfText } from '../core/escaped-bytes.ts';
import { Secret } from '../core/secret.ts';
import { quote } from '../core/shell.ts';
import type { RunOptions } from './types.ts';

/**
 * The text that goes to a shell for one command, and the records that come back:
 *
 * | record    | on            | says                                                               |
 * |-----------|---------------|--------------------------------------------------------------------|
 * | `h` pid   | stdout        | the shell is there                                                 |
 * | `p` stat  | stdout        | the command's line of /proc/…/stat (only when it may time out)     |
 * | `s` status| both          | the command itself has ended; all it wrote came before this        |
 * | `e` status| both          | the shell is free for the next frame                               |
 */
export const RECORD = { hello: 'h', process: 'p', status: 's', end: 'e' } as const;

export function newMarker(): string {
  return randomBytes(16).toString('hex');
}

/** The variable part of a frame: what to run and around what. */
export interface Request {
  readonly script: string;
  readonly options: RunOptions;
}

/** Whether the host can take binary text as base64; it does unless it is very small. */
export interface HostTools {
  readonly base64: boolean;
}

/**
 * What every shell of ours reads first. `__tsible_drain` keeps reading when we are gone: a child left in the
 * background must not die because nobody listens to it any more.
 */
export function helloFrame(marker: string): string {
  return `${PRELUDE}
command -v base64 >/dev/null 2>&1 && __tsible_base64=base64 || __tsible_base64=
printf '%s${RECORD.hello}%s %s;' ${marker} "$$" "$__tsible_base64"
__tsible_end ${marker} 0
`;
}

const PRELUDE = `
__tsible_ask() {
  LC_ALL=C
  PATH=\${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
  export LC_ALL PATH
  umask 022
}
__tsible_end() {
  printf '%s${RECORD.end}%s;' "$1" "$2"
  printf '%s${RECORD.end};' "$1" >&2
}
__tsible_ended() {
  printf '%s${RECORD.status}%s;' "$1" "$2"
  printf '%s${RECORD.status};' "$1" >&5
}
__tsible_drain() {
  trap '' PIPE
  cat 2>/dev/null || cat >/dev/null 2>&1
}
__tsible_process() {
  read -r __tsible_stat 2>/dev/null </proc/self/stat && printf '%s${RECORD.process}%s;' "$1" "$__tsible_stat"
}
if [ -e /proc/self/fd/0 ]; then __tsible_source='. /proc/self/fd/9'; else __tsible_source='eval "$(cat <&9)"'; fi
`;

/**
 * Our own script: a subshell of the long-lived shell, its output straight on the channel.
 *
 * Every frame is one group in braces: when the connection is lost while it is on its way, the shell takes the end
 * of its input for the end of a here-document, and would run the script on half of what it was to read. A group
 * that is not closed is not run at all.
 */
export function askFrame(marker: string, request: Request, tools: HostTools): string {
  const { options } = request;
  const input = standardInput(marker, options.stdin, tools);
  const setup = `__tsible_ask;${surroundings(marker, options)}`;
  return `{ ${input.before}(${setup}eval ${quote(request.script)})${input.redirect};__tsible_end ${marker} $?
${input.body}}
`;
}

/**
 * A user's command: a new shell, so that `$$`, `$PPID` and every setting are its own, reading its script from
 * a here-document, where no process list shows it. Both outputs go through pipes of the command's own; the
 * status travels through the same pipes, behind the last byte the command wrote, so that a child that keeps
 * them open can neither delay nor garble the outcome.
 */
export function runFrame(marker: string, request: Request, tools: HostTools, shell: string): string {
  const { options } = request;
  const input = standardInput(marker, options.stdin, tools);
  const program = quote(options.shell ?? shell);
  const script = heredoc(`S${marker}`, `exec 9<&-;${request.script}\n`);
  return `{ { { { ${input.before}(exec 2>&5 3>&- 4>&- 5>&-;${surroundings(marker, options)}\
exec ${program} -c "$__tsible_source" ${program} 9${script.redirect})${input.redirect}
${input.order === 'before' ? input.body + script.body : script.body + input.body}\
__tsible_ended ${marker} $?; } | __tsible_drain >&3; } 5>&1 2>/dev/null | __tsible_drain >&4; } 3>&1 4>&2
__tsible_end ${marker} 0
}
`;
}

/** Environment, directory and the record of the process, inside the command's subshell. */
function surroundings(marker: string, options: RunOptions): string {
  let text = options.timeout === undefined ? '' : `__tsible_process ${marker};`;
  for (const [name, value] of options.env ?? []) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new UserError(`environment: ${JSON.stringify(name)} cannot be the name of a variable`, {
        hint: 'letters, digits and underscores only, not beginning with a digit',
      });
    }
    text += `export ${name}=${quote(value instanceof Secret ? value.reveal() : value)};`;
  }
  if (options.cwd !== undefined) {
    const cwd = options.cwd.startsWith('-') ? `./${options.cwd}` : options.cwd;
    text += `CDPATH= cd ${quote(cwd)} >/dev/null||exit;`;
  }
  return text;
}

interface Input {
  /** What stands before the command: a decoder piped into it. */
  readonly before: string;
  readonly redirect: string;
  /** Lines that follow the command's line. */
  readonly body: string;
  /** On which side of other here-documents of the same line the body comes. */
  readonly order: 'before' | 'after';
}

function standardInput(marker: string, stdin: RunOptions['stdin'], tools: HostTools): Input {
  if (stdin === undefined) return { before: '', redirect: '</dev/null', body: '', order: 'after' };
  const bytes = Buffer.isBuffer(stdin)
    ? stdin
    : bytesOfText(stdin instanceof Secret ? stdin.reveal() : stdin);
  const tag = `I${marker}`;
  // A here-document always ends with a newline and holds no NUL; its text goes through the shell's own
  // handling of characters, which only plain text is sure to survive.
  if (/^([\t\x20-\x7e]*\n)+$/.test(bytes.toString('latin1'))) {
    return { before: '', ...heredoc(tag, bytes.toString('latin1')), order: 'after' };
  }
  return {
    before: `${decoder(tag, tools)}|`,
    redirect: '',
    body: encoded(tag, bytes, tools),
    order: 'before',
  };
}

/** The command that turns the here-document `tag`, made with `encoded`, into bytes. */
export function decoder(tag: string, tools: HostTools): string {
  if (tools.base64) return `base64 -d <<'${tag}'`;
  // Built into the shell, so that nothing shows in a process list. One line holds one piece.
  return `while IFS= read -r __tsible_line;do printf "$__tsible_line";done <<'${tag}'`;
}

export function encoded(tag: string, bytes: Buffer, tools: HostTools): string {
  let text = '';
  const piece = tools.base64 ? 3 * 4096 : 512;
  for (let i = 0; i < bytes.length; i += piece) {
    const part = bytes.subarray(i, i + piece);
    text += `${tools.base64 ? part.toString('base64') : octal(part)}\n`;
  }
  return `${text}${tag}\n`;
}

function octal(bytes: Buffer): string {
  let text = '';
  for (const byte of bytes) text += `\\${byte.toString(8).padStart(3, '0')}`;
  return text;
}

function heredoc(tag: string, text: string): { redirect: string; body: string } {
  return { redirect: `<<'${tag}'`, body: `${text}${tag}\n` };
}
