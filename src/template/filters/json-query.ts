import { Fault } from '../grammar/fault.ts';
import { search } from '../jmespath/search.ts';
import { pythonType } from '../python/values.ts';
import { type FilterTable, opaque } from './filter.ts';

/** Questions to data in the language of jmespath.org. */
export const jsonQueryFilters: FilterTable = {
  json_query: opaque('data, expr', ([data, expression]) => {
    if (typeof expression !== 'string')
      throw new Fault(`json_query takes its expression as text, not ${pythonType(expression)}`);
    return search(expression, data);
  }),
};
