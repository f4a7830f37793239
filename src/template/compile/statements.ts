import { Fault } from '../grammar/fault.ts';
import type {
  Assign,
  AssignBlock,
  Body,
  FilterBlock,
  If,
  Output,
  Statement,
  Target,
  With,
} from '../grammar/nodes.ts';
import { truth } from '../python/compare.ts';
import { iterate } from '../python/sequences.ts';
import { Namespace } from '../python/things.ts';
import { Blank, deferred, pythonType, Undefined } from '../python/values.ts';
import { compileFilter } from './calls.ts';
import { compileExpression } from './expressions.ts';
import {
  compileBlock,
  compileExtends,
  compileFromImport,
  compileImport,
  compileInclude,
} from './inheritance.ts';
import { BREAK, CONTINUE, compileLoop } from './loops.ts';
import { compileCallBlock, compileMacro } from './macros.ts';
import { declareAssigned, declareTarget, type Names } from './names.ts';
import { type Code, type Frame, placed, type Step } from './run.ts';

/** Stores a value in a target; `names` must have declared it. */
export type Store = (frame: Frame, value: unknown) => void;

/** The text of the template being compiled, for the expression that an error names. */
export interface Unparsed {
  text: string;
  /** `block` definitions found on the way, by name. */
  blocks: Map<string, Step>;
  /** It may extend another template: from there on it puts nothing out itself. */
  extending: boolean;
}

export function compileBody(body: Body, names: Names, source: Unparsed): Step {
  names.open(body);
  declareAssigned(body, names);
  const steps = body.children.map(statement => compileStatement(statement, names, source));
  if (steps.length === 1) return steps[0]!;
  if (steps.length === 2) {
    const [first, second] = steps as [Step, Step];
    return frame => {
      first(frame);
      second(frame);
    };
  }
  return frame => {
    for (let i = 0; i < steps.length; i++) steps[i]!(frame);
  };
}

function compileStatement(node: Statement, names: Names, source: Unparsed): Step {
  if (node.typename === 'Output') {
    const output = compileOutput(node, names, source);
    if (!source.extending) return output;
    return frame => {
      if (!frame.run.parent) output(frame);
    };
  }
  if (node.typename === 'If') return compileIf(node, names, source);
  const step = compileOther(node, names, source);
  return frame => {
    try {
      step(frame);
    } catch (error) {
      throw explained(error, source, node, frame);
    }
  };
}

/** Notes the statement that an error came out of, unless something further in has. */
export function explained(
  error: unknown,
  source: Unparsed,
  node: { start: number; end: number; lineno: number; colno: number },
  { run }: Frame,
): unknown {
  if (error instanceof Fault) {
    error.template ??= run.template;
    if (error.template === run.template) error.expression ??= source.text.slice(node.start, node.end);
  }
  return placed(error, node);
}

function compileOther(node: Exclude<Statement, Output | If>, names: Names, source: Unparsed): Step {
  switch (node.typename) {
    case 'Loop':
      return compileLoop(node, names, source);
    case 'Assign':
      return compileAssign(node, names, source);
    case 'AssignBlock':
      return compileAssignBlock(node, names, source);
    case 'MacroDef':
      return compileMacro(node, names, source);
    case 'CallBlock':
      return compileCallBlock(node, names, source);
    case 'FilterBlock':
      return compileFilterBlock(node, names, source);
    case 'Do': {
      const value = compileExpression(node.value, names);
      return frame => void value(frame);
    }
    case 'With':
      return compileWith(node, names, source);
    case 'Scoped':
      return compileScope(node.body, names.inner(), source);
    case 'BlockDef':
      return compileBlock(node, names, source);
    case 'Extends':
      return compileExtends(node, names);
    case 'IncludeOf':
      return compileInclude(node, names);
    case 'ImportOf':
      return compileImport(node, names);
    case 'FromImportOf':
      return compileFromImport(node, names);
    case 'LoopControl': {
      const jump = node.kind === 'break' ? BREAK : CONTINUE;
      return () => {
        throw jump;
      };
    }
  }
}

function compileOutput(node: Output, names: Names, source: Unparsed): Step {
  const [child] = node.children;
  if (child.typename === 'TemplateData') {
    const { value } = child;
    return frame => frame.run.emit(value);
  }
  const code = compileExpression(child, names);
  return frame => {
    let value: unknown;
    try {
      value = code(frame);
      if (!(value instanceof Undefined) || value instanceof Blank) {
        frame.run.emit(value);
        return;
      }
    } catch (error) {
      throw explained(error, source, node, frame);
    }
    frame.run.emit(printedUndefined(value, source, node, frame));
  };
}

/** An undefined value that is printed: its error tells where. */
function printedUndefined(value: Undefined, source: Unparsed, node: Output, frame: Frame): Undefined {
  try {
    return value.fail();
  } catch (error) {
    return deferred(explained(error, source, node, frame));
  }
}

function compileIf(node: If, names: Names, source: Unparsed): Step {
  const [cond, body, other] = names.softly(() => [
    compileExpression(node.cond, names),
    compileBody(node.body, names, source),
    compileElse(node.else_, names, source),
  ]);
  return frame => {
    let holds: boolean;
    try {
      holds = truth(cond(frame));
    } catch (error) {
      throw explained(error, source, node, frame);
    }
    if (holds) body(frame);
    else if (other) other(frame);
  };
}

function compileElse(other: If['else_'], names: Names, source: Unparsed): Step | undefined {
  if (!other) return undefined;
  return other.typename === 'If' ? compileIf(other, names, source) : compileBody(other, names, source);
}

function compileAssign(node: Assign, names: Names, source: Unparsed): Step {
  const value = compileExpression(node.value, names);
  const store = compileStore(node.target, names);
  return frame => {
    const given = value(frame);
    if (given instanceof Undefined && given.cause instanceof Fault)
      given.cause.expression ??= source.text.slice(node.start, node.end);
    store(frame, given);
  };
}

function compileAssignBlock(node: AssignBlock, names: Names, source: Unparsed): Step {
  const body = compileBody(node.body, names.inner(), source);
  const text: Code = frame => frame.run.capture(body, frame);
  const value = node.filters ? compileFilter(node.filters, names, text) : text;
  const store = compileStore(node.target, names);
  return frame => store(frame, value(frame));
}

function compileFilterBlock(node: FilterBlock, names: Names, source: Unparsed): Step {
  const inside = names.inner();
  const body = compileBody(node.body, inside, source);
  const value = compileFilter(node.filters, inside, frame => frame.run.capture(body, frame));
  return frame => frame.run.emit(value(frame));
}

function compileWith(node: With, names: Names, source: Unparsed): Step {
  const inside = names.inner();
  // The values are outside of the scope: `with a = 1, b = a` takes the outer `a`.
  const values = node.targets.map(({ value }) => compileExpression(value, names));
  for (const { target } of node.targets) declareTarget(target, inside);
  const stores = node.targets.map(({ target }) => compileStore(target, inside));
  const body = compileScope(node.body, inside, source);
  return frame => {
    const given = values.map(value => value(frame));
    given.forEach((value, i) => {
      stores[i]!(frame, value);
    });
    body(frame);
  };
}

/** A body with variables of its own, unset whenever it begins. */
function compileScope(body: Body, inside: Names, source: Unparsed): Step {
  const before = new Set(inside.own.values());
  const steps = compileBody(body, inside, source);
  const fresh = [...inside.own.values()].filter(slot => !before.has(slot));
  return frame => {
    for (const slot of fresh) frame.slots[slot] = undefined;
    steps(frame);
  };
}

export function compileStore(target: Target, names: Names): Store {
  if (target.typename === 'Symbol') {
    const slot = names.own.get(target.value)!;
    return (frame, value) => {
      frame.slots[slot] = value;
    };
  }
  if (target.typename === 'NamespaceTarget') {
    const holder = compileExpression({ ...target, typename: 'Symbol', value: target.name }, names);
    return (frame, value) => {
      const namespace = holder(frame);
      if (namespace instanceof Undefined) namespace.fail();
      if (!(namespace instanceof Namespace)) {
        throw new Fault(
          `cannot assign an attribute on '${pythonType(namespace)}', only on namespace objects`,
        ).at(target.lineno, target.colno);
      }
      namespace.values.set(target.attribute, value);
    };
  }
  const stores = target.children.map(child => compileStore(child, names));
  return (frame, value) => {
    const items = iterate(frame.run.engine.settle(value));
    if (items.length !== stores.length) {
      const what = items.length < stores.length ? 'not enough' : 'too many';
      throw new Fault(`${what} values to unpack (expected ${stores.length}, got ${items.length})`);
    }
    for (let i = 0; i < stores.length; i++) stores[i]!(frame, frame.run.engine.settle(items[i]));
  };
}
