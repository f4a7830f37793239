import type { Difference } from '../core/difference.ts';
import type { Counts, Status } from '../core/event.ts';
import type { Position } from '../core/position.ts';
import { type Dict, fromJson, Unknown, type Value } from '../core/value.ts';
import type { ModuleOutcome } from './run-module.ts';

/** How a task, or one turn of its loop, ended on a host. */
export interface TaskResult {
  readonly status: Status;
  readonly ignored?: boolean;
  /** `no_log` held where and when it ran. */
  readonly hidden?: boolean;
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  readonly position?: Position | undefined;
  readonly differences: readonly Difference[];
  /** What `register` sees. */
  readonly result: Dict;
  readonly show?: Value;
  readonly warnings: readonly string[];
  readonly facts?: Dict;
  readonly delegatedTo?: string;
  /** A loop's sum. */
  readonly turns?: number;
}

export function failed(message: string, more: Partial<TaskResult> = {}): TaskResult {
  return {
    status: 'failed',
    message,
    differences: [],
    warnings: [],
    result: registered('failed', message),
    ...more,
  };
}

export function skipped(message: string, more: Partial<TaskResult> = {}): TaskResult {
  const result = new Map(registered('skipped', undefined));
  result.set('skip_reason', message);
  return { status: 'skipped', message, differences: [], warnings: [], result, ...more };
}

export function unknown(message: string): TaskResult {
  return { status: 'unknown', message, differences: [], warnings: [], result: new Map() };
}

export function done(
  status: 'ok' | 'changed' | 'failed',
  data: Readonly<Record<string, unknown>> = {},
  more: Partial<TaskResult> = {},
): TaskResult {
  return {
    status,
    differences: [],
    warnings: [],
    result: registered(status, more.message, data, more.warnings),
    ...more,
  };
}

export function fromOutcome(outcome: ModuleOutcome, withDiff: boolean): TaskResult {
  const { status, message, hint, differences, warnings, facts } = outcome;
  const result = new Map(registered(status, message, outcome.result, warnings));
  if (withDiff && differences.length > 0) result.set('diff', differences.map(shownDifference));
  if (facts) result.set('ansible_facts', facts);
  return { status, message, hint, differences, warnings, result, ...(facts && { facts }) };
}

/** The value of a registered variable: what is not known in a check run stays unknown whatever asks for it. */
export function registerValue(result: TaskResult): Value {
  return result.status === 'unknown' ? new Unknown(result.message ?? 'the task was not run') : result.result;
}

function registered(
  status: Status,
  message: string | undefined,
  data: Readonly<Record<string, unknown>> = {},
  warnings: readonly string[] = [],
): Dict {
  const result = new Map<Value, Value>(Object.entries(data).map(([key, value]) => [key, fromJson(value)]));
  // What failed may have changed something before it did.
  result.set('changed', status === 'changed' || (status === 'failed' && data.changed === true));
  result.set('failed', status === 'failed' || status === 'unreachable');
  if (status === 'skipped') result.set('skipped', true);
  if (status === 'unreachable') result.set('unreachable', true);
  if (message !== undefined && !result.has('msg')) result.set('msg', message);
  if (warnings.length > 0) result.set('warnings', [...warnings]);
  return result;
}

/** A difference as playbooks read it from `result.diff`. */
function shownDifference(difference: Difference): Value {
  return fromJson(
    difference.type === 'text'
      ? {
          before_header: difference.header,
          after_header: difference.header,
          before: difference.before ?? '',
          after: difference.after ?? '',
        }
      : {
          before_header: difference.header,
          after_header: difference.header,
          before: { [difference.attribute]: difference.before },
          after: { [difference.attribute]: difference.after },
        },
  );
}

/** The result of a loop, from those of its turns. */
export function combined(results: readonly TaskResult[]): TaskResult {
  const any = (status: Status) => results.some(result => result.status === status);
  const status: Status = any('unreachable')
    ? 'unreachable'
    : any('failed')
      ? 'failed'
      : any('changed')
        ? 'changed'
        : any('unknown')
          ? 'unknown'
          : results.length > 0 && results.every(result => result.status === 'skipped')
            ? 'skipped'
            : 'ok';
  const message =
    status === 'failed'
      ? 'One or more items failed'
      : status === 'skipped'
        ? 'All items skipped'
        : status === 'unknown'
          ? results.find(result => result.status === 'unknown')?.message
          : 'All items completed';
  const changed = results.some(result => result.result.get('changed') === true);
  const result = new Map(registered(status, message, { changed }));
  if (status !== 'skipped') result.set('skipped', false);
  result.set('results', results.map(registerValue));
  const bad = results.filter(one => one.status === 'failed' || one.status === 'unreachable');
  return {
    status,
    message,
    turns: results.length,
    ...(bad.length > 0 && bad.every(({ ignored }) => ignored) && { ignored: true }),
    // It holds those of all turns.
    hidden: results.some(({ hidden }) => hidden),
    // The turns' own events show these; here they are for whoever sees only the sum.
    differences: [],
    warnings: [],
    result,
    position: results.find(({ status }) => status === 'failed')?.position,
  };
}

/** Counts of one host, as the recap shows them. */
export class Tally {
  ok = 0;
  changed = 0;
  unknown = 0;
  unreachable = 0;
  failed = 0;
  skipped = 0;
  rescued = 0;
  ignored = 0;

  count(result: TaskResult): void {
    if (result.ignored) this.ignored++;
    switch (result.status) {
      case 'changed':
        this.changed++;
        this.ok++;
        break;
      case 'failed':
        if (!result.ignored) this.failed++;
        else {
          this.ok++;
          if (result.result.get('changed') === true) this.changed++;
        }
        break;
      case 'unreachable':
        if (result.ignored) this.ok++;
        else this.unreachable++;
        break;
      default:
        this[result.status]++;
    }
  }

  get counts(): Counts {
    const { ok, changed, unknown, unreachable, failed, skipped, rescued, ignored } = this;
    return { ok, changed, unknown, unreachable, failed, skipped, rescued, ignored };
  }
}
