/** Which hosts and which tasks: pure functions over what was loaded. */
export { hostBatches } from './batches.ts';
export { findStart, type ListedPlay, type ListedTask, listPlays, titleOf } from './listing.ts';
export { LOCAL_NAMES, type Matched, matchHosts, type PatternProblem, splitPattern } from './patterns.ts';
export { type HostOrder, limitedHosts, type Selection, selectHosts } from './select-hosts.ts';
export { isSelected, type RenderTag, type TagChoice, tagsOf } from './tags.ts';
export { handlersOf, type PlannedTask, type Section, tasksIn, walkTasks } from './walk-tasks.ts';
