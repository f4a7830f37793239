import { Unknown, UnknownValue } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { equal, truth } from '../python/compare.ts';
import { type Test, type TestTable, test } from './test.ts';

const failed = ofResult('failed', result => flag(result, 'failed'));
const succeeded = ofResult('succeeded', result => !flag(result, 'failed'));
const changed = ofResult('changed', result => {
  if (result.has('changed')) return flag(result, 'changed');
  const results = result.get('results');
  return Array.isArray(results) && results.some(one => one instanceof Map && flag(one, 'changed'));
});
const skipped = ofResult('skipped', result => flag(result, 'skipped'));

/** Ansible's tests of a registered result. */
export const resultTests: TestTable = {
  failed,
  failure: failed,
  succeeded,
  success: succeeded,
  successful: succeeded,
  changed,
  change: changed,
  skipped,
  skip: skipped,
  unreachable: ofResult('unreachable', result => flag(result, 'unreachable')),
  reachable: ofResult('reachable', result => !flag(result, 'unreachable')),
  started: ofResult('started', result => !result.has('started') || equal(known(result.get('started')), 1)),
  finished: ofResult(
    'finished',
    result => !result.has('finished') || equal(known(result.get('finished')), 1),
  ),
  timedout: ofResult('timedout', result => {
    const timeout = result.get('timedout');
    if (!truth(timeout ?? false)) return false;
    if (!(timeout instanceof Map)) throw new Fault("The 'timedout' test expects a dictionary in 'timedout'");
    return truth(timeout.get('period') ?? false);
  }),
};

function ofResult(name: string, check: (result: ReadonlyMap<unknown, unknown>) => boolean): Test {
  return test('result', ([result]) => {
    if (!(result instanceof Map)) throw new Fault(`The '${name}' test expects a dictionary`);
    return check(result);
  });
}

function flag(result: ReadonlyMap<unknown, unknown>, name: string): boolean {
  return truth(known(result.get(name) ?? false));
}

function known(value: unknown): unknown {
  if (value instanceof Unknown) throw new UnknownValue(value.reason);
  return value;
}
