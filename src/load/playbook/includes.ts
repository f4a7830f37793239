import { UserError } from '../../core/error.ts';
import { type Block, type Directives, type Play, roleOf, type Step, type Task } from '../../core/play.ts';
import { revealed } from '../../core/secret.ts';
import { isDict, isList, type Raw, type RawDict, type Value } from '../../core/value.ts';
import { displayPath } from '../files.ts';
import { makeBlock } from './block.ts';
import type { PlaybookContext, Scene } from './context.ts';
import { readDirectives } from './directives.ts';
import { checkKeywords } from './keywords.ts';
import { useRole } from './roles.ts';
import { findTaskFile, readTaskFile } from './task-file.ts';

/**
 * The block for a file that `include_tasks` names while running, and the file's name to show. The block
 * stands where the include stands and has what its `apply` says; the include's own conditions and tags were
 * about the include alone.
 */
export function includeTasks(
  task: Task,
  name: string,
  play: Play,
  context: PlaybookContext,
): [Block, string] {
  const scene = sceneOf(play, context, task);
  const at = { position: task.args.position, ...(task.parent && { parent: task.parent }) };
  const file = findTaskFile(name, at, scene);
  const block = makeBlock(headOf(task, task.args.named.get('apply'), context), self => ({
    tasks: readTaskFile(file, self, scene, task.args.position),
  }));
  return [block, displayPath(file)];
}

/** The block for the role that `include_role` names while running; `parameters` are the rendered ones. */
export function includeRole(
  task: Task,
  parameters: ReadonlyMap<Value, Value>,
  play: Play,
  context: PlaybookContext,
): [Block, string] {
  const { position } = task.args;
  const given = (key: string): string | undefined => {
    const value = revealed(parameters.get(key));
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw new UserError(`"${key}" of ${task.action} must be text`, { position });
  };
  const name = given('name') ?? given('role');
  if (name === undefined) throw new UserError(`${task.action} does not say which role`, { position });
  const block = useRole(
    {
      name,
      position,
      params: new Map(),
      tasksFrom: given('tasks_from'),
      varsFrom: given('vars_from'),
      defaultsFrom: given('defaults_from'),
      handlersFrom: given('handlers_from'),
      included: true,
      public: truth(parameters.get('public'), false),
      allowDuplicates: truth(parameters.get('allow_duplicates'), true),
    },
    headOf(task, task.args.named.get('apply') ?? (parameters.get('apply') as Raw | undefined), context),
    sceneOf(play, context, task),
  );
  return [block, name];
}

function sceneOf(play: Play, context: PlaybookContext, task: Task): Scene {
  return { context, folder: play.folder, handlers: isHandler(task, play), files: [] };
}

/** Whether a task is a handler, of the play or of a role, so that what it includes is read as handlers. */
function isHandler(task: Task, play: Play): boolean {
  const role = roleOf(task);
  return [...play.handlers, ...(role?.handlers ?? [])].some(step => contains(step, task));
}

function contains(step: Step, task: Task): boolean {
  return step === task || (step.kind === 'block' && step.tasks.some(inner => contains(inner, task)));
}

function headOf(
  task: Task,
  apply: Raw | undefined,
  context: PlaybookContext,
): Directives & Pick<Block, 'includeParams'> {
  const applied = isDict(apply) ? (apply as RawDict) : new Map<Value, Raw>();
  checkKeywords(applied, 'block');
  const { position: _, name: __, ...directives } = readDirectives(applied, task.parent, context);
  return { ...directives, position: task.position, ...(task.vars && { includeParams: task.vars }) };
}

function truth(value: Value | undefined, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise;
  if (isList(value)) return value.length > 0;
  return value === true || /^(yes|true|on|1|y|t)$/i.test(String(value));
}
