import { UserError } from '../core/error.ts';
import type { Block, Task } from '../core/play.ts';
import { Secret } from '../core/secret.ts';
import { type Raw, type RawDict, TemplateText, type Value } from '../core/value.ts';
import { toRepr } from '../template/index.ts';
import type { Templar } from '../template/types.ts';
import type { HostRun } from './host-run.ts';
import type { Turn } from './lockstep.ts';
import type { PlayRun } from './play-run.ts';
import type { TaskResult } from './result.ts';
import { forEachTurn, type LoopTurn } from './task-run.ts';

const TASKS = ['include_tasks', 'ansible.builtin.include_tasks', 'include', 'ansible.builtin.include'];
const ROLE = ['include_role', 'ansible.builtin.include_role'];

export function isInclude(task: Task): boolean {
  return TASKS.includes(task.action) || ROLE.includes(task.action);
}

/** An include_role without a name is called after its role. */
export function titleOfInclude(task: Task): Raw | undefined {
  const role = ROLE.includes(task.action) ? task.args.named.get('name') : undefined;
  if (role instanceof TemplateText) return new TemplateText(`${task.action} : ${role.text}`, role.position);
  return typeof role === 'string' ? `${task.action} : ${role}` : undefined;
}

/** Content that a host goes through next. */
export interface Inclusion {
  readonly block: Block;
  readonly name: string;
  readonly label?: Value;
  readonly hidden: boolean;
  /** Hosts that include the same at the same step go through it together. */
  readonly order: number;
  /** Loop variables, which this host's tasks see in the block. */
  readonly frame: RawDict;
}

/** What an include task pulls in for one host, or how it ended when it does not. */
export async function includesOf(
  play: PlayRun,
  host: HostRun,
  task: Task,
  turn: Turn<HostRun>,
  pass: (refused: TaskResult, index: number, label: Value) => void,
): Promise<readonly Inclusion[] | TaskResult> {
  const found: Inclusion[] = [];
  const seen = new Map<string, number>();
  const take = (templar: Templar, item?: LoopTurn): void => {
    const named = templar.render(task.args.named) as ReadonlyMap<Value, Value>;
    const [block, name] = ROLE.includes(task.action)
      ? play.includedRole(task, named)
      : play.includedTasks(task, fileOf(task, named, templar));
    const key = item ? `${name}\0${toRepr([...item.vars])}` : name;
    // The same once more, for the same host, is another step of its own.
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    found.push({
      block,
      name,
      ...(item && { label: item.label }),
      hidden: play.hides(task, templar),
      order: turn.order(`${key}\0${times}`),
      frame: new Map<Value, Raw>(item?.vars ?? []),
    });
  };
  const ended = await forEachTurn(play, host, task, take, pass);
  return ended ?? found;
}

function fileOf(task: Task, named: ReadonlyMap<Value, Value>, templar: Templar): string {
  const { free } = task.args;
  const given =
    (free === undefined ? undefined : templar.render(free)) ?? named.get('file') ?? named.get('_raw_params');
  const file = given instanceof Secret ? given.reveal() : given;
  if (typeof file === 'string' && file !== '') return file;
  throw new UserError(`${task.action} needs the name of a file`, { position: task.args.position });
}
