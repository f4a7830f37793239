import { Secret } from './secret.ts';

/** A piece of POSIX shell whose every interpolated value was quoted by construction. Made with `sh`. */
export class ShellText {
  constructor(readonly text: string) {}
}

type Part = string | number | Secret | ShellText | readonly (string | number)[];

/**
 * Shell text from a template: `` sh`chown ${owner} ${path}` ``. A string becomes one quoted word, a list
 * several, a ShellText is taken as it stands. There is no other way to put a value into a command.
 */
export function sh(strings: TemplateStringsArray, ...parts: Part[]): ShellText {
  let text = strings[0]!;
  parts.forEach((part, i) => {
    text += words(part) + strings[i + 1]!;
  });
  return new ShellText(text);
}

/** Several commands, one after another, whatever the status of each. */
export function sequence(commands: readonly ShellText[]): ShellText {
  return new ShellText(commands.map(command => command.text).join('\n'));
}

/** Text the user wrote as shell (the `shell` module's command line): the one place where a string is code. */
export function userShell(text: string): ShellText {
  return new ShellText(text);
}

function words(part: Part): string {
  if (part instanceof ShellText) return part.text;
  if (part instanceof Secret) return quote(part.reveal());
  if (Array.isArray(part)) return part.map(word => quote(String(word))).join(' ');
  return quote(String(part));
}

const RESERVED = new Set('if then else elif fi do done case esac while until for in'.split(' '));

/** One shell word that stands for exactly `text`, also where a command's name is expected. */
export function quote(text: string): string {
  if (text.includes('\0')) throw new TypeError('a shell word cannot hold a NUL byte');
  // No "=" among the bare characters: as a first word it would be an assignment.
  if (/^[A-Za-z0-9_\-./:@%+,]+$/.test(text) && !RESERVED.has(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
