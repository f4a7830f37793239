import { UserError } from '../../core/error.ts';
import type { Block, Directives, Play } from '../../core/play.ts';
import { type Position, positionOf, Source } from '../../core/position.ts';
import { isDict, isList, type Raw, type RawDict, TemplateText } from '../../core/value.ts';
import type { LoadContext } from '../context.ts';
import { keyPosition } from '../yaml/key-places.ts';
import {
  conditions,
  get,
  mapping,
  rawList,
  tagList,
  text,
  variables,
  wholeNumber,
  wrong,
  yesNo,
} from './attributes.ts';

/** Reads what every level may say; keywords of one level only are read where that level is. */
export function readDirectives(
  data: RawDict,
  parent: Block | Play | undefined,
  context: LoadContext,
): Directives {
  warnOfDebugger(data, context);
  return present({
    position: placeOf(data),
    parent,
    name: text(data, 'name'),
    vars: variables(data),
    tags: tagList(data),
    when: conditions(data, 'when'),
    environment: environment(data),
    moduleDefaults: moduleDefaults(data),
    become: yesNo(data, 'become'),
    becomeUser: text(data, 'become_user'),
    becomeMethod: text(data, 'become_method'),
    becomeFlags: text(data, 'become_flags'),
    becomeExe: text(data, 'become_exe'),
    remoteUser: text(data, 'remote_user'),
    port: wholeNumber(data, 'port'),
    connection: text(data, 'connection'),
    checkMode: yesNo(data, 'check_mode'),
    diff: yesNo(data, 'diff'),
    noLog: yesNo(data, 'no_log'),
    ignoreErrors: yesNo(data, 'ignore_errors'),
    ignoreUnreachable: yesNo(data, 'ignore_unreachable'),
    anyErrorsFatal: yesNo(data, 'any_errors_fatal'),
    runOnce: yesNo(data, 'run_once'),
    throttle: wholeNumber(data, 'throttle'),
    timeout: wholeNumber(data, 'timeout'),
    delegateTo: text(data, 'delegate_to'),
    delegateFacts: yesNo(data, 'delegate_facts'),
  });
}

/** Where a loaded mapping stands. */
export function placeOf(data: object): Position {
  return positionOf(data) ?? NOWHERE;
}

/** The fields that are defined, so that "not said" is the absence of a field. */
export function present<T extends object>(fields: T): T {
  const said: Partial<T> = {};
  for (const key of Object.keys(fields) as (keyof T)[]) {
    if (fields[key] !== undefined) said[key] = fields[key];
  }
  return said as T;
}

/** Stands for data that was made while running rather than read from a file. */
const NOWHERE: Position = { source: new Source('<computed>', ''), line: 1, column: 1 };

function environment(data: RawDict): readonly Raw[] | undefined {
  const list = rawList(data, 'environment');
  list?.forEach((item, i) => {
    if (isDict(item) || item instanceof TemplateText || item === null) return;
    throw wrong(data, 'environment', 'a mapping of variables', item, positionOf(list, i));
  });
  return list;
}

/** A mapping of modules to defaults, or a list of those of which later ones win. */
function moduleDefaults(data: RawDict): RawDict | undefined {
  const value = get(data, 'module_defaults');
  const merged =
    isList(value) && (value as readonly Raw[]).every(item => isDict(item))
      ? new Map((value as readonly RawDict[]).flatMap(item => [...item]))
      : mapping(data, 'module_defaults', 'modules and their defaults');
  for (const [name, defaults] of merged ?? []) {
    if (isDict(defaults) || defaults instanceof TemplateText || defaults === null) continue;
    throw new UserError(`the defaults of "${String(name)}" must be a mapping of parameters`, {
      position: positionOf(merged!, name) ?? keyPosition(data, 'module_defaults'),
    });
  }
  return merged;
}

/** A debugger stops and waits for somebody; without one a task that fails just fails. */
function warnOfDebugger(data: RawDict, context: LoadContext): void {
  const value = get(data, 'debugger');
  if (value !== undefined && value !== 'never') {
    context.warn('there is no debugger; "debugger" is ignored', keyPosition(data, 'debugger'));
  }
}
