import type { HostItem, HostResult, Retry, Status } from '../core/event.ts';
import type { Value } from '../core/value.ts';
import { clean, cut, type Span } from './page.ts';
import type { Style } from './style.ts';
import { inline } from './value-text.ts';

/** `changed: [web1 -> db1] => (item=nginx)`, the beginning of every line about a host. */
export function hostLine(event: HostItem | HostResult): Span {
  const style = styleOf(event.status);
  return [`${word(event.status)}: ${hostName(event)}${suffix(event)}`, style];
}

export function hostName(event: HostItem | HostResult): string {
  return event.delegatedTo === undefined ? `[${event.host}]` : `[${event.host} -> ${event.delegatedTo}]`;
}

export function retryLine(event: Retry): string {
  const item = event.label === undefined ? '' : ` (item=${labelText(event.label, event.hidden)})`;
  const again = event.retriesLeft === 1 ? '1 retry left' : `${event.retriesLeft} retries left`;
  return `FAILED - RETRYING: [${event.host}]${item}: ${again}`;
}

export function styleOf(status: Status): Style {
  return status;
}

/** The words that Ansible's users look for. */
export function word(status: Status): string {
  if (status === 'failed' || status === 'unreachable') return 'fatal';
  return status === 'skipped' ? 'skipping' : status;
}

function suffix(event: HostItem | HostResult): string {
  const item = event.type === 'item' ? ` => (item=${labelText(event.label, event.hidden)})` : '';
  if (event.status === 'failed') return event.type === 'item' ? `${item}: FAILED!` : ': FAILED!';
  if (event.status === 'unreachable') return `${item}: UNREACHABLE!`;
  return item;
}

function labelText(label: Value, hidden = false): string {
  if (hidden) return 'hidden by no_log';
  return cut(clean(inline(label)).replaceAll('\n', ' '), 200);
}
