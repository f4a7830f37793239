import { homedir } from 'node:os';

/** A path of the controller in which `~` stands for the user's home. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path;
}
