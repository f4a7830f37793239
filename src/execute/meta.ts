import { didYouMean, UserError } from '../core/error.ts';
import type { TaskInfo } from '../core/event.ts';
import type { Task } from '../core/play.ts';
import type { HostRun } from './host-run.ts';
import type { PlayRun } from './play-run.ts';
import { conditionsOf } from './task-run.ts';

const NAMES = ['meta', 'ansible.builtin.meta'];

const KINDS = [
  'flush_handlers',
  'noop',
  'clear_facts',
  'clear_host_errors',
  'end_host',
  'end_play',
  'end_batch',
  'end_role',
  'refresh_inventory',
  'reset_connection',
];

export function isMeta(task: Task): boolean {
  return NAMES.includes(task.action);
}

/** The word after `meta:`; throws a UserError for one that is not known. */
export function metaKind(task: Task): string {
  const kind = String(task.args.free ?? '');
  if (KINDS.includes(kind)) return kind;
  throw new UserError(`unknown meta action "${kind}"`, {
    position: task.args.position,
    hint: didYouMean(kind, KINDS) ?? `one of: ${KINDS.join(', ')}`,
  });
}

interface MetaContext {
  readonly play: PlayRun;
  readonly host: HostRun;
  readonly info: TaskInfo;
  flush(): Promise<void>;
}

/** Returns how the host's way ends by it, if it does. */
export async function runMeta(task: Task, at: MetaContext): Promise<'ended' | 'role-ended' | undefined> {
  const { play, host } = at;
  const kind = metaKind(task);
  const refused = await conditionsOf(play, host, task);
  if (refused) {
    // Only what was stopped by a fault is worth a line; "when" saying no is the ordinary case.
    if (refused.status === 'failed') play.reports.result(host, at.info, task, refused, 0, false);
    return undefined;
  }
  switch (kind) {
    case 'flush_handlers':
      await at.flush();
      return undefined;
    case 'clear_facts':
      host.clearFacts();
      return undefined;
    case 'clear_host_errors':
      play.run.clearErrors();
      return undefined;
    case 'end_host':
      return 'ended';
    case 'end_role':
      return 'role-ended';
    case 'end_play':
    case 'end_batch':
      play.ended = true;
      if (kind === 'end_play') play.endsPlay = true;
      return 'ended';
    case 'refresh_inventory':
      await play.run.refreshInventory();
      return undefined;
    case 'reset_connection':
      await play.run.connections.drop(host.name);
      return undefined;
    default:
      return undefined;
  }
}
