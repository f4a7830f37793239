import { UserError } from '../core/error.ts';
import type { Loop, LoopControl } from '../core/play.ts';
import { isDict, isList, type Raw, type RawDict, typeName, type Value } from '../core/value.ts';
import { UndefinedError } from '../template/index.ts';
import type { Templar } from '../template/types.ts';

/** What a task's loop goes over. Throws a UserError when it is not a list. */
export function loopItems(loop: Loop, templar: Templar, action: string): readonly Value[] {
  if (loop.lookup === 'first_found') return firstFound(loop, templar, action);
  const value = templar.render(terms(loop, templar));
  if (loop.lookup === 'loop') {
    if (isList(value)) return value;
    throw new UserError(`loop needs a list, not ${typeName(value)}`, {
      position: loop.position,
      hint: isDict(value) ? 'use "{{ … | dict2items }}" to loop over a mapping' : undefined,
    });
  }
  if (loop.lookup === 'items') return flattenOnce(isList(value) ? value : [value]);
  if (loop.lookup === 'list') return isList(value) ? value : [value];
  return query(loop, templar, isList(value) ? value : [value]);
}

/** Every other with_LOOKUP is that lookup, asked for a list. */
function query(loop: Loop, templar: Templar, terms: readonly Value[], options = ''): readonly Value[] {
  const scope = templar.with(new Map<string, Raw>([['tsible_loop_terms', terms]]));
  const found = scope.evaluate(`query('${loop.lookup}', *tsible_loop_terms${options})`, loop.position);
  return isList(found) ? found : [found];
}

/** Names that hold something undefined are left out, and the files are looked for where the module has its own. */
function firstFound(loop: Loop, templar: Templar, action: string): readonly Value[] {
  const kind = ['template', 'var'].find(part => action.includes(part)) ?? 'file';
  const value = defined(terms(loop, templar), templar);
  const names = value === undefined ? [] : isList(value) ? value : [value];
  return query(loop, templar, names, `, tsible_with='${kind}s'`);
}

function defined(raw: Raw, templar: Templar): Value | undefined {
  if (isList(raw)) {
    const parts = (raw as readonly Raw[]).map(part => defined(part, templar));
    return parts.filter((part): part is Value => part !== undefined);
  }
  if (isDict(raw)) {
    const parts = [...(raw as RawDict)].map(([key, part]) => [key, defined(part, templar)] as const);
    return new Map(parts.filter((pair): pair is [Value, Value] => pair[1] !== undefined));
  }
  try {
    return templar.render(raw);
  } catch (error) {
    if (error instanceof UndefinedError) return undefined;
    throw error;
  }
}

/** Text in `with_items: name` means the variable of that name, as in old content. */
function terms(loop: Loop, templar: Templar): Raw {
  const { value } = loop;
  if (loop.lookup === 'loop' || typeof value !== 'string' || !/^[A-Za-z_]\w*$/.test(value)) return value;
  try {
    return templar.evaluate(value, loop.position);
  } catch (error) {
    if (error instanceof UserError) return value;
    throw error;
  }
}

function flattenOnce(values: readonly Value[]): Value[] {
  return values.flatMap(value => (isList(value) ? (value as readonly Value[]) : [value]));
}

/** What the task sees in one turn of its loop, besides the variables it sees anyway. */
export function loopVariables(
  control: LoopControl,
  items: readonly Value[],
  index: number,
): Map<string, Value> {
  const { loopVar = 'item', indexVar, extended } = control;
  const vars = new Map<string, Value>([
    [loopVar, items[index]!],
    ['ansible_loop_var', loopVar],
  ]);
  if (indexVar !== undefined) vars.set(indexVar, index).set('ansible_index_var', indexVar);
  if (extended) vars.set('ansible_loop', extendedLoop(items, index, control.extendedAllItems !== false));
  return vars;
}

function extendedLoop(items: readonly Value[], index: number, withAll: boolean): Value {
  const { length } = items;
  const loop = new Map<Value, Value>([
    ['index', index + 1],
    ['index0', index],
    ['first', index === 0],
    ['last', index === length - 1],
    ['length', length],
    ['revindex', length - index],
    ['revindex0', length - index - 1],
  ]);
  if (withAll) loop.set('allitems', items);
  if (index < length - 1) loop.set('nextitem', items[index + 1]!);
  if (index > 0) loop.set('previtem', items[index - 1]!);
  return loop;
}
