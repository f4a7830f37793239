import { UserError } from '../../core/error.ts';
import type { Block, Task } from '../../core/play.ts';
import type { RawDict } from '../../core/value.ts';
import type { RuntimeLoader } from '../../execute/run.ts';
import { includeRole, includeTasks, loadVarsFile, type PlaybookContext } from '../../load/index.ts';
import { toRepr } from '../../template/index.ts';

/** Loads what tasks include while running; each file once for each task that includes it, for all hosts together. */
export function runtimeLoader(context: PlaybookContext): RuntimeLoader {
  const blocks = new Map<Task, Map<string, [Block, string]>>();
  const vars = new Map<string, RawDict>();
  const once = (task: Task, key: string, load: () => [Block, string]): [Block, string] => {
    const known = blocks.get(task) ?? new Map<string, [Block, string]>();
    blocks.set(task, known);
    const found = known.get(key) ?? load();
    known.set(key, found);
    return found;
  };
  return {
    tasks: (task, file, play) => once(task, file, () => includeTasks(task, file, play, context)),
    role: (task, parameters, play) =>
      once(task, toRepr(parameters), () => includeRole(task, parameters, play, context)),
    vars: path => {
      const known = vars.get(path) ?? loadVarsFile(path, context);
      if (!known) throw new UserError(`there is no file of variables ${path}`);
      vars.set(path, known);
      return known;
    },
  };
}
