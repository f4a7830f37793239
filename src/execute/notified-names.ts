import { didYouMean, UserError } from '../core/error.ts';
import { type Block, type Play, roleOf, type Step, type Task } from '../core/play.ts';
import { positionOf } from '../core/position.ts';
import { TemplateText } from '../core/value.ts';
import { isInclude } from './include.ts';

/**
 * Names in `notify` that no handler of the play has. Where a play's handlers cannot all be told before the run,
 * because it includes more content or names them by templates, nothing is said.
 */
export function unknownHandlers(play: Play): UserError[] {
  const faults: UserError[] = [];
  const sections = [play.preTasks, play.roles, play.tasks, play.postTasks];
  const roles = sections.flatMap(steps => blocksIn(steps)).flatMap(block => block.role ?? []);
  const handlers = [...roles.flatMap(role => role.handlers), ...play.handlers].flatMap(step =>
    tasksIn([step]),
  );
  const tasks = [...sections.flatMap(tasksIn), ...handlers];
  if (tasks.some(isInclude)) return [];
  const texts = handlers.flatMap(task => [
    ...(task.name === undefined ? [] : [task.name]),
    ...(task.listen ?? []),
  ]);
  if (texts.some(text => text instanceof TemplateText)) return [];
  const known = new Set<string>([...(texts as string[]), ...handlers.map(inRole)]);
  const seen = new Set<Task>();
  for (const task of tasks) {
    if (seen.has(task)) continue;
    seen.add(task);
    for (const [index, name] of (task.notify ?? []).entries()) {
      if (name instanceof TemplateText || known.has(name)) continue;
      faults.push(
        new UserError(`there is no handler "${name}"`, {
          position: positionOf(task.notify!, index) ?? task.position,
          hint: didYouMean(name, known) ?? (known.size === 0 ? 'the play has no handlers' : undefined),
        }),
      );
    }
  }
  return faults;
}

/** How a role's handler is called from elsewhere. */
function inRole(handler: Task): string {
  const role = roleOf(handler)?.role.name;
  return role === undefined ? '' : `${role} : ${String(handler.name)}`;
}

function tasksIn(steps: readonly Step[]): Task[] {
  return steps.flatMap(step =>
    step.kind === 'task' ? [step] : [step.tasks, step.rescue, step.always].flatMap(tasksIn),
  );
}

function blocksIn(steps: readonly Step[]): Block[] {
  return steps.flatMap(step =>
    step.kind === 'task' ? [] : [step, ...[step.tasks, step.rescue, step.always].flatMap(blocksIn)],
  );
}
