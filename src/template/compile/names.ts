import type { Body, Statement, Target } from '../grammar/nodes.ts';
import { firstUses } from './first-uses.ts';

/** One function's worth of variables: a template, a macro, a block, the body of a recursive loop. */
export class Unit {
  size = 0;
  /** Names that were looked up and belong to no scope inside of the unit: `varargs`, `caller`, … */
  readonly free = new Set<string>();
}

/** Where a variable may be held: so many frames up, in this slot. */
export interface Place {
  hops: number;
  slot: number;
}

/** The variables of a scope at compile time. A name maps to a slot in its unit's frame. */
export class Names {
  readonly own = new Map<string, number>();
  /** A template's own scope, not that of a loop, a macro or a block in it. */
  isTop = false;
  /** What is compiled may never run: a filter that does not exist is an error only when it does. */
  soft = false;
  /** The template may change lists and mappings. */
  changesThings: boolean;

  constructor(
    readonly unit: Unit,
    readonly parent: Names | undefined,
  ) {
    this.changesThings = parent?.changesThings ?? false;
  }

  declare(name: string): number {
    const known = this.own.get(name);
    if (known !== undefined) return known;
    const slot = this.unit.size++;
    this.own.set(name, slot);
    return slot;
  }

  /** Compiles what depends on a condition. */
  softly<T>(compile: () => T): T {
    const before = this.soft;
    this.soft = true;
    try {
      return compile();
    } finally {
      this.soft = before;
    }
  }

  /** Compiles what a filter or a call gets: what is written out there becomes one of its values. */
  handingOver<T>(compile: () => T): T {
    const before = this.changesThings;
    this.changesThings = false;
    try {
      return compile();
    } finally {
      this.changesThings = before;
    }
  }

  /** A scope inside of the same function. */
  inner(): Names {
    return new Names(this.unit, this);
  }

  /** A scope that is a function of its own. */
  function(): Names {
    return new Names(new Unit(), this);
  }

  /** The names that are undefined in here, whatever is outside, until they are set. */
  private readonly closed = new Set<string>();
  private used: ReadonlySet<string> | undefined;

  /** Finds out about the scope's own names; the first body that is compiled in it is its whole text. */
  open(body: Body): void {
    if (this.used) return;
    const { set, all } = firstUses(body);
    this.used = all;
    for (const name of set) if (!this.parent?.knows(name)) this.closed.add(name);
  }

  /** Declares a parameter: what is outside is never taken for it. */
  declareParameter(name: string): number {
    this.closed.add(name);
    return this.declare(name);
  }

  private knows(name: string): boolean {
    return this.own.has(name) || this.used?.has(name) === true || this.parent?.knows(name) === true;
  }

  /** Whether what is outside of the template is never taken for the name here. */
  isClosed(name: string): boolean {
    return this.closed.has(name) || this.parent?.isClosed(name) === true;
  }

  /** All places that can hold the name, nearest first: an inner one may not be set yet when it is read. */
  places(name: string): Place[] {
    const found: Place[] = [];
    let hops = 0;
    for (let scope: Names | undefined = this; scope; scope = scope.parent) {
      const slot = scope.own.get(name);
      if (slot !== undefined) found.push({ hops, slot });
      if (scope.closed.has(name)) break;
      if (scope.parent && scope.parent.unit !== scope.unit) {
        if (found.length === 0) scope.unit.free.add(name);
        hops++;
      }
    }
    return found;
  }

  /** Every visible name, for templates that are included with their context. */
  visible(): Set<string> {
    const names = new Set<string>();
    for (let scope: Names | undefined = this; scope; scope = scope.parent)
      for (const name of scope.own.keys()) names.add(name);
    return names;
  }
}

/** Declares what a body assigns in its own scope, so that a macro above a `set` sees the variable all the same. */
export function declareAssigned(body: Body, names: Names): void {
  for (const statement of body.children) declareIn(statement, names);
}

function declareIn(statement: Statement, names: Names): void {
  switch (statement.typename) {
    case 'Assign':
    case 'AssignBlock':
      declareTarget(statement.target, names);
      break;
    case 'MacroDef':
      names.declare(statement.name);
      break;
    case 'ImportOf':
      names.declare(statement.target);
      break;
    case 'FromImportOf':
      for (const imported of statement.names) names.declare(imported.as);
      break;
    case 'If':
      declareAssigned(statement.body, names);
      if (statement.else_?.typename === 'If') declareIn(statement.else_, names);
      else if (statement.else_) declareAssigned(statement.else_, names);
      break;
    default:
  }
}

export function declareTarget(target: Target, names: Names): void {
  if (target.typename === 'Symbol') names.declare(target.value);
  else if (target.typename === 'Targets') for (const child of target.children) declareTarget(child, names);
}
