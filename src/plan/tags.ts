import { levels, type Play, type Step, type Text } from '../core/play.ts';
import { TemplateText } from '../core/value.ts';

export interface TagChoice {
  /** `--tags`; none given means `all`. */
  readonly only: readonly string[];
  /** `--skip-tags`. */
  readonly skip: readonly string[];
}

/** Renders a tag that is a template; it may give several, as a list or separated by commas. */
export type RenderTag = (tag: TemplateText, at: Step | Play) => readonly string[];

/** All tags of a step: its own and those of everything around it. */
export function tagsOf(step: Step | Play, render?: RenderTag): Set<string> {
  const tags = new Set<string>();
  for (const level of levels(step)) {
    for (const tag of level.tags ?? []) for (const text of textsOf(tag, level, render)) tags.add(text);
  }
  return tags;
}

/** Whether a step with these tags is among those asked for. */
export function isSelected(tags: ReadonlySet<string>, { only, skip }: TagChoice): boolean {
  return isAskedFor(tags, only.length === 0 ? ['all'] : only) && !isSkipped(tags, skip);
}

function isAskedFor(tags: ReadonlySet<string>, only: readonly string[]): boolean {
  if (tags.has('always')) return true;
  if (only.includes('all') && !tags.has('never')) return true;
  if (only.some(tag => has(tags, tag))) return true;
  return only.includes('tagged') && tags.size > 0 && !tags.has('never');
}

function isSkipped(tags: ReadonlySet<string>, skip: readonly string[]): boolean {
  if (skip.includes('all')) return !tags.has('always') || skip.includes('always');
  return skip.some(tag => has(tags, tag)) || (skip.includes('tagged') && tags.size > 0);
}

/** A step without tags is one that is tagged `untagged`. */
function has(tags: ReadonlySet<string>, tag: string): boolean {
  return tags.has(tag) || (tag === 'untagged' && tags.size === 0);
}

function textsOf(tag: Text, level: Step | Play, render: RenderTag | undefined): readonly string[] {
  if (!(tag instanceof TemplateText)) return [tag];
  return render ? render(tag, level) : [tag.text];
}
