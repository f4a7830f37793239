import { readFileSync } from 'node:fs';

/** Known answers from a file with one JSON value a line. */
export function readVectors<T>(name: string): T[] {
  const text = readFileSync(new URL(`${name}.vectors.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as T);
}
