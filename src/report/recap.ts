import type { Counts, Recap } from '../core/event.ts';
import { banner } from './banner.ts';
import { durationText } from './duration-text.ts';
import { displayWidth, type Page, type Span } from './page.ts';
import type { Style } from './style.ts';

type Column = readonly [name: keyof Counts, style: Style];

const COLUMNS: readonly Column[] = [
  ['ok', 'ok'],
  ['changed', 'changed'],
  ['unknown', 'unknown'],
  ['unreachable', 'unreachable'],
  ['failed', 'failed'],
  ['skipped', 'skipped'],
  ['rescued', 'plain'],
  ['ignored', 'plain'],
];

/** The table that a run ends with: a line for each host, as scripts and eyes know it. */
export function writeRecap(page: Page, recap: Recap): void {
  banner(page, 'PLAY RECAP');
  // Only a check run can leave something unknown.
  const columns = COLUMNS.filter(([name]) => name !== 'unknown' || recap.check);
  const width = Math.max(0, ...recap.hosts.map(({ host }) => displayWidth(host)));
  for (const { host, counts } of recap.hosts) {
    page.line(
      [host.padEnd(width), hostStyle(counts)],
      ' : ',
      ...columns.map(([name, style], i) => cell(name, counts[name], style, i === columns.length - 1)),
    );
  }
  page.line('');
  const time = durationText(recap.duration);
  if (recap.interrupted) page.line([`interrupted after ${time}`, 'failed']);
  else page.line([`${recap.check ? 'check run: nothing was changed; ' : ''}took ${time}`, 'quiet']);
}

function cell(name: string, count: number, style: Style, last: boolean): Span {
  // Wide enough for four digits, so that columns stand under each other.
  const text = last ? `${name}=${count}` : `${name}=${String(count).padEnd(4)} `;
  return [text, count === 0 ? 'quiet' : style, 'ours'];
}

function hostStyle(counts: Counts): Style {
  if (counts.failed > 0) return 'failed';
  if (counts.unreachable > 0) return 'unreachable';
  if (counts.unknown > 0) return 'unknown';
  return counts.changed > 0 ? 'changed' : 'ok';
}
