import { partsOf } from '../../core/secret-pieces.ts';
import type { Engine } from '../compile/engine.ts';
import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { isInteger, isMissing } from '../python/values.ts';
import { unwrap } from '../traits.ts';
import { type FilterTable, picking } from './filter.ts';

/** Filters that go through a sequence item by item. */
export const selectFilters: FilterTable = {
  map: picking('value, *args, **kwargs', ([value, args, named], engine) => {
    const change = mapper(args as unknown[], named as Map<string, unknown>, engine);
    return itemsToPick(value).map(item => change(engine.settle(item)));
  }),
  select: picking('value, *args, **kwargs', ([value, args, named], engine) => {
    const holds = tester(args as unknown[], named as Map<string, unknown>, engine);
    return itemsToPick(value).filter(item => holds(item));
  }),
  reject: picking('value, *args, **kwargs', ([value, args, named], engine) => {
    const holds = tester(args as unknown[], named as Map<string, unknown>, engine);
    return itemsToPick(value).filter(item => !holds(item));
  }),
  selectattr: picking('value, attribute, *args, **kwargs', ([value, attribute, args, named], engine) => {
    const pick = attributeGetter(attribute, engine);
    const holds = tester(args as unknown[], named as Map<string, unknown>, engine);
    return itemsToPick(value).filter(item => holds(pick(item)));
  }),
  rejectattr: picking('value, attribute, *args, **kwargs', ([value, attribute, args, named], engine) => {
    const pick = attributeGetter(attribute, engine);
    const holds = tester(args as unknown[], named as Map<string, unknown>, engine);
    return itemsToPick(value).filter(item => !holds(pick(item)));
  }),
};

/** Nothing false has items, whatever its type: Jinja2 does not even ask. */
function itemsToPick(value: unknown): readonly unknown[] {
  return truth(value) ? iterate(value) : [];
}

function mapper(args: unknown[], named: Map<string, unknown>, engine: Engine): (item: unknown) => unknown {
  if (args.length === 0 && named.has('attribute')) {
    const attribute = named.get('attribute');
    const fallback = named.get('default');
    const unknown = [...named.keys()].find(name => name !== 'attribute' && name !== 'default');
    if (unknown !== undefined) throw new Fault(`the filter map has no parameter '${unknown}'`);
    return attributeGetter(attribute, engine, fallback);
  }
  const [name, ...rest] = args;
  if (name === undefined) throw new Fault('map requires a filter argument');
  const filterName = toText(unwrap(name));
  return item => engine.filter(filterName, { positional: [item, ...rest], named });
}

function tester(args: unknown[], named: Map<string, unknown>, engine: Engine): (item: unknown) => boolean {
  if (args.length === 0) return truth;
  const [name, ...rest] = args;
  const testName = toText(unwrap(name));
  return item => engine.test(testName, { positional: [item, ...rest], named });
}

/** What `attribute='a.b.0'` means: a way through mappings and lists; missing parts give undefined, or the default. */
export function attributeGetter(
  attribute: unknown,
  engine: Engine,
  fallback?: unknown,
): (item: unknown) => unknown {
  const way = unwrap(attribute);
  const parts: (string | number)[] = isInteger(way)
    ? [Number(way)]
    : partsOf(toText(way), '.').map(part => (/^\d+$/.test(part) ? Number(part) : part));
  return item => {
    let value = item;
    for (const part of parts) {
      value = engine.reach(value, part, false);
      if (isMissing(value)) {
        if (fallback === undefined || fallback === null) return value;
        // The rest of the way goes on from the default.
        value = fallback;
      }
    }
    return value;
  };
}
