import type { Play, Step, Task } from '../core/play.ts';

/** Every task of a play in the order in which it would run; handlers last. */
export function* walkTasks(play: Play): Generator<Task> {
  for (const steps of [play.preTasks, play.roles, play.tasks, play.postTasks]) yield* tasksIn(steps);
  yield* tasksIn(play.handlers);
}

export function* tasksIn(steps: readonly Step[]): Generator<Task> {
  for (const step of steps) {
    if (step.kind === 'task') yield step;
    else for (const part of [step.tasks, step.rescue, step.always]) yield* tasksIn(part);
  }
}
