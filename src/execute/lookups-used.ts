import type { Task } from '../core/play.ts';
import { isDict, isList, type Raw, type RawDict, TemplateText } from '../core/value.ts';
import { references } from '../template/index.ts';

const known = new WeakMap<Task, boolean>();

/** Whether a task's arguments or loop use lookups, which read files or run programs of the controller. */
export function usesLookups(task: Task): boolean {
  let uses = known.get(task);
  if (uses === undefined) {
    const { named, free, template } = task.args;
    uses =
      (task.loop !== undefined && !['loop', 'items', 'list', 'dict'].includes(task.loop.lookup)) ||
      [named, free ?? null, template ?? null, task.loop?.value ?? null, ...(task.when ?? [])].some(mentions);
    known.set(task, uses);
  }
  return uses;
}

function mentions(raw: Raw): boolean {
  if (raw instanceof TemplateText) return [...references(raw).lookups].length > 0;
  if (isList(raw)) return (raw as readonly Raw[]).some(mentions);
  if (isDict(raw)) return [...(raw as RawDict).values()].some(mentions);
  return false;
}
