import { UserError } from '../../core/error.ts';
import type { Arguments, Text } from '../../core/play.ts';
import { type Position, positionOf, recordPositions } from '../../core/position.ts';
import { revealed, Secret } from '../../core/secret.ts';
import {
  isDict,
  isList,
  type Raw,
  type RawDict,
  TemplateText,
  typeName,
  type Value,
} from '../../core/value.ts';
import { textValue } from '../yaml/build.ts';
import { copyPositions } from '../yaml/key-places.ts';
import { present } from './directives.ts';
import { splitKeyValues, UnbalancedText } from './key-values.ts';

/** A module's name without the collections whose modules also go by their short names. */
export function shortName(action: string): string {
  return action.replace(/^ansible\.(?:builtin|legacy)\./, '');
}

/** Modules whose text is a command line: only these names are parameters in it. */
const COMMANDS = new Set(['command', 'shell', 'raw', 'script', 'win_command', 'win_shell', 'expect']);
const COMMAND_OPTIONS = new Set(
  'creates removes chdir executable warn stdin stdin_add_newline strip_empty_ends'.split(' '),
);

/** Further modules that take text without a name. */
const FREE_FORM = new Set([
  ...COMMANDS,
  ...'include include_vars include_tasks include_role import_tasks import_role import_playbook meta add_host group_by set_fact'.split(
    ' ',
  ),
]);

/**
 * A module's arguments from what stands behind its name: nothing, a mapping, or text in shorthand; `args` is
 * the mapping of an `args:` beside it, which gives way to them.
 */
export function readArguments(
  action: string,
  value: Raw,
  position: Position,
  args: { value: Raw; position: Position } | undefined,
): Arguments {
  const own = ownArguments(action, value, position);
  if (!args || args.value === null) return own;
  if (args.value instanceof TemplateText) return { ...own, template: args.value };
  if (isDict(args.value)) return withBase(own, args.value as RawDict);
  throw new UserError(`"args" wants a mapping of parameters, not ${typeName(args.value)}`, {
    position: args.position,
    hint: typeof args.value === 'string' ? 'a variable that holds them is written "{{ name }}"' : undefined,
  });
}

function ownArguments(action: string, value: Raw, position: Position): Arguments {
  if (value === null) return { position, named: new Map() };
  if (isDict(value)) return fromMapping(value as RawDict, position);
  if (typeof value === 'string' || value instanceof TemplateText) return fromText(action, value, position);
  if (value instanceof Secret) return fromText(action, value, position);
  if (!isList(value) && COMMANDS.has(shortName(action))) {
    return { position, named: new Map(), free: String(value) };
  }
  throw new UserError(`"${action}" takes parameters as a mapping, not ${typeName(value)}`, {
    position,
    hint: isList(value)
      ? 'write them as "name: value", without dashes'
      : `write them below, as "name: value"`,
  });
}

/** `_raw_params` is how the free form is spelt in a mapping. */
function fromMapping(named: RawDict, position: Position): Arguments {
  for (const key of named.keys()) {
    if (typeof key === 'string') continue;
    throw new UserError(`a parameter's name must be text, not ${typeName(key)}`, {
      position: positionOf(named, key) ?? position,
    });
  }
  const free = named.get('_raw_params');
  if (typeof free !== 'string' && !(free instanceof TemplateText || free instanceof Secret))
    return { position, named };
  const rest = new Map([...named].filter(([key]) => key !== '_raw_params'));
  copyPositions(rest, named);
  return { position, named: rest, free };
}

function fromText(action: string, value: Text | Secret, position: Position): Arguments {
  const secret = value instanceof TemplateText ? value.secret : value instanceof Secret;
  const text = value instanceof TemplateText ? value.text : value instanceof Secret ? value.reveal() : value;
  const name = shortName(action);
  const split = splitOrFail(text, COMMANDS.has(name) ? COMMAND_OPTIONS : undefined, position);
  const places = new Map<unknown, Position>();
  const named = new Map<Value, Raw>();
  for (const { key, value: item, offset } of split.pairs) {
    const place = within(position, text, offset);
    places.set(key, place);
    named.set(key, textValue(item, place, secret));
  }
  recordPositions(named, position, places);
  if (split.rest === '') return { position, named };
  // Untouched text keeps its own object, and with it its place.
  const rest =
    split.pairs.length === 0 && split.rest === text ? value : textValue(split.rest, position, secret);
  // What is no command line (the name of a file, of a step) is looked at while loading.
  if (FREE_FORM.has(name))
    return { position, named, free: (COMMANDS.has(name) ? rest : revealed(rest)) as Text | Secret };
  if (rest instanceof TemplateText) return { position, named, template: rest };
  throw new UserError(
    `"${action}" takes parameters as name=value, and ${secret ? 'a word' : `"${firstWord(split.rest)}"`} has no name`,
    {
      position: within(position, text, text.indexOf(firstWord(split.rest))),
      hint: 'a value with spaces must be in quotes: name="a value"',
    },
  );
}

function splitOrFail(text: string, only: ReadonlySet<string> | undefined, position: Position) {
  try {
    return splitKeyValues(text, only);
  } catch (error) {
    if (!(error instanceof UnbalancedText)) throw error;
    throw new UserError(`${error.message} in these arguments`, {
      position,
      hint: 'quotes and {{ }} must come in pairs; in a mapping ("cmd: …") text is taken as it stands',
    });
  }
}

function withBase(own: Arguments, base: RawDict): Arguments {
  const lower = fromMapping(base, own.position);
  const named = new Map([...lower.named, ...own.named]);
  copyPositions(named, own.named, base);
  return present({ ...own, named, free: own.free ?? lower.free });
}

/** The place `offset` characters into a text that begins at `position` (which, for folded text, is near it). */
function within(position: Position, text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  const line = position.line + before.length - 1;
  return { source: position.source, line, column: position.column + before.at(-1)!.length };
}

function firstWord(text: string): string {
  return /^\S+/.exec(text)?.[0] ?? text;
}
