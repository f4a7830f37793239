import type { Acted } from '../define.ts';
import type { Decision } from './conditions.ts';
import type { ShownCommand } from './report.ts';

/** `command` and `shell` call a command that was not needed ok, not skipped. */
export function notRun(decision: Decision, cmd: ShownCommand, check: boolean): Acted {
  const { reason, path } = decision;
  const what = reason === 'creates' ? 'exists' : 'does not exist';
  const message = `${check ? 'Would' : 'Did'} not run command since '${path}' ${what}`;
  const stdout = `skipped, since ${path} ${what}`;
  return {
    changed: false,
    message,
    result: {
      cmd,
      rc: 0,
      stdout,
      stdout_lines: [stdout],
      stderr: '',
      stderr_lines: [],
      start: null,
      end: null,
      delta: null,
      msg: message,
    },
  };
}
