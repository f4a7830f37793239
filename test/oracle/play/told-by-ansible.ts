import {
  asLabel,
  countsText,
  includedText,
  nothingTold,
  type Told,
  tellHost,
  valueText,
} from '../../play/answer.ts';

interface Line {
  readonly type: string;
  readonly host: string;
  readonly hosts: readonly string[];
  readonly name: string;
  readonly task: string;
  readonly status: string;
  readonly show?: unknown;
  readonly label?: unknown;
  readonly item?: unknown;
  readonly ignored?: boolean;
  readonly attempt?: number;
  readonly counts: Record<string, number>;
}

/** What answer_callback.py wrote, as an answer. */
export function toldByAnsible(output: string, exit: number | null): Told {
  const told = nothingTold(exit);
  for (const text of output.split('\n')) {
    if (text === '') continue;
    const line = JSON.parse(text) as Line;
    switch (line.type) {
      case 'play':
        told.steps.push(`PLAY ${line.name}`);
        break;
      case 'task':
        told.steps.push(line.name);
        break;
      case 'included':
        for (const host of line.hosts) tellHost(told, host, includedText(line.name, line.item));
        break;
      case 'item':
        tellHost(told, line.host, `${line.status}   - [${asLabel(line.label)}]${valueText(line.show)}`);
        break;
      case 'result':
        tellHost(
          told,
          line.host,
          `${line.status}${line.ignored ? ' ignored' : ''} "${line.task}"${valueText(line.show)}`,
        );
        break;
      case 'retry':
        tellHost(told, line.host, `retry ${line.attempt} "${line.task}"`);
        break;
      case 'recap':
        told.recap.push(`${line.host}: ${countsText(line.counts)}`);
    }
  }
  return told;
}
