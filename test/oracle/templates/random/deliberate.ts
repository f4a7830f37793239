import type { Answer, TemplateCase } from '../../../template/template-case.ts';

interface Deliberate {
  /** Why we answer otherwise; docs/templates.md tells users the same. */
  why: string;
  is(asked: TemplateCase, theirs: Answer, ours: Answer): boolean;
}

/** Where we differ from the oracle on purpose, or where it gave no answer that could be compared. */
const DELIBERATE: readonly Deliberate[] = [
  {
    why: 'the oracle ran into the limits it was given',
    is: (_, theirs) => /^(TimeoutError|MemoryError|RecursionError)/.test(theirs.error ?? ''),
  },
];

export function isDeliberate(asked: TemplateCase, theirs: Answer, ours: Answer): boolean {
  return DELIBERATE.some(one => one.is(asked, theirs, ours));
}
