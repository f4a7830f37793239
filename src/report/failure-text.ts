import { excerpt } from '../core/error.ts';
import type { HostItem, HostResult } from '../core/event.ts';
import { formatPosition } from '../core/position.ts';
import type { Page } from './page.ts';

/** Lines of a command's output that are shown with a failure; all of them are in the result (-v). */
const TAIL = 20;

/** What a failed host's line is followed by: where, what the command said, what to do. */
export function writeFailure(page: Page, event: HostItem | HostResult, verbose: boolean): void {
  // That a host is out of reach has nothing to do with the task it was meant to do.
  const place = event.position ?? (event.status === 'unreachable' ? undefined : event.task.position);
  if (place) {
    page.block(`at ${formatPosition(place)}`, 4, 'quiet');
    // The task itself is easily found; a parameter or a template's line is shown.
    if (event.position && !event.hidden) {
      for (const line of excerpt(event.position)) page.block(line, 4, 'quiet');
    }
  }
  if (!event.hidden && !verbose) {
    for (const stream of ['stderr', 'stdout']) writeTail(page, event, stream);
  }
  if (event.hint !== undefined && !event.hidden) page.block(`hint: ${event.hint}`, 4);
}

function writeTail(page: Page, event: HostItem | HostResult, stream: string): void {
  const text = event.result.get(stream);
  if (typeof text !== 'string' || text.trim() === '') return;
  const lines = text.trimEnd().split('\n');
  // Often the message is what the command printed.
  if (event.message?.includes(text.trim())) return;
  const left = lines.length - TAIL;
  page.block(left > 0 ? `${stream} (the last ${TAIL} of ${lines.length} lines):` : `${stream}:`, 4, 'quiet');
  page.block(lines.slice(-TAIL).join('\n'), 6);
}
