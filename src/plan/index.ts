export { limitHosts, matchHosts, nothingMatched } from './host-patterns.ts';
export { orderHosts, serialBatches } from './order.ts';
export { isSelected, tagsOf } from './tags.ts';
export { tasksIn, walkTasks } from './walk-tasks.ts';
