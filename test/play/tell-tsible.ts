import { asLabel, countsText, includedText, nothingTold, type Told, tellHost, valueText } from './answer.ts';

interface EventLine {
  readonly type: string;
  readonly host?: string;
  readonly hosts?: readonly (string | { host: string; counts: Record<string, number> })[];
  readonly name?: string;
  readonly task?: { name: string; role?: string; action: string };
  readonly status?: string;
  readonly show?: unknown;
  readonly label?: unknown;
  readonly ignored?: boolean;
  readonly items?: number;
  readonly attempt?: number;
  readonly message?: string;
}

/** What `tsible play --json` printed, as an answer. */
export function toldByTsible(output: string, exit: number | null): Told {
  const told = nothingTold(exit);
  for (const line of output.split('\n')) {
    if (line === '') continue;
    tell(told, JSON.parse(line) as EventLine);
  }
  return told;
}

function tell(told: Told, event: EventLine): void {
  const task =
    event.task &&
    (event.task.role && !event.task.name.startsWith('include_role : ')
      ? `${event.task.role} : ${event.task.name}`
      : event.task.name);
  switch (event.type) {
    case 'play-start':
      told.steps.push(`PLAY ${event.name}`);
      break;
    case 'task-start':
      told.steps.push(`${task}`);
      break;
    case 'included':
      for (const host of event.hosts as readonly string[])
        tellHost(told, host, includedText(event.name!, event.label));
      break;
    case 'item':
    case 'result': {
      const shown =
        ['debug', 'ansible.builtin.debug', 'ansible.legacy.debug'].includes(event.task!.action) &&
        event.items === undefined;
      const value = shown && ['ok', 'changed'].includes(event.status!) ? valueText(event.show) : '';
      const ignored = event.ignored && event.type === 'result' ? ' ignored' : '';
      const label =
        event.type === 'item'
          ? `  - [${asLabel(event.label === 'hidden by no_log' ? null : event.label)}]`
          : `"${task}"`;
      tellHost(told, event.host!, `${event.status}${ignored} ${label}${value}`);
      break;
    }
    case 'retry':
      tellHost(told, event.host!, `retry ${event.attempt} "${task}"`);
      break;
    case 'recap':
      told.recap = (event.hosts as { host: string; counts: Record<string, number> }[])
        .map(({ host, counts }) => `${host}: ${countsText(counts)}`)
        .sort();
  }
}
