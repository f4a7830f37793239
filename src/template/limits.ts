import { LimitFault } from './grammar/fault.ts';

/**
 * What one template may do before it is taken for one that never ends: far more than any configuration file
 * needs, and few enough steps that they end within seconds. A step is a turn of a loop, a filter, an element or
 * two characters that a filter reads, or an element or sixteen characters that it makes.
 */
export const LIMITS = {
  steps: 25_000_000,
  /** How long a text or a list may become; more would fill the memory. */
  text: 50_000_000,
  list: 10_000_000,
};

let steps = 0;
let nested = 0;
let unlimited = 0;

/** Runs a template, or one inside of another: the outermost begins to count anew. */
export function counted<T>(render: () => T): T {
  if (nested === 0) steps = 0;
  nested++;
  try {
    return render();
  } finally {
    nested--;
  }
}

/** Runs work that is no template, and ends though it may be long: an inventory is as large as it is. */
export function withoutLimits<T>(work: () => T): T {
  unlimited++;
  try {
    return work();
  } finally {
    unlimited--;
    steps = 0;
  }
}

/** Counts steps, and stops a template that has taken too many. */
export function spend(more: number): void {
  steps += more;
  if (steps > LIMITS.steps && !unlimited)
    throw new LimitFault(`the template does not end (stopped after ${LIMITS.steps} steps)`);
}

/** Counts what a filter or method is to read. */
export function spendOn(value: unknown): void {
  if (typeof value === 'string') spend(1 + (value.length >> 1));
  else spendOnMade(value);
}

/** Counts what a filter or method has made. */
export function spendOnMade(value: unknown): void {
  if (typeof value === 'string') {
    if (value.length > LIMITS.text) allowText(value.length);
    spend(1 + (value.length >> 4));
  } else if (Array.isArray(value)) spend(1 + value.length);
  else if (value instanceof Map) spend(1 + 8 * value.size);
  else spend(1);
}

/** Stops what would make too long a text. */
export function allowText(length: number): void {
  if (length > LIMITS.text && !unlimited)
    throw new LimitFault(`the text becomes too long (${length} characters, at most ${LIMITS.text})`);
}

/** Stops what would make too long a list; its elements count as steps. */
export function allowList(length: number): void {
  if (length > LIMITS.list && !unlimited)
    throw new LimitFault(`the list becomes too long (${length} elements, at most ${LIMITS.list})`);
  spend(length);
}

/** `text.repeat(times)`, if that is not too long. */
export function repeatText(text: string, times: number): string {
  const count = Math.max(0, times);
  allowText(text.length * count);
  return text.repeat(count);
}

/** `texts.join(separator)`, if that is not too long. */
export function joinTexts(texts: readonly string[], separator: string): string {
  let length = separator.length * (texts.length - 1);
  for (let i = 0; i < texts.length; i++) length += texts[i]!.length;
  allowText(length);
  return texts.join(separator);
}
