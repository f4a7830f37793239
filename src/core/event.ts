import type { Difference } from './difference.ts';
import type { Position } from './position.ts';
import type { Dict, Value } from './value.ts';

/**
 * What happens in a run, in the order in which it happens. The executor yields these, and reports are made
 * from nothing else. Values in them may be or hold secrets: whoever prints them redacts.
 *
 * docs/events.md describes the same events as `--json` prints them.
 */
export type Event =
  | RunStart
  | PlayStart
  | TaskStart
  | HostItem
  | HostResult
  | Retry
  | TaskEnd
  | Included
  | Notified
  | Straggler
  | Notice
  | RunError
  | Recap;

export interface RunStart {
  readonly type: 'run-start';
  /** As named on the command line. */
  readonly playbooks: readonly string[];
  readonly check: boolean;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface PlayStart {
  readonly type: 'play-start';
  readonly name: string;
  /** None: no host of the inventory is meant, and the play is skipped. */
  readonly hosts: readonly string[];
  readonly position?: Position;
  /** With `serial`: this batch's number, from 1, and how many there are. */
  readonly batch?: { readonly number: number; readonly of: number };
}

/** A task as reports name it. The same object in every event about it. */
export interface TaskInfo {
  /** Unique in a run; a task that runs again (in another batch, included again) has a new one. */
  readonly id: number;
  /** Rendered name; the action's when it has none. */
  readonly name: string;
  readonly role?: string;
  /** As written: `copy`, `ansible.builtin.copy`. */
  readonly action: string;
  readonly position?: Position;
  readonly handler: boolean;
  /** Runs as in a check run, also in a real one (`check_mode: true`). */
  readonly check?: boolean;
}

export interface TaskStart {
  readonly type: 'task-start';
  readonly task: TaskInfo;
  /** Those that come to this task, also if their `when` then says no. */
  readonly hosts: readonly string[];
}

/**
 * - `unknown`: a check run cannot tell what a real run would do; `message` says why.
 * - `unreachable`: the host could not be reached, or the connection was lost.
 */
export type Status = 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable' | 'unknown';

interface Ended {
  readonly host: string;
  readonly task: TaskInfo;
  readonly status: Status;
  /** Why it failed, was skipped or is unknown; what a module said otherwise. */
  readonly message?: string;
  readonly hint?: string;
  /** Where the fault is, when it is not simply the task's own place: a parameter, a template's line. */
  readonly position?: Position;
  readonly differences: readonly Difference[];
  /** What `register` sees. */
  readonly result: Dict;
  /** What the task was run for, shown at every verbosity: the text or value of `debug`. */
  readonly show?: Value;
  readonly warnings: readonly string[];
  readonly deprecations?: readonly string[];
  readonly delegatedTo?: string;
  /** Milliseconds on this host, with retries and waiting. */
  readonly duration: number;
  /** Failed or unreachable, and `ignore_errors`/`ignore_unreachable` lets the host go on. */
  readonly ignored?: boolean;
  /** `no_log`, which may be otherwise on another host or in another turn: nothing but how it ended may be shown. */
  readonly hidden?: boolean;
}

/** One turn of a loop. */
export interface HostItem extends Ended {
  readonly type: 'item';
  /** Counts from 0. */
  readonly index: number;
  /** `loop_control.label`, else the item. */
  readonly label: Value;
}

/** A task has ended on a host. With a loop it follows the items' events and sums them up. */
export interface HostResult extends Ended {
  readonly type: 'result';
  /** How many turns a loop had; absent when the task has no loop. */
  readonly items?: number;
  /** Failed, and the block it stands in has a `rescue`, which follows. */
  readonly rescued?: boolean;
}

/** `until` does not hold yet. */
export interface Retry {
  readonly type: 'retry';
  readonly host: string;
  readonly task: TaskInfo;
  readonly label?: Value;
  readonly attempt: number;
  readonly retriesLeft: number;
  readonly message?: string;
  readonly hidden?: boolean;
}

/** No host will end this task any more. */
export interface TaskEnd {
  readonly type: 'task-end';
  readonly task: TaskInfo;
  /** Milliseconds from its start. */
  readonly duration: number;
}

/** A file or role was pulled in while running. */
export interface Included {
  readonly type: 'included';
  readonly task: TaskInfo;
  /** Path of the tasks file, or the role's name. */
  readonly name: string;
  readonly hosts: readonly string[];
  readonly label?: Value;
  readonly hidden?: boolean;
}

export interface Notified {
  readonly type: 'notified';
  readonly host: string;
  readonly task: TaskInfo;
  readonly handler: string;
}

/** A host keeps the others waiting. */
export interface Straggler {
  readonly type: 'straggler';
  readonly host: string;
  readonly task: TaskInfo;
  /**
   * `slow`: it answers, and its command is still running. `silent`: nothing is heard of it. `left`: it was
   * given up, and the others go on without it.
   */
  readonly state: 'slow' | 'silent' | 'left';
  /** Milliseconds that it has been so. */
  readonly after: number;
}

/** Something worth saying that is not about one host's task. */
export interface Notice {
  readonly type: 'notice';
  readonly level: 'info' | 'warning' | 'deprecation';
  readonly message: string;
  readonly hint?: string;
  readonly position?: Position;
  readonly host?: string;
  /** Said from this verbosity on; 0 unless said otherwise. */
  readonly verbosity?: number;
}

/** The run cannot go on: wrong input that was found late, or a fault of our own. */
export interface RunError {
  readonly type: 'run-error';
  readonly message: string;
  readonly hint?: string;
  readonly position?: Position;
}

export interface Counts {
  readonly ok: number;
  readonly changed: number;
  readonly unknown: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
}

/** The last event of every run, also of one that was interrupted. */
export interface Recap {
  readonly type: 'recap';
  /** In the order in which they came up. `ok` includes `changed`, as Ansible counts. */
  readonly hosts: readonly { readonly host: string; readonly counts: Counts }[];
  /** Milliseconds. */
  readonly duration: number;
  readonly check: boolean;
  readonly interrupted: boolean;
}
