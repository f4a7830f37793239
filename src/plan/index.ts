/** Which hosts and which tasks: pure functions over what was loaded. */
export { serialBatches } from './batches.ts';
export { orderHosts } from './order.ts';
export { LOCAL_NAMES, type Matched, matchHosts, nothingMatched, splitPattern } from './patterns.ts';
export { findStart, titleOf } from './start.ts';
export { isSelected, type RenderTag, tagsOf } from './tags.ts';
export { handlersOf, type PlannedTask, type Section, tasksIn, walkTasks } from './walk-tasks.ts';
