import { Fault } from '../grammar/fault.ts';
import { regex } from '../python/patterns.ts';
import { toText } from '../python/print.ts';
import { Undefined } from '../python/values.ts';
import type { LookupTable } from './lookup.ts';

/** Lookups of variables, of playbooks and of the environment. */
export const variableLookups: LookupTable = {
  vars: ({ terms, options, engine }) =>
    terms.map(term => {
      if (typeof term !== 'string') throw new Fault('the lookup vars needs names of variables');
      const value = engine.variable(term);
      if (value !== undefined && !(value instanceof Undefined)) return value;
      if (options.has('default')) return options.get('default');
      return (
        value ??
        new Undefined(term, () => ({
          text: `'${term}' is undefined: no variable of this name was found`,
          hint: engine.nearestName(term),
        })).fail()
      );
    }),
  varnames: ({ terms, engine }) => {
    const names = [...engine.variableNames()];
    return terms.flatMap(term => names.filter(name => regex(term).test(name)));
  },
  env: ({ terms, options }) =>
    terms.map(term => {
      const name = toText(term).split(' ')[0]!;
      const value = process.env[name];
      if (value !== undefined) return value;
      const fallback = options.get('default');
      if (fallback instanceof Undefined) throw new Fault(`the environment variable '${name}' is not set`);
      return fallback === undefined ? '' : fallback;
    }),
};
