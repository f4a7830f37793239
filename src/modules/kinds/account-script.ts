import { type ShellText, sh } from '../../core/shell.ts';

/**
 * Changes to accounts: the commands one after another, up to the first that fails. They go on when the
 * connection is lost in the middle, so that no account is left half made.
 *
 * They may use `has TOOL`, and for hosts without the tools (busybox need not have any of them):
 *
 *     edit FILE NAME FIELD VALUE…   sets fields, counted from 1, of a line
 *     append FILE LINE              adds a line
 *     strike FILE NAME              removes a line
 *     join GROUP USER               makes a user a member
 *     quit GROUP USER               no longer
 *     set_password                  from standard input, as `chpasswd -e` takes it
 */
export function accountScript(commands: readonly ShellText[]): ShellText {
  return sh`${PRELUDE}\n${allOf(commands)}`;
}

/** Commands of which each must succeed for the next to be run. */
export function allOf(commands: readonly ShellText[]): ShellText {
  return commands.reduce((all, command) => sh`${all} &&\n${command}`, sh`:`);
}

// A table is replaced as a whole, with the owner and mode that it has; a run that ends midway leaves the old.
const PRELUDE = sh`trap '' HUP PIPE TERM
has() { command -v "$1" >/dev/null 2>&1; }
rewrite() {
  table=$1 program=$2; shift 2
  rm -f "$table.tsible" && cp -p "$table" "$table.tsible" &&
  awk "BEGIN { FS = OFS = \\":\\"; for (i = 1; i < ARGC; i++) { word[i] = ARGV[i]; ARGV[i] = \\"\\" }
    ARGV[1] = \\"$table\\"; given = ARGC - 1; if (ARGC < 2) ARGC = 2 } $program" "$@" > "$table.tsible" &&
  { sync "$table.tsible" 2>/dev/null || :; } && mv -f "$table.tsible" "$table"
}
edit() {
  edited=$1; shift
  rewrite "$edited" '$1 == word[1] { for (i = 2; i < given; i += 2) $word[i] = word[i + 1] } { print }' "$@"
}
append() { rewrite "$1" '{ print } END { print word[1] }' "$2"; }
strike() { rewrite "$1" '$1 != word[1]' "$2"; }
join() { rewrite /etc/group '$1 == word[1] { $4 = $4 == "" ? word[2] : $4 "," word[2] } { print }' "$@"; }
quit() {
  rewrite /etc/group '$1 == word[1] {
    count = split($4, member, ","); $4 = ""
    for (i = 1; i <= count; i++) if (member[i] != word[2]) $4 = $4 == "" ? member[i] : $4 "," member[i]
  } { print }' "$@"
}
set_password() {
  if has chpasswd; then chpasswd -e; else
    rm -f /etc/shadow.tsible && cp -p /etc/shadow /etc/shadow.tsible &&
    awk 'BEGIN { FS = OFS = ":" } NR == 1 { name = $1; hash = $2; next } $1 == name { $2 = hash } { print }' - /etc/shadow > /etc/shadow.tsible && mv -f /etc/shadow.tsible /etc/shadow
  fi
}`;
