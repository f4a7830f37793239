import { UserError } from '../core/error.ts';
import { loadSettings, type Settings } from '../load/index.ts';
import { warn } from './error-report.ts';

let read: Settings | undefined;

/** The settings of the folder that a command runs in; read once. */
export function settingsHere(): Settings {
  read ??= loadSettings({
    warn: (message, position) => warn(new UserError(message, { position }).format()),
  });
  return read;
}
