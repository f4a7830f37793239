import { basename } from 'node:path';

/**
 * What a run did, as text that can be kept, compared and read: the steps in their order, then what each host
 * did at each, the counts and the exit status.
 */
export function answerText(run: Told): string {
  const lines = [`exit ${run.exit}`];
  if (!run.unordered) lines.push('', 'steps', ...run.steps.map(step => `  ${step}`));
  for (const [host, done] of [...run.hosts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push('', `host ${host}`, ...done.map(line => `  ${line}`));
  }
  if (run.recap.length > 0) lines.push('', 'recap', ...run.recap.map(line => `  ${line}`));
  return `${lines.join('\n')}\n`;
}

/** A run as either program told it. */
export interface Told {
  exit: number | null;
  /** Hosts do not wait for one another: the order of steps is chance. */
  unordered: boolean;
  readonly steps: string[];
  readonly hosts: Map<string, string[]>;
  recap: string[];
}

export function nothingTold(exit: number | null): Told {
  return { exit, unordered: false, steps: [], hosts: new Map(), recap: [] };
}

export function tellHost(told: Told, host: string, line: string): void {
  const lines = told.hosts.get(host) ?? [];
  lines.push(line);
  told.hosts.set(host, lines);
}

const COUNTS = [
  'ok',
  'changed',
  'unreachable',
  'failed',
  'skipped',
  'rescued',
  'ignored',
  'unknown',
] as const;

export function countsText(counts: Readonly<Record<string, number>>): string {
  return COUNTS.filter(name => counts[name])
    .map(name => `${name}=${counts[name]}`)
    .join(' ');
}

/** JSON with whole floats as whole numbers: how numbers print has tests of its own. */
export function valueText(value: unknown): string {
  return value === undefined ? '' : ` ${JSON.stringify(value)}`;
}

export function includedText(name: string, label: unknown): string {
  return `included ${basename(name)}${label === undefined || label === null ? '' : ` [${asLabel(label)}]`}`;
}

export function asLabel(label: unknown): string {
  return typeof label === 'string' ? label : JSON.stringify(label);
}
