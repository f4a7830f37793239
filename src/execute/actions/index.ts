import type { Schema } from '../../modules/parameters.ts';
import type { Action } from './action.ts';
import { assert, fail, pause, setStats } from './checks.ts';
import { debug } from './debug.ts';
import { addHost, groupBy } from './inventory.ts';
import { includeVars, setFact } from './variables.ts';

const all = [
  addHost,
  assert,
  debug,
  fail,
  groupBy,
  includeVars,
  pause,
  setFact,
  setStats,
] as unknown as Action<Schema>[];

const byName = new Map(all.flatMap(action => action.names.map(name => [name, action] as const)));

export function findAction(name: string): Action | undefined {
  return byName.get(name.replace(/^ansible\.legacy\./, 'ansible.builtin.'));
}

export function actionNames(): Iterable<string> {
  return byName.keys();
}
