import type { Outcome } from '../../connection/types.ts';
import type { Secret } from '../../core/secret.ts';
import type { Acted } from '../define.ts';
import { splitLines } from './lines.ts';

export interface Timed {
  readonly outcome: Outcome;
  readonly start: Date;
  readonly end: Date;
}

/** Runs something and notes, by the controller's clock, when it began and ended. */
export async function timed(run: () => Promise<Outcome>): Promise<Timed> {
  const start = new Date();
  const outcome = await run();
  return { outcome, start, end: new Date() };
}

/** A command as results have it: text, or words. */
export type ShownCommand = string | Secret | readonly (string | Secret)[];

export interface ReportOptions {
  /** `cmd` of the result. */
  readonly cmd?: ShownCommand | undefined;
  readonly strip: boolean;
}

/** What a command's end is to its playbook: rc, outputs, times; a status other than 0 is a failure. */
export function report({ outcome, start, end }: Timed, { cmd, strip }: ReportOptions): Acted {
  const rc = outcome.status;
  const stdout = decode(outcome.stdout, strip);
  const stderr = decode(outcome.stderr, strip);
  return {
    changed: true,
    failed: rc !== 0,
    message: rc === 0 ? '' : 'non-zero return code',
    result: {
      ...(cmd !== undefined && { cmd }),
      rc,
      stdout,
      stdout_lines: splitLines(stdout),
      stderr,
      stderr_lines: splitLines(stderr),
      start: clock(start),
      end: clock(end),
      delta: duration(end.getTime() - start.getTime()),
      msg: rc === 0 ? '' : 'non-zero return code',
      // A failed command may have changed something, and Ansible says so.
      changed: true,
    },
  };
}

export function decode(bytes: Buffer, strip: boolean): string {
  const text = bytes.toString('utf8');
  return strip ? text.replace(/[\r\n]+$/, '') : text;
}

/** `2026-01-31 12:00:00.123000`, local time, as Python prints a datetime. */
function clock(time: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const hours = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${date} ${hours}.${String(time.getMilliseconds()).padStart(3, '0')}000`;
}

/** `0:00:01.250000`, and with days in front of it from the first day on, as Python prints a timedelta. */
function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (number: number) => String(number).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const rest = seconds % 86_400;
  const time = `${Math.floor(rest / 3600)}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  const day = days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}, `;
  return `${day}${time}.${String(milliseconds % 1000).padStart(3, '0')}000`;
}
