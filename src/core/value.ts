import { remember } from './known-secrets.ts';
import { Float } from './number.ts';
import type { Position } from './position.ts';
import { Secret } from './secret.ts';

export { Float } from './number.ts';

/**
 * The data that playbooks compute with. It follows Python's types, because the content people have does:
 *
 * | Python      | here                                     |
 * |-------------|------------------------------------------|
 * | None        | null                                     |
 * | bool        | boolean                                  |
 * | int         | number (always whole), bigint beyond 2^53|
 * | float       | Float                                    |
 * | str         | string, or Secret                        |
 * | list        | array                                    |
 * | dict        | Map, in insertion order                  |
 *
 * A plain string is data and nothing else: text that is still to be rendered is a `TemplateText`, and only
 * the loader makes those. So nothing that came from a host or out of a template can be evaluated.
 */
export type Value = Scalar | readonly Value[] | Dict;
export type Scalar = null | boolean | number | bigint | Float | string | Secret | Unknown;
export type Dict = ReadonlyMap<Value, Value>;

/** A value as it was loaded: it may hold templates and sealed secrets, at any depth. */
export type Raw = Scalar | TemplateText | Sealed | LazyDict | readonly Raw[] | ReadonlyMap<Value, Raw>;
export type RawDict = ReadonlyMap<Value, Raw>;

/** Text from a file of the user's that holds Jinja2 and is rendered when its value is needed. */
export class TemplateText {
  constructor(
    readonly text: string,
    readonly position: Position | undefined,
    /** It stood in an encrypted file: whatever it renders to is a secret. */
    readonly secret = false,
  ) {
    // What only looks like a template is a secret as it stands.
    if (secret) remember(text);
  }
}

/** An encrypted value (`!vault`), opened when it is needed and not before. */
export class Sealed {
  constructor(
    readonly envelope: string,
    readonly position: Position | undefined,
  ) {}
}

/** A mapping whose values are found only when asked for: `hostvars`, `vars`. */
export class LazyDict {
  constructor(
    readonly get: (key: Value) => Raw | undefined,
    readonly keys: () => Iterable<Value>,
  ) {}
}

/**
 * A value that a check run cannot know, such as the output of a command that was not run. Whatever is
 * computed from it is unknown as well.
 */
export class Unknown {
  constructor(readonly reason: string) {}
}

/** Thrown where an unknown value is used; a task that meets it ends as "unknown", not as failed. */
export class UnknownValue extends Error {
  override readonly name = 'UnknownValue';
}

export function isDict(value: unknown): value is ReadonlyMap<Value, never> {
  return value instanceof Map;
}

export function isList(value: unknown): value is readonly never[] {
  return Array.isArray(value);
}

/** What Ansible's users call a value's type, for error messages. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number';
  if (value instanceof Float) return 'a float';
  if (typeof value === 'string') return 'a string';
  if (value instanceof Secret) return 'a secret';
  if (value instanceof TemplateText) return 'a template';
  if (value instanceof Sealed) return 'an encrypted value';
  if (value instanceof Unknown) return 'an unknown value';
  if (isList(value)) return 'a list';
  if (isDict(value)) return 'a mapping';
  return typeof value;
}

/** Plain JavaScript data (parsed JSON, records written in code) as values; objects become mappings. */
export function fromJson(data: unknown): Value {
  if (data === null || data === undefined) return null;
  if (typeof data === 'number') return Number.isSafeInteger(data) ? data : new Float(data);
  if (typeof data === 'boolean' || typeof data === 'string' || typeof data === 'bigint') return data;
  if (data instanceof Float || data instanceof Secret || data instanceof Unknown) return data;
  if (Array.isArray(data)) return data.map(fromJson);
  if (data instanceof Map) return new Map([...data].map(([k, v]) => [fromJson(k), fromJson(v)]));
  if (typeof data === 'object') return new Map(Object.entries(data).map(([k, v]) => [k, fromJson(v)]));
  throw new TypeError(`not data: ${typeof data}`);
}

/** Values as plain JavaScript data for JSON; secrets become stars. */
export function toJson(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Float) return value.value;
  if (value instanceof Secret) return value.toJSON();
  if (value instanceof Unknown) return null;
  if (isList(value)) return value.map(toJson);
  if (isDict(value)) {
    // A null prototype, so that a key such as __proto__ is data like any other.
    const object: Record<string, unknown> = Object.create(null);
    for (const [key, item] of value) object[keyText(key)] = toJson(item);
    return object;
  }
  return value;
}

/** A mapping key as JSON spells it. */
export function keyText(key: Value): string {
  return key === null ? 'null' : String(key);
}
