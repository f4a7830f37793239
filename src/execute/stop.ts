import type { Task } from '../core/play.ts';
import { levels } from '../core/play.ts';
import { type Raw, TemplateText, type Value } from '../core/value.ts';
import { registerValue, type TaskResult } from './result.ts';

/** The host leaves the play's course: to the next rescue, or out of the play. */
export class Stop extends Error {
  constructor(
    readonly reason: 'failed' | 'unreachable' | 'ended' | 'role-ended',
    readonly task?: Task,
    readonly result?: TaskResult,
  ) {
    super(reason);
  }

  /** What a rescue sees of the failure: nothing, where another host's is met. */
  get variables(): ReadonlyMap<string, Raw> {
    const { task, result } = this;
    if (!task || !result) return new Map();
    return new Map<string, Raw>([
      ['ansible_failed_result', registerValue(result)],
      ['ansible_failed_task', described(task)],
    ]);
  }
}

/** A task as data, as far as playbooks use it. */
function described(task: Task): Raw {
  const { args } = task;
  const given = new Map<Value, Raw>(args.named);
  if (args.free !== undefined) given.set('_raw_params', args.free);
  const tags = levels(task).flatMap(level => level.tags ?? []);
  return new Map<Value, Raw>([
    ['name', task.name ?? ''],
    ['action', task.action],
    // Written text, not to be rendered: what failed may be the rendering.
    ['args', asText(given)],
    ['register', task.register ?? null],
    ['tags', tags.map(asText)],
    ['loop', task.loop ? asText(task.loop.value) : null],
    ['vars', asText(task.vars ?? new Map())],
  ]);
}

function asText(raw: Raw): Raw {
  if (raw instanceof TemplateText) return raw.secret ? '********' : raw.text;
  if (Array.isArray(raw)) return raw.map(asText);
  if (raw instanceof Map) return new Map([...raw].map(([key, value]) => [key, asText(value as Raw)]));
  return raw;
}
