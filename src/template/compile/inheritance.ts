import { Fault, SyntaxFault } from '../grammar/fault.ts';
import type { Block, Body, Extends, FromImport, Import, Include } from '../grammar/nodes.ts';
import { truth } from '../python/compare.ts';
import type { Module } from '../python/things.ts';
import { Callable, pythonType, Thing, Tuple, Undefined, use } from '../python/values.ts';
import { compileExpression } from './expressions.ts';
import type { Loaded } from './loaded.ts';
import { Names, type Place, Unit } from './names.ts';
import { type Context, Frame, Run, type Step } from './run.ts';
import { compileBody, type Unparsed } from './statements.ts';

/** The versions of each block, the one that is shown first. */
export type Blocks = Map<string, Step[]>;

/** Variables in front of a context. */
export class Layer implements Context {
  constructor(
    private readonly front: ReadonlyMap<string, unknown>,
    private readonly behind: Context,
  ) {}
  get(name: string): unknown {
    const value = this.front.get(name);
    return value === undefined ? this.behind.get(name) : value;
  }
  names(): Iterable<string> {
    return new Set([...this.front.keys(), ...this.behind.names()]);
  }
}

/** What a template that is imported without context sees: nothing but the globals. */
const NOTHING: Context = { get: () => undefined, names: () => [] };

export function compileInclude(node: Include, names: Names): Step {
  const template = compileExpression(node.template, names);
  const locals = visibleLocals(names);
  return frame => {
    const { run } = frame;
    const wanted = namesOf(use(run.engine.whole(template(frame))));
    const loaded = firstOf(wanted, run);
    if (!loaded) {
      if (node.ignoreMissing) return;
      throw missing(wanted).at(node.lineno, node.colno);
    }
    const context = node.withContext ? new Layer(locals(frame), run.context) : NOTHING;
    const value = loaded.render(run, context);
    run.emit(value);
  };
}

export function compileImport(node: Import, names: Names): Step {
  const template = compileExpression(node.template, names);
  const slot = names.own.get(node.target)!;
  const locals = visibleLocals(names);
  return frame => {
    frame.slots[slot] = importModule(template(frame), node.withContext, frame, locals, node);
  };
}

export function compileFromImport(node: FromImport, names: Names): Step {
  const template = compileExpression(node.template, names);
  const locals = visibleLocals(names);
  const targets = node.names.map(({ name, as }) => ({ name, slot: names.own.get(as)! }));
  return frame => {
    const module = importModule(template(frame), node.withContext, frame, locals, node);
    for (const { name, slot } of targets) {
      const text = `the template '${module.name}' does not export the requested name '${name}'`;
      const value = module.attribute(name);
      frame.slots[slot] =
        value === undefined
          ? new Undefined(name, () => ({ text }), undefined, node.lineno, node.colno)
          : value;
    }
  };
}

type Locals = (frame: Frame) => ReadonlyMap<string, unknown>;

function importModule(
  name: unknown,
  withContext: boolean,
  frame: Frame,
  locals: Locals,
  node: Import | FromImport,
): Module {
  const { run } = frame;
  const wanted = namesOf(use(run.engine.whole(name)));
  for (const one of wanted) {
    const context = withContext ? new Layer(locals(frame), run.context) : NOTHING;
    const module = firstOf([one], run)?.module(one, run, context);
    if (module) return module;
  }
  throw missing(wanted).at(node.lineno, node.colno);
}

function visibleLocals(names: Names): Locals {
  return valuesOf(() => [...names.visible()].map(name => [name, names.places(name)]));
}

/** What the template itself has set, without the loops and the like that are around this place. */
function topLevel(names: Names): Locals {
  let top = names;
  while (top.parent) top = top.parent;
  return valuesOf(() => [...top.own.keys()].map(name => [name, names.places(name).slice(-1)]));
}

/** The places are found when they are first needed: by then all that is set has been declared. */
function valuesOf(find: () => [string, Place[]][]): Locals {
  let places: [string, Place[]][] | undefined;
  return frame => {
    places ??= find();
    const locals = new Map<string, unknown>();
    for (const [name, options] of places) {
      for (const { hops, slot } of options) {
        let holder = frame;
        for (let i = 0; i < hops; i++) holder = holder.up!;
        const value = holder.slots[slot];
        if (value === undefined) continue;
        locals.set(name, value);
        break;
      }
    }
    return locals;
  };
}

function namesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesOf);
  if (value instanceof Tuple) return value.items.flatMap(namesOf);
  if (typeof value === 'string') return [value];
  if (!truth(value)) return [];
  throw new Fault(`a template's name must be text, not ${pythonType(value)}`);
}

function firstOf(names: readonly string[], run: Run): Loaded | undefined {
  for (const name of names) {
    const loaded = run.engine.loadTemplate(name, run.template.position?.source.file);
    if (loaded) return loaded;
  }
  return undefined;
}

function missing(names: readonly string[]): Fault {
  return new Fault(
    names.length === 1
      ? `there is no template '${names[0]}'`
      : `there is none of the templates ${names.map(name => `'${name}'`).join(', ')}`,
  );
}

export function compileExtends(node: Extends, names: Names): Step {
  if (!names.isTop)
    throw new SyntaxFault('extends must not stand inside of a loop, a macro or a block').at(
      node.lineno,
      node.colno,
    );
  const template = compileExpression(node.template, names);
  return frame => {
    const { run } = frame;
    if (run.parent) throw new Fault('extended multiple times').at(node.lineno, node.colno);
    const wanted = namesOf(use(run.engine.whole(template(frame))));
    const loaded = firstOf(wanted, run);
    if (!loaded) throw missing(wanted).at(node.lineno, node.colno);
    run.parent = loaded;
  };
}

/** A block is a function of its own that sees the template's top-level variables, and those around it if scoped. */
export function compileBlock(node: Block, names: Names, source: Unparsed): Step {
  if (source.blocks.has(node.name))
    throw new Fault(`block '${node.name}' defined twice`).at(node.lineno, node.colno);
  const { name } = node;
  // Known from here on, so that none inside of it has its name.
  source.blocks.set(name, () => {});
  if (node.required && !isEmpty(node.body))
    throw new SyntaxFault(`the required block '${name}' can only hold comments and white space`).at(
      node.lineno,
      node.colno,
    );
  const inside = new Names(new Unit(), undefined);
  const self = inside.declare('super');
  const steps = compileBody(node.body, inside, source);
  const locals = node.scoped ? visibleLocals(names) : topLevel(names);
  source.blocks.set(name, frame => {
    // `frame` carries the context; `super` is set by whoever renders the block.
    const own = new Frame(frame.run, inside.unit.size, undefined);
    own.slots[self] = frame.slots[0];
    steps(own);
  });
  return frame => {
    if (frame.run.parent) return;
    if (node.required && (frame.run.blocks as Blocks).get(name)!.length === 1)
      throw new Fault(`the required block '${name}' is not there`).at(node.lineno, node.colno);
    const context = new Layer(locals(frame), frame.run.context);
    renderBlock(name, frame.run, context, 0);
  };
}

function renderBlock(name: string, run: Run, context: Context, at: number): void {
  const versions = (run.blocks as Blocks).get(name);
  const step = versions?.[at];
  if (!step) throw new Fault(`there is no parent block called '${name}'`);
  const value = blockText(step, run, context, name, at);
  run.emit(value);
}

function blockText(step: Step, run: Run, context: Context, name: string, at: number): unknown {
  const inner = new Run(run.engine, context, run.template);
  inner.blocks = run.blocks;
  const frame = new Frame(inner, 1, undefined);
  frame.slots[0] = new Super(run, context, name, at + 1);
  step(frame);
  return inner.result();
}

/** `super()`, and `super.super()`: the version of a block behind the one that is shown. */
class Super extends Thing {
  readonly type = 'BlockReference';
  constructor(
    private readonly run: Run,
    private readonly context: Context,
    private readonly name: string,
    private readonly at: number,
  ) {
    super();
  }
  override call(): unknown {
    const { run, context, name, at } = this;
    const step = (run.blocks as Blocks).get(name)?.[at];
    if (!step) throw new Fault(`there is no parent block called '${name}'`);
    return blockText(step, run, context, name, at);
  }
  override attribute(name: string): unknown {
    return name === 'super' ? new Super(this.run, this.context, this.name, this.at + 1) : undefined;
  }
}

function isEmpty(body: Body): boolean {
  return body.children.every(
    one =>
      one.typename === 'Output' &&
      one.children.every(part => part.typename === 'TemplateData' && part.value.trim() === ''),
  );
}

/** `self`: the blocks as functions. */
export class SelfBlocks extends Thing {
  readonly type = 'TemplateReference';
  constructor(
    private readonly run: Run,
    private readonly context: Context,
  ) {
    super();
  }
  override attribute(name: string): unknown {
    const step = (this.run.blocks as Blocks | undefined)?.get(name)?.[0];
    return step && new Callable(name, () => blockText(step, this.run, this.context, name, 0));
  }
}
