import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../src/core/error.ts';
import { references } from '../../src/template/index.ts';

export const REFERENCES = join(import.meta.dirname, 'references.jsonl');

/** A template, and the variables that Jinja2 says it takes from outside. */
export interface ReferenceCase {
  t: string;
  /** Their names, sorted, with a blank between. */
  out?: string;
  /** What we say, where it is not the same on purpose, and why. */
  ours?: string;
  why?: string;
}

export function referenceCases(): ReferenceCase[] {
  const lines = readFileSync(REFERENCES, 'utf8').split('\n');
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as ReferenceCase);
}

/** What we say. */
export function undeclared(template: string): string {
  try {
    return [...references(template).variables].sort(byCodePoint).join(' ');
  } catch (error) {
    if (error instanceof UserError) return `error: ${error.message}`;
    throw error;
  }
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
