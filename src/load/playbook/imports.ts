import { UserError } from '../../core/error.ts';
import type { Arguments, Block, Directives, Step, Task, Text } from '../../core/play.ts';
import { positionOf } from '../../core/position.ts';
import { revealed } from '../../core/secret.ts';
import { type Raw, type RawDict, TemplateText } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { text, textList } from './attributes.ts';
import { makeBlock } from './block.ts';
import type { Scene } from './context.ts';
import { checkIncludeParameters } from './include-check.ts';
import { useRole } from './roles.ts';
import { findTaskFile, readTaskFile } from './task-file.ts';

/** `import_tasks`: a block with what the import says, holding the file's tasks. */
export function importTasks(head: Directives, args: Arguments, data: RawDict, scene: Scene): Block {
  checkImport('import_tasks', args, data);
  return importFile(revealed(args.free ?? args.named.get('file')) as Text, head, args, data, scene);
}

/** `import_role`: the role in place of the task. */
export function importRole(head: Directives, args: Arguments, data: RawDict, scene: Scene): Block {
  checkImport('import_role', args, data);
  const { named } = args;
  const at = { position: args.position, parent: levelOf(head) };
  const given = (key: string): string | undefined => {
    const value = text(named, key);
    return value === undefined ? undefined : staticText(value, key, at, scene);
  };
  return useRole(
    {
      name: (given('name') ?? given('role'))!,
      position: positionOf(named, 'name') ?? positionOf(named, 'role') ?? args.position,
      params: new Map(),
      tasksFrom: given('tasks_from'),
      varsFrom: given('vars_from'),
      defaultsFrom: given('defaults_from'),
      handlersFrom: given('handlers_from'),
      included: true,
      public: true,
      allowDuplicates: flag(named, 'allow_duplicates', true),
    },
    { ...head, ...(data.has('notify') && { notify: textList(data, 'notify') }) },
    scene,
  );
}

/** The old `include`, which was static where it could be. */
export function legacyInclude(task: Task, head: Directives, data: RawDict, scene: Scene): Step {
  const file = revealed(task.args.free ?? task.args.named.get('file')) as Text | undefined;
  const key = task.action;
  scene.context.warn(
    `"${key}" is no longer part of Ansible: write import_tasks or include_tasks`,
    keyPosition(data, key),
  );
  if (file === undefined) {
    throw new UserError(`"${key}" does not say which file`, { position: task.args.position });
  }
  const given = new Map([...task.args.named].filter(([name]) => name !== 'file'));
  const vars = new Map([...(task.vars ?? []), ...given]);
  if (task.loop || file instanceof TemplateText) {
    return { ...task, action: 'include_tasks', ...(vars.size > 0 && { vars }) };
  }
  return importFile(file, { ...head, ...(vars.size > 0 && { vars }) }, task.args, data, scene);
}

function importFile(name: Text, head: Directives, args: Arguments, data: RawDict, scene: Scene): Block {
  const at = { position: args.position, parent: head.parent };
  const path = staticText(name, 'import_tasks', { ...at, parent: levelOf(head) }, scene);
  const file = findTaskFile(path, at, scene);
  return makeBlock({ ...head, ...(data.has('notify') && { notify: textList(data, 'notify') }) }, block => ({
    tasks: readTaskFile(file, block, scene, args.position),
  }));
}

/** The import as a level of its own, so that its name may use its own vars. */
function levelOf(head: Directives): Block {
  return { ...head, kind: 'block', tasks: [], rescue: [], always: [] };
}

/** A name that must be known before any host is. */
export function staticText(
  value: Text,
  what: string,
  at: { position: Arguments['position']; parent?: Directives['parent'] },
  { context }: Pick<Scene, 'context'>,
): string {
  if (!(value instanceof TemplateText)) return value;
  if (context.renderStatic) return context.renderStatic(value, at.parent);
  throw new UserError(`"${what}" must be known before the run, and this is a template`, {
    position: value.position ?? at.position,
    hint: 'include_tasks and include_role find their names while running',
  });
}

/** Keywords of a task that have no meaning on an import, because nothing of it runs. */
const RUN_ONLY = 'register until retries delay changed_when failed_when async poll loop_control'.split(' ');

function checkImport(name: string, args: Arguments, data: RawDict): void {
  for (const key of data.keys()) {
    if (key === 'loop' || String(key).startsWith('with_')) {
      throw new UserError(`${name} cannot be looped`, {
        position: keyPosition(data, key),
        hint: `use ${name.replace('import', 'include')}, which runs once for each item`,
      });
    }
    if (RUN_ONLY.includes(String(key))) {
      throw new UserError(
        `"${String(key)}" has no meaning on ${name}, which only stands for what it imports`,
        {
          position: keyPosition(data, key),
          hint: `use ${name.replace('import', 'include')}, or put it on the tasks themselves`,
        },
      );
    }
  }
  checkIncludeParameters(name, args);
}

function flag(named: RawDict, key: string, otherwise: boolean): boolean {
  const value: Raw | undefined = named.get(key);
  if (value === undefined || value === null) return otherwise;
  return value === true || /^(yes|true|on|1|y|t)$/i.test(String(value));
}
