import { filterHint, findFilter } from '../filters/index.ts';
import { Fault } from '../grammar/fault.ts';
import type { Arguments, At, Call, Expression, FilterCall, TestCall } from '../grammar/nodes.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import type { Signature } from '../python/signature.ts';
import { type CallArguments, deferred, Undefined } from '../python/values.ts';
import { findTest, testHint } from '../tests/index.ts';
import { embedInTerm } from './embedded.ts';
import { compileExpression } from './expressions.ts';
import type { Names } from './names.ts';
import { type Code, type Frame, placed } from './run.ts';

type ArgumentCode = (frame: Frame) => CallArguments;

const NO_NAMED: Map<string, unknown> = new Map();

export function compileArguments(args: Arguments, names: Names): ArgumentCode {
  return names.handingOver(() => compileGiven(args, names));
}

function compileGiven(args: Arguments, names: Names): ArgumentCode {
  const positional = args.positional.map(arg => compileExpression(arg, names));
  const named = args.named.map(({ name, value }) => ({ name, code: compileExpression(value, names) }));
  const rest = args.rest && compileExpression(args.rest, names);
  const namedRest = args.namedRest && compileExpression(args.namedRest, names);
  if (named.length === 0 && !rest && !namedRest) {
    return frame => ({ positional: positional.map(code => code(frame)), named: NO_NAMED });
  }
  return frame => {
    const { engine } = frame.run;
    const values = positional.map(code => code(frame));
    if (rest) values.push(...iterate(engine.whole(rest(frame))));
    const byName = new Map(named.map(({ name, code }) => [name, code(frame)]));
    const more = namedRest && engine.whole(namedRest(frame));
    if (more instanceof Map) for (const [key, value] of more) byName.set(toText(key), value);
    else if (more) throw new Fault('argument after ** must be a mapping');
    return { positional: values, named: byName };
  };
}

/** Positional arguments with the defaults of the rest appended once, at compile time. */
function bindAhead(
  signature: Signature,
  first: Code,
  args: Arguments,
  names: Names,
): ((frame: Frame) => unknown[]) | undefined {
  if (args.named.length > 0 || args.rest || args.namedRest) return undefined;
  const tail = signature.defaultsAfter(args.positional.length + 1);
  if (!tail) return undefined;
  const codes = [
    first,
    ...names.handingOver(() => args.positional.map(arg => compileExpression(arg, names))),
  ];
  const [, second, third] = codes;
  const given = codes.length;
  if (tail.length === 0 && given === 1) return frame => [first(frame)];
  if (tail.length === 0 && given === 2) return frame => [first(frame), second!(frame)];
  return frame => {
    const bound = new Array<unknown>(given + tail.length);
    bound[0] = first(frame);
    if (given > 1) bound[1] = second!(frame);
    if (given > 2) bound[2] = third!(frame);
    for (let i = 3; i < given; i++) bound[i] = codes[i]!(frame);
    for (let i = 0; i < tail.length; i++) bound[given + i] = tail[i];
    return bound;
  };
}

function bindLater(
  signature: Signature,
  what: string,
  first: Code,
  args: Arguments,
  names: Names,
): (frame: Frame) => unknown[] | Undefined {
  const code = compileArguments(args, names);
  return frame => {
    const target = first(frame);
    const given = code(frame);
    given.positional.unshift(target);
    try {
      return signature.bind(what, given);
    } catch (error) {
      return deferred(error);
    }
  };
}

/** A result with the place it came about in, in case it is undefined. */
function noted(value: unknown, node: At, { run }: Frame): unknown {
  if (value instanceof Undefined) value.cameAbout(run.template, node);
  return value;
}

export function compileFilter(node: FilterCall, names: Names, inner?: Code): Code {
  const { name } = node;
  const target =
    inner && !node.target ? inner : names.handingOver(() => compileFilterTarget(node, names, inner));
  const filter = findFilter(name);
  if (!filter) return unknownName(`there is no filter '${name}'`, filterHint(name), node, names);
  const what = `the filter ${name}`;
  const bound =
    bindAhead(filter.signature, target, node.args, names) ??
    bindLater(filter.signature, what, target, node.args, names);
  return frame => {
    try {
      const args = bound(frame);
      return noted(Array.isArray(args) ? frame.run.engine.applyFilter(filter, args) : args, node, frame);
    } catch (error) {
      throw placed(error, node);
    }
  };
}

/** An error at once, or where the name stands under a condition, when it is come upon. */
function unknownName(message: string, hint: string | undefined, node: At, names: Names): Code {
  const fail = (): never => {
    throw new Fault(message, hint).at(node.lineno, node.colno);
  };
  return names.soft ? fail : fail();
}

/** In a filter block the innermost filter's value is the block's text. */
function compileFilterTarget(node: FilterCall, names: Names, inner: Code | undefined): Code {
  const { target } = node;
  if (inner && target?.typename === 'FilterCall') return compileFilter(target, names, inner);
  return compileExpression(target!, names);
}

export function compileTest(node: TestCall, names: Names): Code {
  const { name } = node;
  const target = compileExpression(node.target, names);
  const test = findTest(name);
  if (!test) return unknownName(`there is no test '${name}'`, testHint(name), node, names);
  const what = `the test ${name}`;
  const bound =
    bindAhead(test.signature, target, node.args, names) ??
    bindLater(test.signature, what, target, node.args, names);
  return frame => {
    try {
      const args = bound(frame);
      return noted(Array.isArray(args) ? frame.run.engine.applyTest(test, args) : args, node, frame);
    } catch (error) {
      throw placed(error, node);
    }
  };
}

const LOOKUPS = new Set(['lookup', 'query', 'q']);

export function compileCall(node: Call, names: Names): Code {
  const { name: callee } = node;
  if (callee.typename === 'Symbol' && LOOKUPS.has(callee.value) && names.places(callee.value).length === 0) {
    node.args.positional.slice(1).forEach(embedInTerm);
    if (node.args.rest) embedInTerm(node.args.rest);
  }
  const args = compileArguments(node.args, names);
  return compileCallWith(node, names, args);
}

export function compileCallWith(node: Call, names: Names, args: ArgumentCode): Code {
  const callee: Expression = node.name;
  if (callee.typename === 'LookupVal' && callee.attribute && callee.val.typename === 'Literal') {
    const target = compileExpression(callee.target, names);
    const name = callee.val.value as string;
    return frame => {
      const object = target(frame);
      const given = args(frame);
      try {
        return noted(frame.run.engine.callMethod(object, name, given, callee), callee, frame);
      } catch (error) {
        throw placed(error, callee);
      }
    };
  }
  const code = compileExpression(callee, names);
  return frame => {
    const value = code(frame);
    const given = args(frame);
    try {
      return noted(frame.run.engine.call(value, given), node, frame);
    } catch (error) {
      throw placed(error, node);
    }
  };
}
