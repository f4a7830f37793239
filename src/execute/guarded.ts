import { BecomeFailed, CommandTimeout, Unreachable, Unsupported } from '../connection/types.ts';
import { UserError } from '../core/error.ts';
import type { Task } from '../core/play.ts';
import { UnknownValue, type Value } from '../core/value.ts';
import type { HostRun } from './host-run.ts';
import type { PlayRun } from './play-run.ts';
import { failed, type TaskResult, unknown } from './result.ts';

/** Turns what was thrown on a host's behalf into that host's result. */
export async function guarded<T>(
  play: PlayRun,
  host: HostRun,
  task: Task,
  run: () => Promise<T>,
): Promise<T | TaskResult> {
  try {
    return await run();
  } catch (error) {
    if (play.run.interrupted && !(error instanceof UnknownValue || error instanceof UserError)) {
      return failed('interrupted while this was running', {
        hint: 'what it had begun on the host may be done in part: run the play again',
      });
    }
    if (error instanceof UnknownValue) return unknown(error.message);
    if (error instanceof UserError) {
      const { cloud } = host.memory;
      if (play.run.options.check && cloud !== undefined && isUndefinedVariable(error)) return unknown(cloud);
      return failed(error.message, { hint: error.hint, position: error.position });
    }
    if (error instanceof Unreachable) {
      await play.run.connections.drop(host.name);
      const hint = error.hint;
      return {
        ...failed(error.message, { hint }),
        status: 'unreachable',
        result: unreachableResult(error.message),
      };
    }
    if (error instanceof BecomeFailed) return failed(error.message, { hint: error.hint });
    if (error instanceof CommandTimeout || error instanceof Unsupported) return failed(error.message);
    if (isSystemError(error)) return failed(error.message, { position: task.args.position });
    return failed(`internal error: ${error instanceof Error ? error.message : String(error)}`, {
      hint: `this is a fault in tsible; please report it with this trace: ${stackOf(error)}`,
    });
  }
}

function isUndefinedVariable(error: UserError): boolean {
  return /is undefined|undefined variable|has no attribute/.test(error.message);
}

/** A failing call to the controller's own system, such as a file of ours that cannot be read. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .slice(1, 4)
    .map(line => line.trim())
    .join(' ');
}

function unreachableResult(message: string): TaskResult['result'] {
  return new Map<Value, Value>([
    ['changed', false],
    ['failed', false],
    ['unreachable', true],
    ['msg', message],
  ]);
}
