import { didYouMean, UserError } from '../../core/error.ts';
import type { Arguments, Task } from '../../core/play.ts';
import { isDict, type RawDict } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { shortName } from './arguments.ts';
import { isKeyword, unknownKeyword } from './keywords.ts';

/** What include_tasks, include_role and their static relatives may be given. */
const PARAMETERS: Record<string, readonly string[]> = {
  include_tasks: ['file', 'apply'],
  import_tasks: ['file'],
  include_role: [
    ...['name', 'role', 'tasks_from', 'vars_from', 'defaults_from', 'handlers_from'],
    ...['apply', 'public', 'allow_duplicates', 'rolespec_validate'],
  ],
  import_role: [
    ...['name', 'role', 'tasks_from', 'vars_from', 'defaults_from', 'handlers_from'],
    ...['public', 'allow_duplicates', 'rolespec_validate'],
  ],
};

/** Checks an include that runs later: its keywords, which are fewer than a task's, and its parameters. */
export function checkInclude(task: Task, data: RawDict): void {
  for (const key of data.keys()) {
    const name = String(key);
    if (name === task.action || name.startsWith('with_') || isKeyword(name, 'include')) continue;
    throw unknownKeyword(data, key, 'include');
  }
  checkIncludeParameters(task.action, task.args);
}

export function checkIncludeParameters(action: string, args: Arguments): void {
  if (args.template) return;
  const { named } = args;
  const known = PARAMETERS[shortName(action)] ?? [];
  for (const key of named.keys()) {
    if (known.includes(String(key))) continue;
    throw new UserError(`"${String(key)}" is no parameter of ${action}`, {
      position: keyPosition(named, key) ?? args.position,
      hint: didYouMean(String(key), known) ?? 'variables for what is included stand below "vars:"',
    });
  }
  const apply = named.get('apply');
  if (apply !== undefined && apply !== null && !isDict(apply)) {
    throw new UserError('"apply" wants a mapping of keywords', { position: keyPosition(named, 'apply') });
  }
  const role = shortName(action).endsWith('_role');
  if (role ? named.has('name') || named.has('role') : named.has('file') || args.free !== undefined) return;
  throw new UserError(role ? `${action} does not say which role` : `${action} does not say which file`, {
    position: args.position,
    hint: role ? 'name it as "name: users"' : `write "${action}: file.yml"`,
  });
}
