import type { Play, Step, Task } from '../core/play.ts';

export type Section = 'pre_tasks' | 'roles' | 'tasks' | 'post_tasks' | 'handlers';

export interface PlannedTask {
  readonly play: Play;
  readonly section: Section;
  readonly task: Task;
}

/** Every task of the plays in the order in which it would run; handlers, those of roles included, come last. */
export function* walkTasks(plays: readonly Play[]): Generator<PlannedTask> {
  for (const play of plays) {
    for (const [section, steps] of sections(play)) {
      for (const task of tasksIn(steps)) yield { play, section, task };
    }
    for (const task of tasksIn(handlersOf(play))) yield { play, section: 'handlers', task };
  }
}

/** The tasks in steps, at any depth: those of a block, of its rescue, of its always. */
export function* tasksIn(steps: readonly Step[]): Generator<Task> {
  for (const step of steps) {
    if (step.kind === 'task') yield step;
    else {
      yield* tasksIn(step.tasks);
      yield* tasksIn(step.rescue);
      yield* tasksIn(step.always);
    }
  }
}

/** The play's own handlers, after those of its roles. */
export function handlersOf(play: Play): readonly Step[] {
  const found: Step[] = [];
  const visit = (steps: readonly Step[]): void => {
    for (const step of steps) {
      if (step.kind === 'task') continue;
      if (step.role) found.push(...step.role.handlers);
      for (const inner of [step.tasks, step.rescue, step.always]) visit(inner);
    }
  };
  for (const [, steps] of sections(play)) visit(steps);
  return [...found, ...play.handlers];
}

function sections(play: Play): [Exclude<Section, 'handlers'>, readonly Step[]][] {
  return [
    ['pre_tasks', play.preTasks],
    ['roles', play.roles],
    ['tasks', play.tasks],
    ['post_tasks', play.postTasks],
  ];
}
