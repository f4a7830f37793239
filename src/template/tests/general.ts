import { describedType } from '../filters/general.ts';
import { Fault } from '../grammar/fault.ts';
import { pythonType } from '../python/values.ts';
import { type TestTable, test } from './test.ts';

/** community.general's tests. */
export const generalTests: TestTable = {
  ansible_type: test('data, dtype, alias=None', ([data, types, alias]) => {
    const wanted = typeof types === 'string' ? [types] : types;
    if (!Array.isArray(wanted))
      throw new Fault(`ansible_type takes the name of a type, or a list of such, not ${pythonType(types)}`);
    return wanted.includes(describedType(data, alias));
  }),
};
