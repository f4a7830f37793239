import { Secret } from '../../core/secret.ts';
import { Float, LazyDict, Unknown, UnknownValue } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { openedArguments, unwrap } from '../traits.ts';
import { findKey } from './compare.ts';
import {
  dictChanges,
  dictMethods,
  listChanges,
  listMethods,
  rangeMethods,
  tupleMethods,
} from './container-methods.ts';
import { braceFormat } from './format.ts';
import { callMethod, type Method } from './methods.ts';
import { floatMethods, integerMethods, numberAttribute } from './number-members.ts';
import { itemAt, SliceOf, slice } from './sequences.ts';
import { stringMethods } from './string-methods.ts';
import {
  type CallArguments,
  hide,
  isInteger,
  isNumber,
  NamedTuple,
  pythonType,
  Range,
  Thing,
  Tuple,
  Undefined,
} from './values.ts';

/** What access to attributes needs of the templar: settled values, and a copy of what is to be changed. */
export interface Reach {
  whole(value: unknown): unknown;
  changeable(container: object): object;
  reach(value: unknown, key: unknown, isAttribute: boolean): unknown;
}

/** The item of a container, not settled yet; JavaScript's undefined when there is none. */
export function getItem(value: unknown, key: unknown): unknown {
  if (key instanceof SliceOf) {
    if (canBeSliced(value)) return slice(value, key);
    throw new Fault(`a value of type '${pythonType(value)}' cannot be sliced`);
  }
  if (key instanceof Secret) return getItem(value, key.content);
  if (value instanceof Map) {
    const found = findKey(value, key);
    return found && value.get(found.key);
  }
  if (value instanceof LazyDict) return value.get(key as never);
  if (isInteger(key) || typeof key === 'boolean') return itemAt(value, Number(key));
  return undefined;
}

function canBeSliced(value: unknown): boolean {
  return (
    typeof value === 'string' || Array.isArray(value) || value instanceof Tuple || value instanceof Range
  );
}

/** The attribute of a thing of the engine's. */
export function getAttribute(value: unknown, name: string): unknown {
  if (value instanceof Thing || value instanceof NamedTuple) return value.attribute(name);
  if (isNumber(value)) return numberAttribute(value, name);
  if (!(value instanceof Secret)) return undefined;
  const found = getAttribute(value.content, name);
  return found === undefined ? undefined : hide(found);
}

/** A method of a value's type, ready to be called; undefined when the type has none of this name. */
export function findMethod(
  value: unknown,
  name: string,
  by: Reach,
): ((args: CallArguments) => unknown) | undefined {
  if (typeof value === 'string') {
    if (name === 'format' || name === 'format_map') return args => format(value, args, name, by);
    return bind(stringMethods.get(name), name, value, by);
  }
  if (Array.isArray(value)) {
    const change = listChanges.get(name);
    if (change) return bindChange(change, name, value, by);
    return bind(listMethods.get(name), name, value, by);
  }
  if (value instanceof Map) {
    const change = dictChanges.get(name);
    if (change) return bindChange(change, name, value, by);
    return bind(dictMethods.get(name), name, value, by);
  }
  if (value instanceof Secret) {
    const content = value.content;
    const method = findMethod(content, name, by);
    return method && (args => hide(method(openedArguments(args))));
  }
  if (value instanceof Tuple) return bind(tupleMethods.get(name), name, value, by);
  if (value instanceof Float) return bind(floatMethods.get(name), name, value, by);
  if (typeof value === 'boolean') return bind(integerMethods.get(name), name, Number(value), by);
  if (isInteger(value)) return bind(integerMethods.get(name), name, value, by);
  if (value instanceof Range) return bind(rangeMethods.get(name), name, value, by);
  if (value instanceof LazyDict) return lazyMethod(value, name, by);
  return undefined;
}

function bind<Self>(
  method: Method<Self> | undefined,
  name: string,
  self: Self,
  by: Reach,
): ((args: CallArguments) => unknown) | undefined {
  if (!method) return undefined;
  // `items()` of a loaded mapping gives rendered values.
  return args => callMethod(method, name, by.whole(self) as Self, args);
}

function bindChange<Self extends object>(
  method: Method<Self>,
  name: string,
  self: object,
  by: Reach,
): (args: CallArguments) => unknown {
  return args => callMethod(method, name, by.changeable(self) as Self, args);
}

function lazyMethod(
  value: LazyDict,
  name: string,
  by: Reach,
): ((args: CallArguments) => unknown) | undefined {
  const method = dictMethods.get(name);
  if (!method) return undefined;
  if (name === 'get') {
    return args => {
      const [key, fallback] = method.signature.bind('the method get', args);
      const found = value.get(unwrap(key) as never);
      return found === undefined ? fallback : by.whole(found);
    };
  }
  if (name === 'keys') return () => [...value.keys()];
  return args =>
    callMethod(method, name, new Map([...value.keys()].map(key => [key, by.whole(value.get(key))])), args);
}

function format(text: string, args: CallArguments, name: string, by: Reach): string {
  const reach = (value: unknown, key: unknown, isAttribute: boolean): unknown => {
    if (isAttribute && (value instanceof Map || value instanceof LazyDict) && !isDictMethod(String(key)))
      throw new Fault(`the format asks for an attribute '${key}' of a dict`, `a key is written {…[${key}]}`);
    const found = by.reach(value, key, isAttribute);
    if (found instanceof Undefined) throw new Fault(`the format asks for '${key}', which is not there`);
    return by.whole(found);
  };
  if (name === 'format') return braceFormat(text, args.positional, args.named, reach);
  const [values] = args.positional;
  return braceFormat(text, [], values instanceof Map ? values : new Map(), reach);
}

function isDictMethod(name: string): boolean {
  return dictMethods.has(name) || dictChanges.has(name);
}

/** Why a value has no such attribute or item. */
export function describeMissing(value: unknown, key: string): string {
  if (value instanceof Map || value instanceof LazyDict) return `the mapping has no key '${key}'`;
  if (Array.isArray(value) || value instanceof Tuple || typeof value === 'string') {
    return /^-?\d+$/.test(key) ? `there is no item ${key}` : `a ${pythonType(value)} has no '${key}'`;
  }
  return `'${pythonType(value)}' has no '${key}'`;
}

export function refuse(value: unknown): void {
  if (value instanceof Unknown) throw new UnknownValue(value.reason);
  if (value instanceof Undefined) value.fail();
}
