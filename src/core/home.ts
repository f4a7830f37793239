import { homedir } from 'node:os';

/**
 * A path of the controller as settings and options have it: `$NAME` and `${NAME}` stand for what the environment has
 * under that name, as far as it has anything, and `~` for the user's home.
 */
export function expandPath(path: string): string {
  return expandHome(
    path.replace(
      /\$(?:(\w+)|\{([^}]*)\})/g,
      (written, plain?: string, braced?: string) => process.env[plain ?? braced ?? ''] ?? written,
    ),
  );
}

/** A path of the controller in which `~` stands for the user's home. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path;
}
