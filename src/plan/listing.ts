import { type Play, roleOf, type Task, type Text } from '../core/play.ts';
import { TemplateText } from '../core/value.ts';
import { fnmatch } from '../core/wildcards.ts';
import { isSelected, type RenderTag, type TagChoice, tagsOf } from './tags.ts';
import { walkTasks } from './walk-tasks.ts';

export interface ListedTask {
  readonly task: Task;
  /** As shown: `role : name`. */
  readonly title: string;
  /** Sorted. */
  readonly tags: readonly string[];
}

export interface ListedPlay {
  readonly play: Play;
  readonly name: string;
  readonly tags: readonly string[];
  readonly tasks: readonly ListedTask[];
  /** All tags of the listed tasks, sorted: --list-tags. */
  readonly taskTags: readonly string[];
}

/** What --list-tasks and --list-tags show: the tasks that these tags select, without handlers. */
export function listPlays(plays: readonly Play[], choice: TagChoice, render?: RenderTag): ListedPlay[] {
  return plays.map(play => {
    const tasks: ListedTask[] = [];
    for (const { section, task } of walkTasks([play])) {
      if (section === 'handlers') continue;
      const tags = tagsOf(task, render);
      if (isSelected(tags, choice)) tasks.push({ task, title: titleOf(task), tags: sorted(tags) });
    }
    return {
      play,
      name: play.name === undefined ? patternText(play) : textOf(play.name),
      tags: sorted(tagsOf(play, render)),
      tasks,
      taskTags: sorted(new Set(tasks.flatMap(({ tags }) => tags))),
    };
  });
}

/** A task's name, or else its module, behind the role it is in. */
export function titleOf(task: Task): string {
  const name = task.name === undefined ? task.action : textOf(task.name);
  const role = roleOf(task);
  return role ? `${role.role.name} : ${name}` : name;
}

/** Where `--start-at-task` begins: the first task whose title or name is this, or matches it with wildcards. */
export function findStart(plays: readonly Play[], wanted: string): Task | undefined {
  const test = fnmatch(wanted);
  for (const { section, task } of walkTasks(plays)) {
    if (section === 'handlers') continue;
    const title = titleOf(task);
    const name = task.name === undefined ? task.action : textOf(task.name);
    if (title === wanted || name === wanted || test(title) || test(name)) return task;
  }
  return undefined;
}

function patternText({ hosts }: Play): string {
  return Array.isArray(hosts) ? hosts.map(textOf).join(',') : textOf(hosts as Text);
}

function textOf(text: Text): string {
  return text instanceof TemplateText ? text.text : String(text);
}

function sorted(tags: ReadonlySet<string>): string[] {
  return [...tags].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
