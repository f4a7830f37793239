import type { Counts, Event, HostItem, HostResult, TaskInfo } from '../../src/core/event.ts';
import { positionAt, Source } from '../../src/core/position.ts';
import { type Dict, fromJson } from '../../src/core/value.ts';
import { type HumanOptions, humanReport } from '../../src/report/human.ts';

const tasksFile = new Source(
  'roles/users/tasks/main.yml',
  '- name: Create the group\n  group:\n    name: wheel\n    gid: "{{ gid }}"\n',
);

let nextId = 1;

export function task(name: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    id: nextId++,
    name,
    action: 'copy',
    handler: false,
    position: positionAt(tasksFile, 0),
    ...more,
  };
}

export const parameterPlace = positionAt(tasksFile, tasksFile.text.indexOf('"{{ gid'));

const nothing = { status: 'ok', differences: [], result: new Map(), warnings: [], duration: 20 } as const;

export function result(task: TaskInfo, host: string, more: Partial<HostResult> = {}): HostResult {
  return { type: 'result', task, host, ...nothing, ...more };
}

export function item(task: TaskInfo, host: string, index: number, more: Partial<HostItem> = {}): HostItem {
  return { type: 'item', task, host, index, label: `item ${index}`, ...nothing, ...more };
}

/** A task from start to end, on the hosts of its results. */
export function whole(of: TaskInfo, results: readonly (HostItem | HostResult)[], duration = 100): Event[] {
  const hosts = [...new Set(results.map(each => each.host))];
  return [{ type: 'task-start', task: of, hosts }, ...results, { type: 'task-end', task: of, duration }];
}

export function dict(data: object): Dict {
  return fromJson(data) as Dict;
}

const ZERO: Counts = {
  ok: 0,
  changed: 0,
  unknown: 0,
  unreachable: 0,
  failed: 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
};

export function recap(hosts: Record<string, Partial<Counts>>, check = false): Event {
  const lines = Object.entries(hosts).map(([host, counts]) => ({ host, counts: { ...ZERO, ...counts } }));
  return { type: 'recap', hosts: lines, duration: 12_345, check, interrupted: false };
}

/** What the report writes for these events. */
export async function transcript(
  events: readonly Event[],
  options: Partial<HumanOptions> & { columns?: number } = {},
) {
  let text = '';
  const sink = {
    write: (more: string) => {
      text += more;
    },
    columns: options.columns,
  };
  const report = await humanReport({ sink, colour: false, verbosity: 0, diff: false, ...options });
  for (const event of events) report.on(event);
  report.close();
  return text;
}

/** What a terminal shows after this was written to it, as far as reports use one. */
export function screen(written: string): string {
  const lines = written
    .split('\n')
    .map(line => line.slice(line.lastIndexOf('\r\x1b[K') + 1).replace('\x1b[K', ''));
  return lines.join('\n');
}
