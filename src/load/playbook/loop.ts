import { didYouMean, UserError } from '../../core/error.ts';
import type { Loop, LoopControl } from '../../core/play.ts';
import { positionOf } from '../../core/position.ts';
import { revealed } from '../../core/secret.ts';
import type { Raw, RawDict } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { anyNumber, conditions, get, identifier, mapping, yesNo } from './attributes.ts';
import { placeOf, present } from './directives.ts';

/** A task's `loop` or `with_LOOKUP`, if it has one. */
export function readLoop(data: RawDict): Loop | undefined {
  const keys = [...data.keys()].filter(
    (key): key is string => typeof key === 'string' && (key === 'loop' || key.startsWith('with_')),
  );
  const [key, second] = keys;
  if (key === undefined) return undefined;
  if (second !== undefined) {
    throw new UserError(`one task has one loop, and this has "${key}" and "${second}"`, {
      position: keyPosition(data, second),
    });
  }
  const value = revealed(data.get(key) as Raw);
  const position = positionOf(data, key) ?? placeOf(data);
  if (value === null) throw new UserError(`"${key}" has nothing to loop over`, { position });
  if (key === 'loop' && typeof value === 'string') {
    throw new UserError(`"loop" wants a list, not "${value}"`, {
      position,
      hint: `a variable that holds a list is written "{{ ${value} }}"`,
    });
  }
  return {
    position,
    keyword: keyPosition(data, key) ?? position,
    lookup: key === 'loop' ? 'loop' : key.slice('with_'.length),
    value,
    control: readControl(data),
  };
}

const CONTROLS = ['loop_var', 'index_var', 'label', 'pause', 'extended', 'extended_allitems', 'break_when'];

function readControl(data: RawDict): LoopControl {
  const control = mapping(data, 'loop_control', 'settings');
  if (!control) return {};
  for (const key of control.keys()) {
    if (CONTROLS.includes(String(key))) continue;
    throw new UserError(`"${String(key)}" is no setting of loop_control`, {
      position: keyPosition(control, key),
      hint: didYouMean(String(key), CONTROLS) ?? `there are: ${CONTROLS.join(', ')}`,
    });
  }
  return present({
    loopVar: identifier(control, 'loop_var'),
    indexVar: identifier(control, 'index_var'),
    label: get(control, 'label'),
    pause: anyNumber(control, 'pause'),
    extended: plainYesNo(control, 'extended'),
    extendedAllItems: plainYesNo(control, 'extended_allitems'),
    breakWhen: conditions(control, 'break_when'),
  });
}

function plainYesNo(control: RawDict, key: string): boolean | undefined {
  const value = yesNo(control, key);
  if (value === undefined || typeof value === 'boolean') return value;
  throw new UserError(`"${key}" cannot be a template`, { position: positionOf(control, key) });
}
