import type { TaskInfo } from '../core/event.ts';

/** `users : Add keys` */
export function taskTitle(task: TaskInfo): string {
  return task.role === undefined ? task.name : `${task.role} : ${task.name}`;
}

/** `TASK [users : Add keys]`, or `RUNNING HANDLER [...]`. */
export function taskHeading(task: TaskInfo): string {
  return `${task.handler ? 'RUNNING HANDLER' : 'TASK'} [${taskTitle(task)}]`;
}
