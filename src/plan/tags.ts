import { levels, type Step, type Text } from '../core/play.ts';
import { TemplateText } from '../core/value.ts';

/** All tags of a step: its own and those of everything around it. */
export function tagsOf(
  step: Step,
  render: (tag: TemplateText) => readonly string[] = asWritten,
): ReadonlySet<string> {
  const tags = new Set<string>();
  for (const level of levels(step)) {
    for (const tag of level.tags ?? []) for (const text of textsOf(tag, render)) tags.add(text);
  }
  return tags;
}

/** Whether `--tags` and `--skip-tags` let a task with these tags run. No `only` means `all`. */
export function isSelected(
  tags: ReadonlySet<string>,
  only: readonly string[],
  skip: readonly string[],
): boolean {
  const has = (wanted: string): boolean =>
    tags.has(wanted) ||
    (wanted === 'all' && !tags.has('never')) ||
    (wanted === 'tagged' && tags.size > 0 && !tags.has('never')) ||
    (wanted === 'untagged' && tags.size === 0);
  const wanted = only.length === 0 ? ['all'] : only;
  const included = wanted.some(has) || tags.has('always');
  if (!included) return false;
  if (skip.length === 0) return true;
  // `--skip-tags all` leaves what always runs, unless that is named as well.
  if (skip.includes('all')) return tags.has('always') && !skip.includes('always');
  return !skip.some(
    tag => tags.has(tag) || (tag === 'tagged' && tags.size > 0) || (tag === 'untagged' && tags.size === 0),
  );
}

function textsOf(tag: Text, render: (tag: TemplateText) => readonly string[]): readonly string[] {
  return tag instanceof TemplateText ? render(tag) : tag.split(',').map(part => part.trim());
}

function asWritten(tag: TemplateText): readonly string[] {
  return [tag.text];
}
