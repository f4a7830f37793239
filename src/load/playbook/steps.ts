import { UserError } from '../../core/error.ts';
import type { Block, Play, Step, Task, Text } from '../../core/play.ts';
import { positionOf } from '../../core/position.ts';
import { isDict, type Raw, type RawDict, typeName } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { readAction } from './action.ts';
import { shortName } from './arguments.ts';
import { anyNumber, conditions, identifier, itemList, textList, wholeNumber } from './attributes.ts';
import { makeBlock } from './block.ts';
import type { Scene } from './context.ts';
import { placeOf, present, readDirectives } from './directives.ts';
import { importRole, importTasks, legacyInclude } from './imports.ts';
import { checkInclude } from './include-check.ts';
import { checkKeywords, type Level } from './keywords.ts';
import { readLoop } from './loop.ts';

/** Reads a list of tasks and blocks; imports are replaced by what they import. */
export function readSteps(list: readonly Raw[], parent: Block | Play, scene: Scene): Step[] {
  return list.map((item, i) => {
    if (isDict(item)) return readStep(item as RawDict, parent, scene);
    throw new UserError(`a task must be a mapping, not ${typeName(item)}`, {
      position: positionOf(list, i),
      hint:
        typeof item === 'string'
          ? `write it as "- ${item.split(/[\s=]/)[0]}:" with its parameters below`
          : undefined,
    });
  });
}

function readStep(data: RawDict, parent: Block | Play, scene: Scene): Step {
  if (data.has('block')) return readBlock(data, parent, scene);
  for (const key of ['rescue', 'always']) {
    if (data.has(key)) {
      throw new UserError(`"${key}" without "block"`, {
        position: keyPosition(data, key),
        hint: `the tasks that "${key}" is about stand below "block:"`,
      });
    }
  }
  return readTask(data, parent, scene);
}

function readBlock(data: RawDict, parent: Block | Play, scene: Scene): Block {
  if (scene.handlers) {
    throw new UserError('a handler cannot be a block', {
      position: keyPosition(data, 'block'),
      hint: 'write several handlers that listen to one name',
    });
  }
  checkKeywords(data, 'block');
  return makeBlock(
    { ...readDirectives(data, parent, scene.context), notify: textList(data, 'notify') },
    block => ({
      tasks: readSteps(itemList(data, 'block'), block, scene),
      rescue: readSteps(itemList(data, 'rescue'), block, scene),
      always: readSteps(itemList(data, 'always'), block, scene),
    }),
  );
}

function readTask(data: RawDict, parent: Block | Play, scene: Scene): Step {
  const { context } = scene;
  const level: Level = scene.handlers ? 'handler' : 'task';
  const { action, args, local } = readAction(data, level, context);
  const directives = readDirectives(data, parent, context);
  if (local) Object.assign(directives, { delegateTo: 'localhost' });
  const name = shortName(action);
  if (name === 'import_tasks') return importTasks(directives, args, data, scene);
  if (name === 'import_role') return importRole(directives, args, data, scene);
  if (name === 'import_playbook') {
    throw new UserError('a playbook is imported beside plays, not among tasks', {
      position: placeOf(data),
      hint: 'a file of tasks is pulled in with import_tasks',
    });
  }
  const loop = readLoop(data);
  if (data.has('loop_control') && !loop) {
    context.warn('"loop_control" without a loop does nothing', keyPosition(data, 'loop_control'));
  }
  const task: Task = present({
    ...directives,
    kind: 'task' as const,
    action,
    args,
    loop,
    register: identifier(data, 'register'),
    changedWhen: conditions(data, 'changed_when'),
    failedWhen: conditions(data, 'failed_when'),
    until: conditions(data, 'until'),
    retries: wholeNumber(data, 'retries'),
    delay: anyNumber(data, 'delay'),
    notify: textList(data, 'notify') ?? notifyOf(parent),
    listen: textList(data, 'listen'),
    async: wholeNumber(data, 'async'),
    poll: wholeNumber(data, 'poll'),
  });
  if (name === 'include') return legacyInclude(task, directives, data, scene);
  if (name === 'include_tasks' || name === 'include_role') checkInclude(task, data);
  return task;
}

/** What the nearest block around notifies, for tasks that do not say. */
function notifyOf(parent: Block | Play): readonly Text[] | undefined {
  for (let at: Block | Play | undefined = parent; at?.kind === 'block'; at = at.parent) {
    if (at.notify) return at.notify;
  }
  return undefined;
}
