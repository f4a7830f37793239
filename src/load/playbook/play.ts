import { UserError } from '../../core/error.ts';
import type { Block, Play, Step } from '../../core/play.ts';
import { positionOf } from '../../core/position.ts';
import { revealed } from '../../core/secret.ts';
import { isDict, isList, type Raw, type RawDict, TemplateText, typeName } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';
import {
  anyNumber,
  get,
  itemList,
  rawList,
  revealedItems,
  text,
  wholeNumber,
  wrong,
  yesNo,
} from './attributes.ts';
import type { PlaybookContext, Scene } from './context.ts';
import { placeOf, present, readDirectives } from './directives.ts';
import { checkKeywords } from './keywords.ts';
import { readRoleEntry } from './roles.ts';
import { readSteps } from './steps.ts';
import { readPrompts } from './vars-prompt.ts';

/** Reads one play; `folder` is that of the file it stands in. */
export function readPlay(
  data: RawDict,
  folder: string,
  files: readonly string[],
  context: PlaybookContext,
): Play {
  checkKeywords(data, 'play', context.knownAction);
  const { name, ...directives } = readDirectives(data, undefined, context);
  const play: Play & { roles: Block[]; tasks: Step[] } = present({
    ...directives,
    name,
    remoteUser: text(data, 'remote_user') ?? text(data, 'user'),
    kind: 'play' as const,
    hosts: readHosts(data),
    gatherFacts: yesNo(data, 'gather_facts'),
    gatherSubset: get(data, 'gather_subset'),
    gatherTimeout: wholeNumber(data, 'gather_timeout'),
    preTasks: [] as Step[],
    roles: [] as Block[],
    tasks: [] as Step[],
    postTasks: [] as Step[],
    handlers: [] as Step[],
    varsFiles: readVarsFiles(data),
    varsPrompt: readPrompts(data),
    serial: get(data, 'serial'),
    strategy: text(data, 'strategy'),
    order: readOrder(data),
    maxFailPercentage: anyNumber(data, 'max_fail_percentage'),
    forceHandlers: yesNo(data, 'force_handlers'),
    folder,
  });
  if (data.has('fact_path')) context.warn('"fact_path" is ignored', keyPosition(data, 'fact_path'));
  const scene: Scene = { context, folder, handlers: false, files };
  const roles = itemList(data, 'roles');
  return Object.assign(play, {
    preTasks: readSteps(itemList(data, 'pre_tasks'), play, scene),
    roles: roles.map((item, i) => readRoleEntry(item, positionOf(roles, i) ?? play.position, play, scene)),
    tasks: readSteps(itemList(data, 'tasks'), play, scene),
    postTasks: readSteps(itemList(data, 'post_tasks'), play, scene),
    handlers: readSteps(itemList(data, 'handlers'), play, { ...scene, handlers: true }),
  });
}

function readHosts(data: RawDict): Raw {
  const written = revealed(data.get('hosts'));
  const value = isList(written) ? revealedItems(written) : written;
  if (value === undefined) {
    throw new UserError('this play does not say on which hosts', {
      position: placeOf(data),
      hint: data.size === 0 ? undefined : 'add "hosts: all", or the name of a group',
    });
  }
  const place = positionOf(data, 'hosts');
  const empty = value === null || value === '' || (isList(value) && value.length === 0);
  if (empty)
    throw new UserError('"hosts" is empty', {
      position: place,
      hint: 'name a group or host, or write "all"',
    });
  const items: readonly Raw[] = isList(value) ? value : [value];
  items.forEach((item, i) => {
    if (typeof item === 'string' || typeof item === 'number' || item instanceof TemplateText) return;
    const position = isList(value) ? positionOf(value, i) : place;
    throw wrong(data, 'hosts', 'a host pattern or a list of them', item, position);
  });
  return value;
}

const ORDERS = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'];

function readOrder(data: RawDict): Raw | undefined {
  const value = text(data, 'order');
  if (value === undefined || value instanceof TemplateText || ORDERS.includes(value)) return value;
  throw wrong(data, 'order', `one of ${ORDERS.join(', ')}`, value);
}

/** Names of files, or lists of which the first that exists is meant. */
function readVarsFiles(data: RawDict): readonly Raw[] {
  const list = rawList(data, 'vars_files') ?? [];
  list.forEach((item, i) => {
    const names: readonly Raw[] = isList(item) ? item : [item];
    for (const name of names.map(revealed)) {
      if (typeof name === 'string' || name instanceof TemplateText) continue;
      throw wrong(data, 'vars_files', 'names of files', name, positionOf(list, i));
    }
  });
  return list;
}

/** Whether a mapping in a playbook is a play at all, for a better error when it is not. */
export function mustBePlay(item: Raw, position: ReturnType<typeof positionOf>): RawDict {
  if (isDict(item)) return item as RawDict;
  throw new UserError(`a play must be a mapping, not ${typeName(item)}`, {
    position,
    hint: 'a play begins with "- hosts: …"',
  });
}
