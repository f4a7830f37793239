import { UserError } from '../../core/error.ts';
import type { Integer } from '../../core/number.ts';
import { Secret } from '../../core/secret.ts';
import { Float, LazyDict, Sealed, TemplateText, Unknown, UnknownValue } from '../../core/value.ts';
import { LimitError, UndefinedError } from '../error-types.ts';
import { Fault, LimitFault, UndefinedFault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { asFault } from '../thrown.ts';

/** Values that exist only inside of templates, beside those of core/value.ts. */

/** Python's tuple. Leaves a template as a list. */
export class Tuple {
  constructor(readonly items: readonly unknown[]) {}

  /** A tuple of the same kind with each of its parts changed. */
  map(change: (item: unknown) => unknown): Tuple {
    return new Tuple(this.items.map(change));
  }
}

/** A tuple whose parts can also be asked for by name, such as a group of `groupby`. */
export class NamedTuple extends Tuple {
  constructor(
    items: readonly unknown[],
    readonly names: readonly string[],
    readonly type: string,
    /** What stands before its parts and their names; without, it is printed as any tuple. */
    readonly printed?: string,
  ) {
    super(items);
  }

  override map(change: (item: unknown) => unknown): Tuple {
    return new NamedTuple(this.items.map(change), this.names, this.type, this.printed);
  }

  attribute(name: string): unknown {
    const at = this.names.indexOf(name);
    return at === -1 ? undefined : this.items[at];
  }
}

/** A variable or attribute that does not exist: passed along, and an error as soon as it is used. */
export class Undefined {
  /** The template it stands in. */
  template: TemplateText | undefined;

  constructor(
    /** As written: `a.b`. */
    readonly name: string,
    private readonly message: () => { text: string; hint?: string | undefined },
    /** The error of a nested template, or of a computation with something undefined, that made this undefined. */
    readonly cause?: Error,
    private lineno?: number,
    private colno?: number,
  ) {}

  /** Notes where it came about, unless that is known. */
  cameAbout(template: TemplateText, { lineno, colno }: { lineno: number; colno: number }): void {
    if (this.cause instanceof Fault && this.cause.lineno === undefined) {
      this.cause.at(lineno, colno).template = template;
    } else if (!this.cause && this.lineno === undefined) {
      [this.lineno, this.colno] = [lineno, colno];
      this.template = template;
    }
  }

  fail(): never {
    if (this.cause) throw this.cause;
    const { text, hint } = this.message();
    const fault = new UndefinedFault(text, hint);
    if (this.lineno !== undefined) fault.at(this.lineno, this.colno!);
    fault.template = this.template;
    throw fault;
  }
}

/** What a filter, a test or a call could not compute: its error comes when it is used, and nothing catches it. */
export class Broken extends Undefined {}

/** Whether `default` and `is defined` take a value for one that is not there. */
export function isMissing(value: unknown): value is Undefined {
  return value instanceof Undefined && !(value instanceof Broken);
}

/** An error as the value that is an error once it is used. Throws those that must stop the template. */
export function deferred(thrown: unknown): Undefined {
  const error = thrown instanceof RangeError ? asFault(thrown) : thrown;
  if (!(error instanceof Fault || error instanceof UserError)) throw error;
  if (error instanceof LimitFault || error instanceof LimitError) throw error;
  const isUndefined = error instanceof UndefinedFault || error instanceof UndefinedError;
  const Kind = isUndefined ? Undefined : Broken;
  return new Kind('', () => ({ text: error.message }), error);
}

/** The first of a call's arguments that is undefined; the call's value is undefined then. */
export function undefinedArgument({ positional, named }: CallArguments): Undefined | undefined {
  for (const value of positional) if (value instanceof Undefined) return value;
  for (const value of named.values()) if (value instanceof Undefined) return value;
  return undefined;
}

/** What an inline if without else gives when its condition fails: undefined, but printed as nothing. */
export class Blank extends Undefined {}

/** `omit`: a parameter with this value is as if it had not been written. */
export class Omit {
  toString(): string {
    return '<<Omit>>';
  }
}
export const OMIT = new Omit();

export class Range {
  readonly length: number;
  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step: number,
  ) {
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }

  at(index: number): number {
    return this.start + index * this.step;
  }
}

/** Arguments of a call. */
export interface CallArguments {
  positional: unknown[];
  named: Map<string, unknown>;
}

/** Something of the engine's own (`loop`, a macro, `namespace`, a date): only what it offers can be reached. */
export abstract class Thing {
  /** How `type_debug` and errors call it. */
  abstract readonly type: string;
  /** What `thing.name` is; undefined when there is no such thing. */
  attribute(_name: string): unknown {
    return undefined;
  }
  call(_args: CallArguments): unknown {
    throw new Fault(`'${this.type}' object is not callable`);
  }
  items(): readonly unknown[] | undefined {
    return undefined;
  }
  print(_quoted: boolean): string {
    return `<${this.type}>`;
  }
}

/** A function of the engine's. */
export class Callable extends Thing {
  readonly type: string = 'function';
  constructor(
    readonly name: string,
    private readonly run: (args: CallArguments) => unknown,
    /** Gets undefined arguments as they are. */
    readonly takesUndefined = false,
  ) {
    super();
  }
  override call(args: CallArguments): unknown {
    return this.run(args);
  }
  override print(): string {
    return `<function ${this.name}>`;
  }
}

export function isInteger(value: unknown): value is Integer {
  return typeof value === 'number' || typeof value === 'bigint';
}

export function isNumber(value: unknown): value is Integer | Float | boolean {
  return isInteger(value) || value instanceof Float || typeof value === 'boolean';
}

/** A computed value hidden again, because a secret went into it: text and numbers, at any depth. */
export function hide(value: unknown): unknown {
  spend(1);
  if (typeof value === 'string' || isInteger(value) || value instanceof Float) return new Secret(value);
  if (Array.isArray(value)) return value.map(hide);
  if (value instanceof Tuple) return value.map(hide);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, hide(v)]));
  return value;
}

/** The same for what came out of an encrypted file: also what stands beside other secrets in it is one. */
export function hideWhole(value: unknown): unknown {
  if (value instanceof Secret) return new Secret(value.content);
  if (Array.isArray(value)) return value.map(hideWhole);
  if (value instanceof Tuple) return value.map(hideWhole);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, hideWhole(v)]));
  return hide(value);
}

/** Stops where a value is used that does not exist or cannot be known. */
export function use(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Undefined) value.fail();
  if (value instanceof Unknown) throw new UnknownValue(value.reason);
  return value;
}

/** A value's type as Python names it. */
export function pythonType(value: unknown): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (isInteger(value)) return 'int';
  if (value instanceof Float) return 'float';
  if (value instanceof Secret) return pythonType(value.content);
  if (typeof value === 'string') return 'str';
  if (Array.isArray(value)) return 'list';
  if (value instanceof NamedTuple) return value.type;
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Map || value instanceof LazyDict) return 'dict';
  if (value instanceof Range) return 'range';
  if (value instanceof Broken) return 'CapturedExceptionMarker';
  if (value instanceof Undefined) return 'UndefinedMarker';
  if (value instanceof Thing) return value.type;
  if (value instanceof Omit) return '_OmitType';
  if (value instanceof TemplateText || value instanceof Sealed) return 'str';
  return 'object';
}
