import { type Play, roleOf, type Task } from '../../core/play.ts';
import { TemplateText } from '../../core/value.ts';
import { isSelected, tagsOf, tasksIn } from '../../plan/index.ts';

export interface Listed {
  readonly play: Play;
  readonly name: string;
  readonly pattern: string;
  readonly hosts: readonly string[];
}

export interface ListWishes {
  readonly hosts: boolean;
  readonly tasks: boolean;
  readonly tags: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** The text of --list-hosts, --list-tasks and --list-tags. */
export function listing(playbook: string, plays: readonly Listed[], wishes: ListWishes): string {
  const lines = ['', `playbook: ${playbook}`];
  for (const [index, { play, name, pattern, hosts }] of plays.entries()) {
    const own = play.tags?.map(text).join(',') ?? '';
    lines.push('', `  play #${index + 1} (${pattern}): ${name}\tTAGS: [${own}]`);
    if (wishes.hosts) {
      lines.push(
        `    pattern: ['${pattern}']`,
        `    hosts (${hosts.length}):`,
        ...hosts.map(host => `      ${host}`),
      );
    }
    const tasks = tasksOf(play).filter(task => isSelected(tagsOf(task), wishes.only, wishes.skip));
    if (wishes.tasks) {
      lines.push('    tasks:');
      for (const task of tasks)
        lines.push(`      ${title(task)}\tTAGS: [${[...tagsOf(task)].sort().join(', ')}]`);
    }
    if (wishes.tags) {
      const tags = new Set(tasks.flatMap(task => [...tagsOf(task)]));
      lines.push(`      TASK TAGS: [${[...tags].sort().join(', ')}]`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function tasksOf(play: Play): Task[] {
  return [play.preTasks, play.roles, play.tasks, play.postTasks].flatMap(steps => [...tasksIn(steps)]);
}

function title(task: Task): string {
  const name = task.name === undefined ? task.action : text(task.name);
  const role = roleOf(task)?.role.name;
  return role === undefined ? name : `${role} : ${name}`;
}

function text(value: string | TemplateText): string {
  return value instanceof TemplateText ? value.text : value;
}
