import { Fault } from '../grammar/fault.ts';
import { equal } from './compare.ts';
import { toOutput, toRepr } from './print.ts';
import { type CallArguments, Callable, Thing, Undefined } from './values.ts';

/** `loop` inside of a for. */
export class Loop extends Thing {
  readonly type = 'LoopContext';
  index0 = 0;
  private changedFrom: { value: unknown } | undefined;

  constructor(
    private readonly all: readonly unknown[],
    private readonly level: number,
    readonly recurse: ((value: unknown, depth: number) => unknown) | undefined,
    private readonly engine: { settle(value: unknown): unknown },
  ) {
    super();
  }

  override attribute(name: string): unknown {
    const { index0, all } = this;
    switch (name) {
      case 'index':
        return index0 + 1;
      case 'index0':
        return index0;
      case 'first':
        return index0 === 0;
      case 'last':
        return index0 === all.length - 1;
      case 'length':
        return all.length;
      case 'revindex':
        return all.length - index0;
      case 'revindex0':
        return all.length - index0 - 1;
      case 'depth':
        return this.level + 1;
      case 'depth0':
        return this.level;
      case 'previtem':
        return this.neighbour(-1, 'there is no previous item');
      case 'nextitem':
        return this.neighbour(1, 'there is no next item');
      case 'cycle':
        return new Callable('cycle', ({ positional }) => {
          if (positional.length === 0) throw new Fault('no items for cycling given');
          return positional[this.index0 % positional.length];
        });
      case 'changed':
        return new Callable('changed', ({ positional }) => this.changed(positional));
      default:
        return undefined;
    }
  }

  private neighbour(distance: number, text: string): unknown {
    const at = this.index0 + distance;
    if (at < 0 || at >= this.all.length) return new Undefined('loop', () => ({ text }));
    return this.engine.settle(this.all[at]);
  }

  private changed(value: unknown[]): boolean {
    if (this.changedFrom && equal(this.changedFrom.value, value)) return false;
    this.changedFrom = { value };
    return true;
  }

  override call({ positional }: CallArguments): unknown {
    if (!this.recurse) throw new Fault("the loop must have the 'recursive' marker to be called recursively");
    return this.recurse(positional[0], this.level + 1);
  }

  override items(): readonly unknown[] {
    return this.all.slice(this.index0);
  }

  override print(): string {
    return `<LoopContext ${this.index0 + 1}/${this.all.length}>`;
  }
}

/** `namespace(…)`: the one thing whose attributes a template can set. */
export class Namespace extends Thing {
  readonly type = 'Namespace';
  constructor(readonly values: Map<unknown, unknown>) {
    super();
  }

  override attribute(name: string): unknown {
    return this.values.get(name);
  }

  override print(): string {
    return `<Namespace ${toRepr(this.values)}>`;
  }
}

export class Cycler extends Thing {
  readonly type = 'Cycler';
  private at = 0;

  constructor(private readonly all: readonly unknown[]) {
    super();
    if (all.length === 0) throw new Fault('at least one item has to be provided');
  }

  override attribute(name: string): unknown {
    if (name === 'current') return this.all[this.at];
    if (name === 'next') {
      return new Callable('next', () => {
        const item = this.all[this.at];
        this.at = (this.at + 1) % this.all.length;
        return item;
      });
    }
    if (name === 'reset') {
      return new Callable('reset', () => {
        this.at = 0;
        return null;
      });
    }
    return name === 'pos' ? this.at : undefined;
  }
}

/** `joiner(", ")`: nothing the first time, then its separator. */
export class Joiner extends Thing {
  readonly type = 'Joiner';
  private used = false;

  constructor(private readonly separator: unknown) {
    super();
  }

  override call(): unknown {
    if (this.used) return this.separator;
    this.used = true;
    return '';
  }
}

/** What `import` gives: the macros and top-level variables of another template. */
export class Module extends Thing {
  readonly type = 'TemplateModule';
  constructor(
    readonly name: string,
    private readonly exported: ReadonlyMap<string, unknown>,
    /** What the template put out. */
    readonly output: unknown,
  ) {
    super();
  }

  override attribute(name: string): unknown {
    return this.exported.get(name);
  }

  override print(quoted: boolean): string {
    return quoted ? `<TemplateModule '${this.name}'>` : toOutput(this.output);
  }
}
