import { statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { fromSeconds } from './python/dates.ts';

/**
 * `ansible_managed` of a template file, where no variable of that name is set: what the setting says, with
 * {file}, {host}, {uid} and, as in strftime, the file's time in it.
 */
export function managedText(setting: string | undefined, file: string | undefined): string {
  if (setting === undefined) return 'Ansible managed';
  const named: Readonly<Record<string, string>> = {
    file: file ?? '',
    host: hostname(),
    uid: userInfo().username,
  };
  const text = setting.replace(/\{(\w+)\}/g, (whole, name: string) => named[name] ?? whole);
  if (!text.includes('%')) return text;
  const modified = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return fromSeconds((modified ?? Date.now()) / 1000, false).format(text);
}
