import { Secret } from '../../core/secret.ts';
import { Float, isDict } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import type {
  Binary,
  Comparison,
  ConcatAll,
  Constant,
  DictLiteral,
  Expression,
  InlineIf,
  Literal,
  Lookup,
  Name,
  Sequence,
  Slice,
  Unary,
} from '../grammar/nodes.ts';
import { allowText } from '../limits.ts';
import { setKey, truth } from '../python/compare.ts';
import { type Arithmetic, parseInteger } from '../python/numbers.ts';
import { SliceOf } from '../python/sequences.ts';
import { Blank, Tuple, Undefined, use } from '../python/values.ts';
import { markWrittenOut } from '../traits.ts';
import { compileCall, compileFilter, compileTest } from './calls.ts';
import { selfOf } from './loaded.ts';
import type { Names } from './names.ts';
import { type Comparing, compareValues, negate, operate } from './operators.ts';
import { type Code, type Frame, placed } from './run.ts';

export function compileExpression(node: Expression, names: Names): Code {
  switch (node.typename) {
    case 'Literal':
      return compileLiteral(node);
    case 'Symbol':
      return compileName(node, names);
    case 'LookupVal':
      return compileLookup(node, names);
    case 'FilterCall':
      return compileFilter(node, names);
    case 'TestCall':
      return compileTest(node, names);
    case 'FunCall':
      return compileCall(node, names);
    case 'Compare':
      return compileComparison(node, names);
    case 'And':
    case 'Or':
      return compileLogic(node, names);
    case 'Not': {
      const target = compileExpression(node.target, names);
      return frame => !truth(target(frame));
    }
    case 'Neg':
    case 'Pos':
      return compileSign(node, names);
    case 'InlineIf':
      return compileInlineIf(node, names);
    case 'ConcatAll':
      return compileConcat(node, names);
    case 'Array':
    case 'Group':
      return compileSequence(node, names);
    case 'Dict':
      return compileDict(node, names);
    case 'Slice':
      return compileSlice(node, names);
    default:
      return compileArithmetic(node, names);
  }
}

function compileLiteral(node: Literal): Code {
  const value = constant(node.value);
  if (node.embedded) return ({ run }) => run.engine.embedded(value as string, run.template, node);
  return () => value;
}

export function constant(value: Constant): unknown {
  if (value === null || typeof value !== 'object') return value;
  return value.float ? new Float(Number(value.number)) : parseInteger(value.number, 0);
}

function compileName(node: Name, names: Names): Code {
  const name = node.value;
  const isClosed = names.isClosed(name);
  let code: Code = frame => {
    if (isClosed) return missingVariable(frame, node);
    const { context, engine } = frame.run;
    // Not `??`: a variable that is None is there.
    let value = context.get(name);
    if (value === undefined) value = name === 'self' ? selfOf(frame.run, context) : engine.global(name);
    return value === undefined ? missingVariable(frame, node) : value;
  };
  for (const { hops, slot } of names.places(name).reverse()) {
    const outer = code;
    if (hops === 0) {
      code = frame => {
        const value = frame.slots[slot];
        return value === undefined
          ? outer(frame)
          : typeof value === 'object'
            ? frame.run.engine.current(value)
            : value;
      };
    } else {
      code = frame => {
        let holder = frame;
        for (let i = 0; i < hops; i++) holder = holder.up!;
        const value = holder.slots[slot];
        return value === undefined ? outer(frame) : frame.run.engine.current(value);
      };
    }
  }
  return code;
}

function missingVariable(frame: Frame, { value: name, lineno, colno }: Name): Undefined {
  const message = () => ({ text: `'${name}' is undefined`, hint: frame.run.engine.nearestName(name) });
  return standingIn(frame, new Undefined(name, message, undefined, lineno, colno));
}

/** Notes the template for a value that is undefined, which another template may come to use. */
function standingIn<T>(frame: Frame, value: T): T {
  if (value instanceof Undefined) value.template ??= frame.run.template;
  return value;
}

/** `a.b['c']` as it is named in errors. */
export function pathOf(node: Expression): string {
  if (node.typename === 'Symbol') return node.value;
  if (node.typename === 'FunCall') return `${pathOf(node.name)}()`;
  if (node.typename === 'FilterCall') return `${node.target ? pathOf(node.target) : ''}|${node.name}`;
  if (node.typename === 'Literal')
    return typeof node.value === 'object' && node.value ? node.value.number : String(node.value);
  if (node.typename !== 'LookupVal') return '(…)';
  const target = pathOf(node.target);
  if (node.val.typename !== 'Literal') return `${target}[${pathOf(node.val)}]`;
  const key = node.val.value;
  if (node.attribute && typeof key === 'string') return `${target}.${key}`;
  return typeof key === 'string' ? `${target}['${key}']` : `${target}[${pathOf(node.val)}]`;
}

function compileLookup(node: Lookup, names: Names): Code {
  const target = compileExpression(node.target, names);
  if (node.val.typename === 'Literal') {
    const key = constant(node.val.value);
    const { attribute } = node;
    return frame => {
      const value = target(frame);
      try {
        return standingIn(frame, frame.run.engine.reach(value, key, attribute, node));
      } catch (error) {
        throw placed(error, node);
      }
    };
  }
  const index = compileExpression(node.val, names);
  return frame => {
    const value = target(frame);
    if (value instanceof Undefined) return value;
    try {
      return standingIn(frame, frame.run.engine.reach(value, use(index(frame)), false, node));
    } catch (error) {
      throw placed(error, node);
    }
  };
}

function compileSlice(node: Slice, names: Names): Code {
  const parts = [node.start, node.stop, node.step].map(part =>
    part ? compileExpression(part, names) : () => null,
  );
  return frame => new SliceOf(use(parts[0]!(frame)), use(parts[1]!(frame)), use(parts[2]!(frame)));
}

const OPERATORS: Readonly<Record<string, Arithmetic>> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  FloorDiv: '//',
  Mod: '%',
  Pow: '**',
};

function compileArithmetic(node: Binary, names: Names): Code {
  const left = compileExpression(node.left, names);
  const right = compileExpression(node.right, names);
  const operator = OPERATORS[node.typename]!;
  const slow = (frame: Frame, a: unknown, b: unknown): unknown => {
    try {
      return operate(frame.run.engine, operator, a, b);
    } catch (error) {
      throw placed(error, node);
    }
  };
  if (operator === '+') {
    return frame => {
      const a = left(frame);
      const b = right(frame);
      if (typeof a === 'number' && typeof b === 'number') {
        const sum = a + b;
        if (Number.isSafeInteger(sum)) return sum;
      } else if (typeof a === 'string' && typeof b === 'string' && a.length + b.length < LONGEST_QUICK)
        return a + b;
      return slow(frame, a, b);
    };
  }
  return frame => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a === 'number' && typeof b === 'number') {
      const result = quick(operator, a, b);
      if (result !== undefined) return result;
    }
    return slow(frame, a, b);
  };
}

/** Texts that are longer are left to the general way, which has a limit. */
const LONGEST_QUICK = 1_000_000;

/** Arithmetic on small whole numbers without the general way's questions; undefined leaves it to that. */
function quick(operator: Arithmetic, a: number, b: number): number | undefined {
  let result: number;
  if (operator === '-') result = a - b;
  else if (operator === '*') result = a * b;
  else if (a < 0 || b <= 0) return undefined;
  else if (operator === '//') result = Math.floor(a / b);
  else if (operator === '%') result = a % b;
  else return undefined;
  // Beyond 2^52 a quotient may have been rounded up; -0 is a float's.
  return result < 4_503_599_627_370_496 && result > -4_503_599_627_370_496 && a < 4_503_599_627_370_496
    ? result + 0
    : undefined;
}

function compileLogic(node: Binary, names: Names): Code {
  const left = compileExpression(node.left, names);
  const right = compileExpression(node.right, names);
  if (node.typename === 'And') {
    return frame => {
      const value = left(frame);
      return truth(value) ? right(frame) : value;
    };
  }
  return frame => {
    const value = left(frame);
    return truth(value) ? value : right(frame);
  };
}

function compileSign(node: Unary, names: Names): Code {
  const target = compileExpression(node.target, names);
  const sign = node.typename === 'Neg' ? '-' : '+';
  return frame => {
    const value = target(frame);
    try {
      return negate(frame.run.engine, value, sign);
    } catch (error) {
      throw placed(error, node);
    }
  };
}

function compileComparison(node: Comparison, names: Names): Code {
  const first = compileExpression(node.expr, names);
  const rest = node.ops.map(operand => ({
    node: operand,
    operator: operand.type as Comparing,
    code: compileExpression(operand.expr, names),
  }));
  if (rest.length === 1) {
    const { operator, code, node: operand } = rest[0]!;
    return frame => {
      const a = first(frame);
      const b = code(frame);
      if (typeof a === 'string' && typeof b === 'string') {
        if (operator === '==') return a === b;
        if (operator === '!=') return a !== b;
      }
      try {
        return compareValues(frame.run.engine, operator, a, b);
      } catch (error) {
        throw placed(error, operand);
      }
    };
  }
  return frame => {
    let a = first(frame);
    for (const { operator, code, node: operand } of rest) {
      const b = code(frame);
      try {
        if (!compareValues(frame.run.engine, operator, a, b)) return false;
      } catch (error) {
        throw placed(error, operand);
      }
      a = b;
    }
    return true;
  };
}

function compileInlineIf(node: InlineIf, names: Names): Code {
  const [cond, body, other] = names.softly(() => [
    compileExpression(node.cond, names),
    compileExpression(node.body, names),
    node.else_ && compileExpression(node.else_, names),
  ]);
  return frame => {
    if (truth(cond(frame))) return body(frame);
    if (other) return other(frame);
    const message = () => ({
      text: 'the inline if-expression evaluated to false and no else section was defined',
      hint: undefined,
    });
    return new Blank(pathOf(node), message, undefined, node.lineno, node.colno);
  };
}

function compileConcat(node: ConcatAll, names: Names): Code {
  const parts = node.children.map(child => compileExpression(child, names));
  return frame => {
    let text = '';
    let secret = false;
    for (const part of parts) {
      const value = part(frame);
      if (typeof value === 'string') text += value;
      else {
        try {
          const printed = frame.run.engine.text(value);
          if (typeof printed === 'string') text += printed;
          else {
            secret = true;
            text += printed.reveal();
          }
        } catch (error) {
          throw placed(error, node);
        }
      }
    }
    if (text.length > LONGEST_QUICK) allowText(text.length);
    return secret ? new Secret(text, true) : text;
  };
}

function compileSequence(node: Sequence, names: Names): Code {
  const items = node.children.map(child => compileExpression(child, names));
  const isTuple = node.typename === 'Group';
  const { changesThings } = names;
  return frame => {
    const { engine } = frame.run;
    const values = new Array<unknown>(items.length);
    for (let i = 0; i < items.length; i++) {
      const value = items[i]!(frame);
      values[i] = typeof value === 'object' ? engine.whole(value) : value;
    }
    if (isTuple) return new Tuple(values);
    if (changesThings) markWrittenOut(values);
    return values;
  };
}

function compileDict(node: DictLiteral, names: Names): Code {
  const pairs = node.children.map(({ key, value }) => ({
    key: compileExpression(key, names),
    value: compileExpression(value, names),
  }));
  const { changesThings } = names;
  return frame => {
    const { engine } = frame.run;
    const dict = new Map<unknown, unknown>();
    if (changesThings) markWrittenOut(dict);
    for (const pair of pairs) {
      const key = use(pair.key(frame));
      const value = engine.whole(pair.value(frame));
      if (typeof key === 'string') dict.set(key, value);
      else {
        if (Array.isArray(key) || isDict(key))
          throw new Fault('a list or a mapping cannot be a key').at(node.lineno, node.colno);
        setKey(dict, key, value);
      }
    }
    return dict;
  };
}
