import { didYouMean, nearest, UserError } from '../../core/error.ts';
import type { RawDict } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';

export type Level = 'play' | 'role' | 'block' | 'task' | 'handler' | 'include' | 'import_playbook';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Keywords of every level. */
const COMMON = words(`
  any_errors_fatal become become_exe become_flags become_method become_user check_mode collections connection
  debugger diff environment ignore_errors ignore_unreachable module_defaults name no_log port remote_user
  run_once tags throttle timeout vars
`);

const TASK = words(`
  action args async changed_when delay delegate_facts delegate_to failed_when local_action loop loop_control
  notify poll register retries until when
`);

const KEYWORDS: Record<Level, ReadonlySet<string>> = {
  play: new Set([
    ...COMMON,
    ...words(`
      fact_path force_handlers gather_facts gather_subset gather_timeout handlers hosts max_fail_percentage order
      post_tasks pre_tasks roles serial strategy tasks user vars_files vars_prompt
    `),
  ]),
  role: new Set([...COMMON, ...words('delegate_facts delegate_to role when')]),
  block: new Set([...COMMON, ...words('always block delegate_facts delegate_to notify rescue when')]),
  task: new Set([...COMMON, ...TASK]),
  handler: new Set([...COMMON, ...TASK, 'listen']),
  include: new Set(
    words(`
      action args collections debugger ignore_errors listen loop loop_control name no_log register run_once tags
      timeout vars when
    `),
  ),
  import_playbook: new Set(
    words('import_playbook ansible.builtin.import_playbook include name tags vars when'),
  ),
};

/** Keywords that Ansible had once, with what to write instead. */
const REMOVED: Record<string, string> = {
  sudo: 'write "become: true"',
  sudo_user: 'write "become_user:"',
  sudo_pass: 'use --ask-become-pass or the variable ansible_become_password',
  su: 'write "become: true" and "become_method: su"',
  su_user: 'write "become_user:" and "become_method: su"',
  su_pass: 'use --ask-become-pass or the variable ansible_become_password',
  always_run: 'write "check_mode: false"',
  accelerate: 'remove it; every run keeps its connections open',
  only_if: 'write "when:"',
  first_available_file: 'write "with_first_found:"',
  static: 'write import_tasks (static) or include_tasks (while running)',
};

export function isKeyword(name: string, level: Level): boolean {
  return KEYWORDS[level].has(name);
}

/** The keyword of a level that a misspelt one is closest to. */
export function nearestKeyword(name: string, level: Level): string | undefined {
  return nearest(name, KEYWORDS[level]);
}

/** Throws for keys that are no keywords of the level; `isModule` tells a module that stands in the wrong place. */
export function checkKeywords(data: RawDict, level: Level, isModule?: (name: string) => boolean): void {
  for (const key of data.keys()) {
    if (typeof key === 'string' && isKeyword(key, level)) continue;
    const hint = isModule?.(String(key)) ? 'this is a module; is "tasks:" missing above it?' : undefined;
    throw unknownKeyword(data, key, level, hint);
  }
}

export function unknownKeyword(data: RawDict, key: unknown, level: Level, otherwise?: string): UserError {
  const name = String(key);
  const removed = REMOVED[name];
  const what = removed ? 'is no longer a keyword' : 'is no keyword';
  return new UserError(`"${name}" ${what} of ${LEVEL_NAMES[level]}`, {
    position: keyPosition(data, key),
    hint: removed ?? elsewhere(name, level) ?? didYouMean(name, KEYWORDS[level]) ?? otherwise,
  });
}

const LEVEL_NAMES: Record<Level, string> = {
  play: 'a play',
  role: 'a role',
  block: 'a block',
  task: 'a task',
  handler: 'a handler',
  include: 'include_tasks or include_role',
  import_playbook: 'import_playbook',
};

/** What to do with a keyword that is right, but not here. */
function elsewhere(name: string, level: Level): string | undefined {
  if (level === 'include' && KEYWORDS.task.has(name))
    return `put it below "apply:", so that the included tasks have it`;
  if (level === 'block' && (name === 'loop' || name.startsWith('with_'))) {
    return 'a block cannot be looped; put its tasks into a file and loop include_tasks';
  }
  if (level === 'block' && name === 'register') return 'register belongs to a task';
  if ((level === 'task' || level === 'handler') && ['hosts', 'tasks', 'roles'].includes(name)) {
    return 'this looks like a play; plays are pulled in with import_playbook';
  }
  if (level === 'task' && name === 'listen') return 'listen belongs to handlers';
  if (level === 'play' && name === 'when') return 'a play has no condition; put "when" on its tasks or roles';
  if (level === 'play' && KEYWORDS.task.has(name))
    return `"${name}" belongs to a task; is "tasks:" missing above it?`;
  return undefined;
}
