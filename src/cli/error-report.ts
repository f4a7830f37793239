import { UserError } from '../core/error.ts';
import { redact } from '../core/secret.ts';
import { visible } from '../core/visible.ts';
import { ExitStatus, Interrupted } from './exit-status.ts';

/** Tells the user what went wrong, on standard error; returns the exit status that goes with it. */
export function reportError(error: unknown, version: string): number {
  if (error instanceof Interrupted) {
    process.stderr.write('\ninterrupted\n');
    return ExitStatus.interrupted;
  }
  if (error instanceof UserError) {
    write(`error: ${error.format()}`);
    return ExitStatus.wrongUse;
  }
  write(
    [
      `tsible ${version} has a fault; this is not your doing:`,
      error instanceof Error ? (error.stack ?? String(error)) : String(error),
      'hint: please report it with the lines above and what you ran',
    ].join('\n'),
  );
  return ExitStatus.fault;
}

/** A warning about the command line or an input, outside of any run. */
export function warn(message: string): void {
  write(`warning: ${message}`);
}

/** What a program said that a playbook runs on the controller. */
export function passOn(text: string): void {
  write(text.replace(/\n$/, ''));
}

function write(text: string): void {
  process.stderr.write(`${visible(redact(text))}\n`);
}
