import type { Task } from '../../core/play.ts';
import type { Raw, RawDict } from '../../core/value.ts';
import type { Constraint, Infer, Schema } from '../../modules/parameters.ts';
import type { Templar } from '../../template/types.ts';
import type { HostRun } from '../host-run.ts';
import type { PlayRun } from '../play-run.ts';
import type { TaskResult } from '../result.ts';

/** Something that happens on the controller and needs no connection: it works with variables, not with a host. */
export interface Action<S extends Schema = Schema> {
  readonly names: readonly [string, ...string[]];
  readonly summary: string;
  readonly parameters: S;
  readonly constraints?: readonly Constraint[];
  /** The parameter that text without a name belongs to. */
  readonly freeForm?: string;
  /** Parameters handed over as loaded, because they are expressions or are to be rendered by the action. */
  readonly asLoaded?: readonly string[];
  /** Names that are no parameters are variables (`set_fact`, `add_host`). */
  readonly open?: boolean;
  /** Done by the first host for all that come to it together. */
  readonly onceForAll?: boolean;
  run(p: Infer<S>, at: ActionContext): TaskResult | Promise<TaskResult>;
}

export interface ActionContext {
  readonly task: Task;
  readonly host: HostRun;
  /** The hosts whose variables are set: others than `host` with `run_once` and `delegate_facts`. */
  readonly recipients: readonly HostRun[];
  readonly play: PlayRun;
  readonly templar: Templar;
  /** All arguments as loaded. */
  readonly raw: RawDict;
  /** Arguments that are no parameters of an `open` action, as loaded. */
  readonly rest: ReadonlyMap<string, Raw>;
  readonly check: boolean;
}

export function action<const S extends Schema>(definition: Action<S>): Action<S> {
  return definition;
}
