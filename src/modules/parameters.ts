import { didYouMean, UserError } from '../core/error.ts';
import { takenApart } from '../core/known-secrets.ts';
import { type Position, positionOf } from '../core/position.ts';
import { revealed, Secret } from '../core/secret.ts';
import { partsOf, withoutPieces } from '../core/secret-pieces.ts';
import {
  Float,
  fromJson,
  isDict,
  isList,
  LazyDict,
  type Raw,
  type RawDict,
  Sealed,
  TemplateText,
  typeName,
  Unknown,
  UnknownValue,
  type Value,
} from '../core/value.ts';

/** What one parameter may be: how it is read, and what the docs say of it. */
export interface Parameter<T> {
  readonly type: string;
  readonly required: boolean;
  readonly aliases: readonly string[];
  readonly choices?: readonly string[];
  /** Printed in docs; `undefined` when there is none. */
  readonly fallback?: unknown;
  /** Passwords and keys: the value becomes a Secret and is never shown. */
  readonly secret: boolean;
  readonly doc?: string;
  /** Throws Mismatch. */
  read(value: Value): T;
  readonly absent: () => T;
}

export type Schema = Readonly<Record<string, Parameter<unknown>>>;
export type Infer<S extends Schema> = {
  readonly [K in keyof S]: S[K] extends Parameter<infer T> ? T : never;
};

/** A value that does not fit its parameter; the caller knows the parameter's name and place. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';

  constructor(expected: string, found?: Value, hint?: string) {
    super(found === undefined ? expected : `${expected}, not ${shown(found)}${hint ? ` (${hint})` : ''}`);
  }
}

interface Options<D> {
  readonly aliases?: readonly string[];
  readonly doc?: string;
  readonly secret?: boolean;
  readonly default?: D;
}
type Required = { readonly required: true };

type Make<T> = {
  (options: Options<never> & Required): Parameter<T>;
  (options: Options<T> & { readonly default: T }): Parameter<T>;
  (options?: Options<never>): Parameter<T | undefined>;
};

function make<T>(
  type: string,
  read: (value: Value) => T,
  extra: { choices?: readonly string[] } = {},
): Make<T> {
  return ((options: Options<T> & { required?: boolean } = {}) => ({
    type,
    required: options.required === true,
    aliases: options.aliases ?? [],
    fallback: options.default,
    secret: options.secret === true,
    doc: options.doc,
    read,
    absent: () => options.default,
    ...extra,
  })) as Make<T>;
}

/** The types a parameter can have, with the readings that Ansible's users rely on (`"yes"` for a boolean). */
export const t = {
  str: make('str', readString),
  /** A path on the host; `~` and `$HOME` are left for the host to resolve. */
  path: make('path', readString),
  bool: make('bool', readBoolean),
  int: make('int', readInteger),
  float: make('float', readFloat),
  /** File mode as written: octal text, an octal number, or symbolic (`u=rw,g=r`). */
  mode: make('mode', readMode),
  dict: make('dict', readDict),
  raw: make<Value>('raw', value => value),
  /** Text that keeps being a Secret if it is one. */
  secret: make('str', readSecret),
  choice: <const C extends string>(choices: readonly C[]): Make<C> =>
    make('str', value => readChoice(value, choices), { choices }),
  list: <T>(read: (value: Value) => T): Make<readonly T[]> => make('list', value => readList(value, read)),
};

/** Element readers for `t.list`. */
export const each = {
  str: readString,
  secret: readSecret,
  int: readInteger,
  dict: readDict,
  raw: (value: Value) => value,
};

/**
 * A rule over several parameters; returns what is wrong, or undefined. `given` holds what was written,
 * `effective` also the defaults.
 */
export type Constraint = (
  given: ReadonlyMap<string, unknown>,
  effective: ReadonlyMap<string, unknown>,
) => string | undefined;

export const mutuallyExclusive =
  (...names: string[]): Constraint =>
  given => {
    const present = names.filter(name => given.has(name));
    return present.length > 1 ? `parameters are mutually exclusive: ${present.join(', ')}` : undefined;
  };

export const oneOf =
  (...names: string[]): Constraint =>
  given =>
    names.some(name => given.has(name)) ? undefined : `one of these is required: ${names.join(', ')}`;

export const together =
  (...names: string[]): Constraint =>
  given => {
    const present = names.filter(name => given.has(name));
    return present.length > 0 && present.length < names.length
      ? `parameters are required together: ${names.join(', ')}`
      : undefined;
  };

/** If `name` has `value`, all of `needs` must be given (or any of them). */
export const requiredIf =
  (name: string, value: unknown, needs: readonly string[], how: 'all' | 'any' = 'all'): Constraint =>
  (given, effective) => {
    if (effective.get(name) !== value) return undefined;
    const missing = needs.filter(need => !given.has(need));
    const satisfied = how === 'any' ? missing.length < needs.length : missing.length === 0;
    return satisfied
      ? undefined
      : `${name} is ${String(value)} but ${how === 'any' ? 'none of' : 'missing:'} ${missing.join(', ')}${how === 'any' ? ' is given' : ''}`;
  };

export interface Parsed<S extends Schema> {
  readonly values: Infer<S>;
  /** Names (never aliases) that were given and are not null. */
  readonly given: ReadonlySet<string>;
}

/** Rendered arguments as the module's typed parameters. Throws a UserError at the parameter's place. */
export function readParameters<S extends Schema>(
  module: string,
  schema: S,
  constraints: readonly Constraint[],
  args: ReadonlyMap<Value, Value>,
  places: RawDict,
): Parsed<S> {
  const names = canonicalNames(schema);
  const given = new Map<string, unknown>();
  hideSecrets(schema, names, args);
  for (const [key, value] of args) {
    const name = canonical(module, names, key, places);
    const parameter = schema[name]!;
    // null is "not given", as in Ansible.
    if (value === null) continue;
    given.set(name, readOne(module, name, parameter, value, positionOf(places, key) ?? positionOf(places)));
  }
  requireAll(module, schema, given, places);
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(schema)) {
    values[name] = given.has(name) ? given.get(name) : parameter.absent();
  }
  const effective = new Map(Object.entries(values));
  for (const constraint of constraints) {
    const problem = constraint(given, effective);
    if (problem) throw new UserError(`${module}: ${problem}`, { position: positionOf(places) });
  }
  return { values: values as Infer<S>, given: new Set(given.keys()) };
}

/**
 * What can be said of a task's arguments before anything is rendered: unknown names, missing ones, and
 * literal values that do not fit. Throws a UserError at the place.
 */
export function checkParameters(
  module: string,
  schema: Schema,
  args: RawDict,
  complete: boolean,
  places: RawDict = args,
): void {
  const names = canonicalNames(schema);
  const given = new Map<string, unknown>();
  hideSecrets(schema, names, args);
  for (const [key, value] of args) {
    const name = canonical(module, names, key, places);
    if (value === null) continue;
    given.set(name, value);
    if (isLiteral(value)) {
      readOne(module, name, schema[name]!, value, positionOf(places, key) ?? positionOf(places));
    }
  }
  if (complete) requireAll(module, schema, given, places);
}

/**
 * Making Secrets of passwords makes them known to `redact`, whatever the module does with the text. Before
 * anything can be wrong: an error shows the line on which a password may stand as well.
 */
function hideSecrets(schema: Schema, names: ReadonlyMap<string, string>, args: RawDict): void {
  for (const [key, value] of args) {
    const name = typeof key === 'string' ? names.get(key) : undefined;
    if (name === undefined || !schema[name]!.secret) continue;
    const isNumber = typeof value === 'number' || typeof value === 'bigint' || value instanceof Float;
    if (typeof value === 'string' || isNumber) new Secret(value);
  }
}

const URL_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:([^/?#\s]+)@/i;

function hidePasswordOf(url: string): void {
  const password = URL_PASSWORD.exec(url)?.[1];
  if (password === undefined) return;
  new Secret(password);
  try {
    new Secret(decodeURIComponent(password));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
}

/** Folders are made, looked at and named one by one. */
function hideFoldersOf(path: string): void {
  const ends = [...path.matchAll(/\//g)].map(({ index }) => index);
  takenApart(
    path,
    ends.map(end => ({ start: 0, end })),
  );
}

const namesOf = new WeakMap<Schema, ReadonlyMap<string, string>>();

/** Every name and alias with the name it stands for. */
function canonicalNames(schema: Schema): ReadonlyMap<string, string> {
  let names = namesOf.get(schema);
  if (!names) {
    names = new Map(
      Object.entries(schema).flatMap(([name, { aliases }]) => [name, ...aliases].map(word => [word, name])),
    );
    namesOf.set(schema, names);
  }
  return names;
}

function canonical(module: string, names: ReadonlyMap<string, string>, key: Value, places: RawDict): string {
  const name = typeof key === 'string' ? names.get(key) : undefined;
  if (name !== undefined) return name;
  throw new UserError(`${module} has no parameter "${String(key)}"`, {
    position: positionOf(places, key) ?? positionOf(places),
    hint: didYouMean(String(key), names.keys()) ?? `it has: ${[...new Set(names.values())].join(', ')}`,
  });
}

function readOne(
  module: string,
  name: string,
  parameter: Parameter<unknown>,
  value: Value,
  position: Position | undefined,
): unknown {
  try {
    const read = parameter.read(value);
    if (typeof read === 'string' && read.includes('://')) hidePasswordOf(read);
    if (typeof read === 'string' && parameter.type === 'path') hideFoldersOf(read);
    return read;
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    const { message } = withoutPieces(error, [value]);
    throw new UserError(`${module}: parameter "${name}" ${message}`, { position });
  }
}

function requireAll(
  module: string,
  schema: Schema,
  given: ReadonlyMap<string, unknown>,
  places: RawDict,
): void {
  const missing = Object.keys(schema).filter(name => schema[name]!.required && !given.has(name));
  if (missing.length === 0) return;
  throw new UserError(`${module} needs the parameter${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`, {
    position: positionOf(places),
  });
}

function isLiteral(value: Raw): value is Value {
  if (value instanceof TemplateText || value instanceof Sealed || value instanceof LazyDict) return false;
  if (isList(value)) return (value as readonly Raw[]).every(isLiteral);
  if (isDict(value)) return [...(value as RawDict).values()].every(isLiteral);
  return true;
}

function plain(value: Value): Exclude<Value, Secret | Unknown> {
  if (value instanceof Unknown) throw new UnknownValue(value.reason);
  return revealed(value);
}

function readString(given: Value): string {
  const value = plain(given);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Float) return String(value);
  throw new Mismatch(`must be text, not ${typeName(value)}`);
}

function readSecret(given: Value): string | Secret {
  return given instanceof Secret ? given : readString(given);
}

const TRUE = new Set(['yes', 'on', '1', 'true', 't', 'y']);
const FALSE = new Set(['no', 'off', '0', 'false', 'f', 'n']);

export function readBoolean(given: Value): boolean {
  const value = plain(given);
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  if (value instanceof Float && (value.value === 1 || value.value === 0)) return value.value === 1;
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase();
    if (TRUE.has(word)) return true;
    if (FALSE.has(word)) return false;
  }
  throw new Mismatch('must be a boolean (yes/no, true/false)', given);
}

function readInteger(given: Value): number {
  const value = plain(given);
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
  if (value instanceof Float && Number.isInteger(value.value)) return value.value;
  throw new Mismatch('must be a whole number', given);
}

function readFloat(given: Value): number {
  const value = plain(given);
  if (typeof value === 'number') return value;
  if (value instanceof Float) return value.value;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  throw new Mismatch('must be a number', given);
}

/** Octal digits without prefix, or the symbolic form: what chmod understands. */
function readMode(given: Value): string {
  const value = plain(given);
  if (typeof value === 'number') {
    // YAML reads 0644 as the number 420: the number's octal digits are what was written.
    if (value < 0 || value > 0o7777) throw new Mismatch('must be a file mode', given);
    return value.toString(8).padStart(4, '0');
  }
  const text = readString(value);
  if (/^(0o?)?[0-7]{1,4}$/.test(text)) return text.replace(/^0o/, '').padStart(4, '0');
  if (
    text === 'preserve' ||
    /^[ugoa]*[-+=]([rwxXst]*|[ugo])([-+=]([rwxXst]*|[ugo]))*(,[ugoa]*[-+=]([rwxXst]*|[ugo])([-+=]([rwxXst]*|[ugo]))*)*$/.test(
      text,
    )
  ) {
    return text;
  }
  throw new Mismatch('must be a file mode such as "0644" or "u=rw,g=r,o=r"', given);
}

function readDict(given: Value): ReadonlyMap<string, Value> {
  const value = plain(given);
  if (isDict(value))
    return new Map([...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => [String(k), v]));
  if (typeof value === 'string') {
    const text = value.trim();
    if (text.startsWith('{')) {
      try {
        return new Map(Object.entries(JSON.parse(text)).map(([k, v]) => [k, fromJson(v)]));
      } catch {
        throw new Mismatch('must be a mapping, and this text is not one in JSON');
      }
    }
    if (text.includes('=')) {
      takenApart(
        text,
        [...text.matchAll(/[^,\s=]+/g)].map(({ 0: piece, index }) => ({
          start: index,
          end: index + piece.length,
        })),
      );
      const pairs = text.split(/[,\s]+/).map(pair => pair.split(/=(.*)/s, 2) as [string, string | undefined]);
      return new Map(pairs.map(([key, item]) => [key, item ?? '']));
    }
  }
  throw new Mismatch('must be a mapping', given);
}

function readChoice<C extends string>(given: Value, choices: readonly C[]): C {
  let text = readString(given);
  const found = choices.find(choice => choice === text);
  if (found !== undefined) return found;
  // YAML turns an unquoted yes/no/on/off into a boolean; the choice that was meant is the word.
  if (typeof given === 'boolean') {
    const words: readonly string[] = given ? [...TRUE] : [...FALSE];
    const meant = choices.filter(choice => words.includes(choice.toLowerCase()));
    if (meant.length === 1) return meant[0]!;
    text = given ? 'yes' : 'no';
  }
  const expected = `must be one of ${choices.join(', ')}`;
  if (given instanceof Secret) throw new Mismatch(expected, given);
  throw new Mismatch(expected, text, didYouMean(text, choices));
}

function readList<T>(given: Value, read: (value: Value) => T): readonly T[] {
  const value = plain(given);
  if (isList(value)) return (value as readonly Value[]).map(read);
  if (isDict(value)) throw new Mismatch('must be a list, not a mapping');
  // A single text is a list by its commas, a single number a list of one, as in Ansible.
  if (typeof value === 'string') return partsOf(value, ',').map(part => read(part.trim()));
  return [read(value)];
}

function shown(value: Value): string {
  if (value instanceof Secret) return 'this secret';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? JSON.stringify(value) : typeName(value);
}
