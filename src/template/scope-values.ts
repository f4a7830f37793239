import { UserError } from '../core/error.ts';
import { formatPosition } from '../core/position.ts';
import { LazyDict, Sealed, TemplateText, Unknown, UnknownValue } from '../core/value.ts';
import { spend } from './limits.ts';
import { deferred, Tuple } from './python/values.ts';
import { isChanging, markChanging, RAW, traits } from './traits.ts';
import type { Scope, Surroundings } from './types.ts';

/** The values of one scope: each variable found and each template in it rendered once, when they are needed. */
export abstract class ScopeValues {
  private readonly variables = new Map<string, unknown>();
  private readonly rendered = new Map<object, unknown>();
  /** Containers with everything in them settled; made when first needed, which is seldom. */
  private wholes: WeakMap<object, object> | undefined;
  private copies: Map<object, object> | undefined;

  /** Nested templates being rendered now, with the names they go by. */
  private readonly active: { text: TemplateText; label: string }[] = [];
  private pending: string | undefined;

  constructor(
    readonly scope: Scope,
    readonly surroundings: Surroundings,
  ) {}

  /** A template's value in its own type; Undefined and Omit come out as they are. */
  abstract evaluateTemplate(text: TemplateText): unknown;

  /** Whether a template has changed a container, whose copy stands for it from then on. */
  get hasCopies(): boolean {
    return this.copies !== undefined;
  }

  variable(name: string): unknown {
    const known = this.variables.get(name);
    if (known !== undefined) return this.current(known);
    const raw = this.scope.get(name);
    if (raw === undefined) return name === 'vars' ? this.allVariables() : undefined;
    this.pending = name;
    const value = this.settle(raw);
    this.pending = undefined;
    this.variables.set(name, value);
    return value;
  }

  private allVariables(): LazyDict {
    return new LazyDict(
      key => (typeof key === 'string' ? this.scope.get(key) : undefined),
      () => this.scope.names(),
    );
  }

  variableNames(): Iterable<string> {
    return this.scope.names();
  }

  settle(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof TemplateText) return this.nested(value);
    if (value instanceof Sealed) {
      const known = this.rendered.get(value);
      if (known !== undefined) return known;
      const secret = this.surroundings.open(value);
      this.rendered.set(value, secret);
      return secret;
    }
    return this.current(value);
  }

  whole(given: unknown): unknown {
    if (typeof given !== 'object' || given === null) return given;
    const value = this.settle(given);
    if (!Array.isArray(value) && !(value instanceof Map) && !(value instanceof Tuple)) return value;
    if (this.copies) return this.filled(value);
    if ((traits(value) & RAW) === 0) return value;
    this.wholes ??= new WeakMap();
    const known = this.wholes.get(value);
    if (known) return known;
    const made = this.filled(value);
    // What is made here may yet have a lazy mapping in it, which stays.
    if (!this.copies) this.wholes.set(value, made).set(made, made);
    return made;
  }

  private filled(value: readonly unknown[] | ReadonlyMap<unknown, unknown> | Tuple): object {
    spend(1);
    if (value instanceof Tuple) return value.map(item => this.whole(item));
    if (value instanceof Map) {
      const dict = new Map<unknown, unknown>();
      for (const [key, item] of value) dict.set(key, this.whole(item));
      return dict;
    }
    return (value as readonly unknown[]).map(item => this.whole(item));
  }

  /** The value of a template inside of data: rendered once, and undefined rather than an error when it uses such. */
  private nested(text: TemplateText): unknown {
    const known = this.rendered.get(text);
    if (known !== undefined) return known;
    const label = this.pending ?? (text.secret ? 'a sealed text' : text.text.trim());
    this.pending = undefined;
    this.refuseCycle(text);
    this.active.push({ text, label });
    let value: unknown;
    try {
      value = this.apart(() => ownContainer(this.settled(this.evaluateTemplate(text))));
    } catch (error) {
      value = error instanceof UnknownValue ? new Unknown(error.message) : deferred(error);
    } finally {
      this.active.pop();
    }
    this.rendered.set(text, value);
    return value;
  }

  /**
   * Evaluates a template by itself: what it changes in a container (`x.append(1)`), no other template sees, and it sees
   * nothing of what those around it have changed.
   */
  apart<T>(evaluate: () => T): T {
    const around = this.copies;
    this.copies = undefined;
    try {
      return evaluate();
    } finally {
      this.copies = around;
    }
  }

  /** A value that stays as it is now when the copies of this template are forgotten. */
  private settled(value: unknown): unknown {
    return this.copies ? this.whole(value) : value;
  }

  private refuseCycle(text: TemplateText): void {
    const at = this.active.findIndex(entry => entry.text === text);
    if (at === -1) return;
    const circle = this.active.slice(at);
    const steps = circle.map(({ text: { position }, label }) =>
      position ? `${label} (${formatPosition(position)})` : label,
    );
    const chain = [...steps, circle[0]!.label].join(' → ');
    throw new UserError(`a variable is defined by itself: ${chain}`, { position: text.position });
  }

  changeable(container: object): object {
    if (isChanging(container)) return container;
    const known = this.copies?.get(container);
    if (known) return known;
    const copy = container instanceof Map ? new Map(container) : [...(container as readonly unknown[])];
    markChanging(copy);
    this.copies ??= new Map();
    this.copies.set(container, copy);
    return copy;
  }

  current<T>(value: T): T {
    if (!this.copies || typeof value !== 'object' || value === null) return value;
    return (this.copies.get(value) as T | undefined) ?? value;
  }
}

/** What `{{ other }}` gives is a list of its own: what a template appends to it, the other one does not get. */
function ownContainer(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  return value instanceof Map ? new Map(value) : value;
}
