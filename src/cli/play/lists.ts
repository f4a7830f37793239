import type { Play } from '../../core/play.ts';
import { isList, TemplateText, type Value } from '../../core/value.ts';
import { listPlays, type TagChoice } from '../../plan/index.ts';

export interface ListWishes {
  readonly hosts: boolean;
  readonly tasks: boolean;
  readonly tags: boolean;
  readonly choice: TagChoice;
  hostsOf(play: Play): readonly string[];
}

/** The text of --list-hosts, --list-tasks and --list-tags, as Ansible lays it out. */
export function listing(playbook: string, plays: readonly Play[], wishes: ListWishes): string {
  const lines = ['', `playbook: ${playbook}`];
  for (const [index, { play, name, tags, tasks, taskTags }] of listPlays(plays, wishes.choice).entries()) {
    const pattern = patternText(play);
    lines.push('', `  play #${index + 1} (${pattern}): ${name}\tTAGS: [${tags.join(',')}]`);
    if (wishes.hosts) {
      const hosts = wishes.hostsOf(play);
      lines.push(`    pattern: ['${pattern}']`, `    hosts (${hosts.length}):`);
      lines.push(...hosts.map(host => `      ${host}`));
    }
    if (wishes.tasks) {
      lines.push('    tasks:');
      lines.push(...tasks.map(task => `      ${task.title}\tTAGS: [${task.tags.join(', ')}]`));
    }
    if (wishes.tags) lines.push(`      TASK TAGS: [${taskTags.join(', ')}]`);
  }
  return `${lines.join('\n')}\n`;
}

function patternText(play: Play): string {
  const hosts = play.hosts instanceof TemplateText ? play.hosts.text : (play.hosts as Value);
  return isList(hosts) ? (hosts as readonly Value[]).map(String).join(',') : String(hosts);
}
