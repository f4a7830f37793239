import { UserError } from '../../core/error.ts';
import type { Arguments, Text } from '../../core/play.ts';
import { positionOf } from '../../core/position.ts';
import { revealed } from '../../core/secret.ts';
import { isDict, type Raw, type RawDict, TemplateText, typeName } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { readArguments } from './arguments.ts';
import type { PlaybookContext } from './context.ts';
import { placeOf } from './directives.ts';
import { isKeyword, type Level, nearestKeyword, unknownKeyword } from './keywords.ts';

export interface Action {
  readonly action: string;
  readonly args: Arguments;
  /** `local_action`: the task runs on the controller. */
  readonly local: boolean;
}

/** Finds a task's module and its arguments; the keys that are no keywords, of which there must be one. */
export function readAction(data: RawDict, level: Level, context: PlaybookContext): Action {
  const candidates = [...data.keys()].filter(key => !isTaskKey(key, level));
  const written = ['action', 'local_action'].filter(key => data.has(key));
  const modules = written.length > 0 ? written : candidates;
  if (candidates.length + written.length > 1)
    throw tooMany(data, [...written, ...candidates], level, context);
  const key = modules[0];
  if (key === undefined) {
    throw new UserError('this task has no module', {
      position: placeOf(data),
      hint: data.has('vars') || data.has('set_fact') ? undefined : 'a task names one module, such as "copy:"',
    });
  }
  const name = String(key);
  const args = data.has('args')
    ? { value: data.get('args') as Raw, position: keyPosition(data, 'args')! }
    : undefined;
  if (written.length > 0) return { ...legacyAction(data, name, args), local: name === 'local_action' };
  // A module may have the name of a keyword of plays: "user".
  const known = context.knownAction?.(name) ?? name === 'user';
  const misspelt = context.knownAction !== undefined && nearestKeyword(name, level) !== undefined;
  if (!known && (misspelt || isKeyword(name, 'play'))) throw unknownKeyword(data, key, level);
  const value = data.get(key) as Raw;
  const position = positionOf(data, key) ?? placeOf(data);
  return { action: name, args: readArguments(name, value, position, args), local: false };
}

/** Keys that are a task's own words rather than a module. */
function isTaskKey(key: unknown, level: Level): boolean {
  return typeof key === 'string' && (isKeyword(key, level) || key.startsWith('with_'));
}

/** `action: copy src=a dest=b`, or a mapping with the module's name under `module`. */
function legacyAction(
  data: RawDict,
  key: string,
  args: { value: Raw; position: ReturnType<typeof placeOf> } | undefined,
): { action: string; args: Arguments } {
  const value = revealed(data.get(key) as Raw);
  const position = positionOf(data, key) ?? placeOf(data);
  if (isDict(value)) {
    const body = value as RawDict;
    const module = revealed(body.get('module'));
    if (typeof module !== 'string') {
      throw new UserError(`"${key}" does not say which module`, {
        position,
        hint: 'name it as "module: copy"',
      });
    }
    const named = new Map([...body].filter(([name]) => name !== 'module'));
    const [name = '', rest = ''] = splitName(module);
    const own = readArguments(name, rest === '' ? named : rest, position, args);
    return { action: name, args: rest === '' ? own : { ...own, named: new Map([...named, ...own.named]) } };
  }
  if (typeof value !== 'string' && !(value instanceof TemplateText)) {
    throw new UserError(`"${key}" wants a module and its parameters, not ${typeName(value)}`, { position });
  }
  const text = value instanceof TemplateText ? value.text : value;
  const [name = '', rest = ''] = splitName(text);
  if (/\{[{%]/.test(name)) {
    throw new UserError("a module's name cannot be a template", {
      position,
      hint: 'use a module that chooses by itself (package, service), or several tasks with "when"',
    });
  }
  const shorthand: Text | null =
    rest === ''
      ? null
      : value instanceof TemplateText
        ? new TemplateText(rest, position, value.secret)
        : rest;
  const place = { ...position, column: position.column + text.indexOf(rest, name.length) };
  return { action: name, args: readArguments(name, shorthand, rest === '' ? position : place, args) };
}

function splitName(text: string): string[] {
  return /^\s*(\S*)\s*([\s\S]*)$/.exec(text)!.slice(1);
}

/** Several keys that could be modules: one of them is most likely a misspelt keyword. */
function tooMany(data: RawDict, keys: readonly unknown[], level: Level, context: PlaybookContext): UserError {
  const names = keys.map(String);
  const isModule = (key: unknown): boolean => context.knownAction?.(String(key)) ?? false;
  const known = keys.filter(isModule);
  const other = known.length === 1 ? keys.find(key => key !== known[0]) : undefined;
  const misspelt = keys.find(key => !isModule(key) && nearestKeyword(String(key), level) !== undefined);
  const suspect = misspelt ?? other;
  if (suspect !== undefined) {
    const hint = known.length === 1 ? `"${String(known[0])}" is this task's module` : undefined;
    return unknownKeyword(data, suspect, level, hint);
  }
  return new UserError(
    `one task has one module, and this has ${names.map(name => `"${name}"`).join(' and ')}`,
    {
      position: keyPosition(data, keys[1]),
      hint: 'is a "- " missing before the second, or is one of them a misspelt keyword?',
    },
  );
}
