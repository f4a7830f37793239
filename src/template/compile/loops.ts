import type { For } from '../grammar/nodes.ts';
import { truth } from '../python/compare.ts';
import { iterate } from '../python/sequences.ts';
import { Loop } from '../python/things.ts';
import { use } from '../python/values.ts';
import { compileExpression } from './expressions.ts';
import { declareTarget, type Names } from './names.ts';
import { type Code, Frame, placed, type Step } from './run.ts';
import { compileBody, compileStore, type Store, type Unparsed } from './statements.ts';

/** Thrown by `break` and `continue` up to their loop. */
export const BREAK = Symbol('break');
export const CONTINUE = Symbol('continue');

interface LoopCode {
  store: Store;
  test: Code | undefined;
  body: Step;
  other: Step | undefined;
  /** Slots of the body's own variables, unset at the start of each turn. */
  fresh: readonly number[];
  loopSlot: number;
}

export function compileLoop(node: For, names: Names, source: Unparsed): Step {
  const iterable = compileExpression(node.iterable, names);
  const inside = node.recursive ? names.function() : names.inner();
  const code = compileTurn(node, inside, names, source);
  const turns = (frame: Frame, value: unknown, depth: number, again?: Loop['recurse']): void => {
    try {
      runLoop(code, frame, value, depth, again);
    } catch (error) {
      throw placed(error, node.iterable);
    }
  };
  if (!node.recursive) return frame => turns(frame, iterable(frame), 0);
  return frame => {
    const { unit } = inside;
    const run = (value: unknown, depth: number): void =>
      turns(new Frame(frame.run, unit.size, frame), value, depth, again);
    const again = (value: unknown, depth: number): unknown =>
      frame.run.capture(() => run(value, depth), frame);
    run(iterable(frame), 0);
  };
}

function compileTurn(node: For, inside: Names, outside: Names, source: Unparsed): LoopCode {
  declareTarget(node.target, inside);
  const store = compileStore(node.target, inside);
  // The test comes before the loop: `loop` in it is the outer one.
  const test = node.test ? compileExpression(node.test, inside) : undefined;
  const targets = new Set(inside.own.values());
  const loopSlot = inside.declare('loop');
  const body = compileBody(node.body, inside, source);
  const fresh = [...inside.own.values()].filter(slot => slot !== loopSlot && !targets.has(slot));
  const elseNames = node.recursive ? inside.inner() : outside.inner();
  const other = node.else_ ? compileBody(node.else_, elseNames, source) : undefined;
  return { store, test, body, other, fresh, loopSlot };
}

function runLoop(code: LoopCode, frame: Frame, value: unknown, depth: number, again?: Loop['recurse']): void {
  const { engine } = frame.run;
  const { store, test, body, fresh, loopSlot } = code;
  const { slots } = frame;
  let items = iterate(engine.current(use(value)));
  if (test) {
    items = items.filter(item => {
      store(frame, engine.settle(item));
      return truth(test(frame));
    });
  }
  const loop = new Loop(items, depth, again, engine);
  // What was in the slots: a loop inside of itself (through a macro in the same frame) must find them again.
  const outer = slots[loopSlot];
  let isWhole = false;
  for (let i = 0; i < items.length; i++) {
    engine.tick();
    for (let j = 0; j < fresh.length; j++) slots[fresh[j]!] = undefined;
    const item = items[i];
    store(frame, typeof item === 'object' ? engine.settle(item) : item);
    loop.index0 = i;
    slots[loopSlot] = loop;
    try {
      body(frame);
      isWhole = true;
    } catch (error) {
      if (error === BREAK) break;
      if (error !== CONTINUE) throw error;
    }
  }
  slots[loopSlot] = outer;
  // Jinja2 goes there when no turn has come to its end: also when all were cut short.
  if (!isWhole) code.other?.(frame);
}
