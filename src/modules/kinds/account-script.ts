import { type ShellText, sh } from '../../core/shell.ts';

/**
 * Changes to accounts: the commands one after another, up to the first that fails. They go on when the
 * connection is lost in the middle, so that no account is left half made.
 *
 * They may use `has TOOL`, and `edit FILE NAME FIELD VALUE…`, which sets fields (counted from 1) of a line
 * where no tool does it.
 */
export function accountScript(commands: readonly ShellText[]): ShellText {
  const steps = commands.reduce((all, command) => sh`${all} &&\n${command}`, sh`:`);
  return sh`${PRELUDE}\n${steps}`;
}

const PRELUDE = sh`trap '' HUP PIPE TERM
has() { command -v "$1" >/dev/null 2>&1; }
edit() {
  file=$1; shift
  rm -f "$file.tsible" && cp -p "$file" "$file.tsible" && awk 'BEGIN {
    FS = OFS = ":"; name = ARGV[1]
    for (i = 2; i < ARGC - 1; i += 2) set[ARGV[i]] = ARGV[i + 1]
    for (i = 1; i < ARGC - 1; i++) ARGV[i] = ""
  } $1 == name { for (field in set) $field = set[field] } { print }' "$@" "$file" > "$file.tsible" &&
  sync "$file.tsible" 2>/dev/null; [ -s "$file.tsible" ] && mv -f "$file.tsible" "$file"
}`;
