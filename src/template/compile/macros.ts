import { Fault } from '../grammar/fault.ts';
import type { Body, CallBlock, Macro, Parameter } from '../grammar/nodes.ts';
import { type CallArguments, Thing, Tuple, Undefined } from '../python/values.ts';
import { compileArguments, compileCallWith } from './calls.ts';
import { compileExpression } from './expressions.ts';
import { declareAssigned, type Names } from './names.ts';
import { type Code, Frame, type Step } from './run.ts';
import { compileBody, type Unparsed } from './statements.ts';

interface MacroCode {
  name: string;
  parameters: readonly { name: string; slot: number; fallback: Code | undefined }[];
  size: () => number;
  body: Step;
  /** Slots of `varargs`, `kwargs` and `caller`, if the body uses them. */
  varargs: number | undefined;
  kwargs: number | undefined;
  caller: number | undefined;
}

/** The name of what a call block hands over, in errors. */
const CALLER = 'caller';

export function compileMacro(node: Macro, names: Names, source: Unparsed): Step {
  const slot = names.own.get(node.name)!;
  const code = compileFunction(node.name, node.parameters, node.body, names, source);
  return frame => {
    frame.slots[slot] = new MacroFunction(code, frame);
  };
}

export function compileCallBlock(node: CallBlock, names: Names, source: Unparsed): Step {
  const code = compileFunction(CALLER, node.parameters, node.body, names, source);
  const args = compileArguments(node.call.args, names);
  const call = compileCallWith(node.call, names, frame => {
    const given = args(frame);
    return {
      positional: given.positional,
      named: new Map([...given.named, ['caller', new MacroFunction(code, frame)]]),
    };
  });
  return frame => frame.run.emit(call(frame));
}

function compileFunction(
  name: string,
  parameters: readonly Parameter[],
  body: Body,
  names: Names,
  source: Unparsed,
): MacroCode {
  const inside = names.function();
  const slots = parameters.map(parameter => inside.declareParameter(parameter.name));
  inside.open(body);
  declareAssigned(body, inside);
  // Declared ahead, and kept only if the body turns out to use them: an argument too many is an error else.
  const special = ['varargs', 'kwargs', 'caller'].map(one => (inside.own.has(one) ? undefined : one));
  const bound = parameters.map(({ name: parameter, fallback }, i) => ({
    name: parameter,
    slot: slots[i]!,
    fallback: fallback ? compileExpression(fallback, inside) : undefined,
  }));
  const used = usedNames(body);
  const [varargs, kwargs, caller] = special.map(one =>
    one && used.has(one) ? inside.declare(one) : undefined,
  );
  const ownCaller = parameters.findIndex(parameter => parameter.name === 'caller');
  const steps = compileBody(body, inside, source);
  return {
    name,
    parameters: bound,
    size: () => inside.unit.size,
    body: steps,
    varargs,
    kwargs,
    caller: ownCaller === -1 ? caller : slots[ownCaller],
  };
}

/** Every variable name in a tree; which scope it belongs to does not matter here. */
function usedNames(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const item of node) usedNames(item, found);
  else if (typeof node === 'object' && node !== null) {
    if ('typename' in node && node.typename === 'Symbol')
      found.add((node as unknown as { value: string }).value);
    for (const value of Object.values(node)) if (typeof value === 'object') usedNames(value, found);
  }
  return found;
}

export class MacroFunction extends Thing {
  readonly type = 'Macro';

  constructor(
    private readonly code: MacroCode,
    private readonly home: Frame,
  ) {
    super();
  }

  override call(args: CallArguments): unknown {
    const { code, home } = this;
    const frame = new Frame(home.run, code.size(), home);
    const { slots } = frame;
    const { parameters } = code;
    const { positional } = args;
    const named = new Map(args.named);
    for (let i = 0; i < parameters.length; i++) {
      const { name, slot, fallback } = parameters[i]!;
      if (i < positional.length) {
        if (named.has(name)) throw new Fault(`macro '${code.name}' got two values for '${name}'`);
        slots[slot] = positional[i];
      } else if (named.has(name)) {
        slots[slot] = named.get(name);
        named.delete(name);
      } else if (fallback) slots[slot] = fallback(frame);
      else slots[slot] = new Undefined(name, () => ({ text: `parameter '${name}' was not provided` }));
    }
    this.extra(slots, positional.slice(parameters.length), named);
    return home.run.capture(code.body, frame);
  }

  private extra(slots: unknown[], positional: unknown[], named: Map<string, unknown>): void {
    const { code } = this;
    if (code.caller !== undefined && !code.parameters.some(({ slot }) => slot === code.caller)) {
      slots[code.caller] =
        named.get('caller') ?? new Undefined('caller', () => ({ text: 'no caller defined' }));
      named.delete('caller');
    }
    if (code.varargs !== undefined) slots[code.varargs] = new Tuple(positional);
    else if (positional.length > 0) {
      throw new Fault(`macro '${code.name}' takes not more than ${code.parameters.length} argument(s)`);
    }
    if (code.kwargs !== undefined) slots[code.kwargs] = named;
    else if (named.size > 0) {
      const [first] = named.keys();
      if (first === 'caller')
        throw new Fault(`macro '${code.name}' was invoked with a call block but does not use caller`);
      throw new Fault(`macro '${code.name}' takes no keyword argument '${first}'`);
    }
  }

  override attribute(name: string): unknown {
    const { code } = this;
    switch (name) {
      case 'name':
        return code.name;
      case 'arguments':
        return new Tuple(code.parameters.map(parameter => parameter.name));
      case 'catch_varargs':
        return code.varargs !== undefined;
      case 'catch_kwargs':
        return code.kwargs !== undefined;
      case 'caller':
        return code.caller !== undefined;
      default:
        return undefined;
    }
  }

  override print(): string {
    return this.code.name === CALLER ? '<Macro anonymous>' : `<Macro '${this.code.name}'>`;
  }
}
