import type { Task } from '../core/play.ts';
import { isDict, isList, type Raw, type RawDict, Sealed, TemplateText } from '../core/value.ts';
import { references } from '../template/index.ts';
import type { Scope } from '../template/types.ts';
import { findAction } from './actions/index.ts';
import type { HostRun } from './host-run.ts';
import type { PlayRun } from './play-run.ts';

/** Encrypted values whose keys are dear, and can be derived ahead, several at a time. */
export interface SecretsAhead {
  /** Whether there is anything to gain yet. */
  readonly pays: boolean;
  prepare(sealed: readonly Sealed[]): Promise<void>;
}

/** Before a task's arguments are rendered, which opens one secret after another; other hosts have theirs. */
export async function prepareSecrets(play: PlayRun, host: HostRun, task: Task): Promise<void> {
  const { secretsAhead } = play.run.parts;
  if (!secretsAhead?.pays) return;
  const sealed = secretsOf(task, play.scope(host, task));
  if (sealed.length > 0) await secretsAhead.prepare(sealed);
}

/**
 * The encrypted values that a task's arguments are going to use, as far as names tell: variables that its templates
 * read in any case, and those that these read in turn. Of a mapping or list with secrets in it, only when all of it
 * is asked for.
 */
export function secretsOf(task: Task, scope: Scope): readonly Sealed[] {
  const found = new Set<Sealed>();
  const seen = new Set<string>();
  const take = (raw: Raw, whole: boolean): void => {
    if (raw instanceof Sealed) found.add(raw);
    else if (raw instanceof TemplateText) {
      const isOne = isOneVariable(raw);
      for (const name of references(raw).always) {
        if (seen.has(name)) continue;
        seen.add(name);
        const value = scope.get(name);
        if (value !== undefined) take(value, whole && isOne);
      }
    } else if (!whole) return;
    else if (isList(raw)) for (const item of raw as readonly Raw[]) take(item, true);
    else if (isDict(raw)) for (const item of (raw as RawDict).values()) take(item, true);
  };
  for (const raw of argumentsOf(task)) take(raw, true);
  return [...found];
}

const known = new WeakMap<Task, readonly Raw[]>();

function argumentsOf(task: Task): readonly Raw[] {
  let raws = known.get(task);
  if (!raws) {
    const { named, free, template } = task.args;
    const conditions = findAction(task.action)?.asLoaded ?? [];
    const own = [...named].map(
      ([name, raw]): Raw => (conditions.includes(name as string) ? asExpressions(raw) : raw),
    );
    raws = [...own, free ?? null, template ?? null, task.loop?.value ?? null];
    known.set(task, raws);
  }
  return raws;
}

/** Expressions stand in playbooks without braces. */
function asExpressions(raw: Raw): Raw {
  if (isList(raw)) return (raw as readonly Raw[]).map(asExpressions);
  return typeof raw === 'string' ? new TemplateText(raw, undefined) : raw;
}

function isOneVariable({ text }: TemplateText): boolean {
  return /^\s*(?:\{\{\s*)?[A-Za-z_]\w*(?:\s*\}\})?\s*$/.test(text);
}
