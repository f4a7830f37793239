import { Fault } from '../grammar/fault.ts';
import { match, regex } from '../python/patterns.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { text as textOf } from '../python/string-methods.ts';
import { pythonType, Undefined, use } from '../python/values.ts';
import { unwrap } from '../traits.ts';
import { type LookupTable, lookup } from './lookup.ts';

/** Lookups of variables, of hosts, and of the environment. */
export const variableLookups: LookupTable = {
  vars: {
    options: ['default'],
    arranges: true,
    run: ({ terms, options, engine }) =>
      terms.map(unwrap).map(term => {
        if (typeof term !== 'string')
          throw new Fault(`the lookup vars needs names of variables, not ${pythonType(term)}`);
        const value = engine.variable(term);
        if (value !== undefined) return engine.whole(value);
        if ((options.get('default') ?? null) !== null) return options.get('default');
        const hint = (): string | undefined => engine.nearestName(term);
        return new Undefined(term, () => ({ text: `there is no variable named '${term}'`, hint: hint() }));
      }),
  },
  varnames: lookup('', ({ terms, engine }) => {
    const names = [...new Set(engine.variableNames())];
    return terms.flatMap(term => {
      if (typeof term !== 'string')
        throw new Fault(`the lookup varnames needs patterns, not ${pythonType(term)}`);
      const pattern = regex(term);
      return names.filter(name => match(pattern, name, () => pattern.test(name)));
    });
  }),
  env: {
    options: ['default'],
    takesUndefined: true,
    run: ({ terms, options }) =>
      terms.map(term => {
        const [name] = textOf(use(term)).trim().split(/\s+/);
        if (!name) throw new Fault('the lookup env needs the name of a variable of the environment');
        const value = process.env[name];
        if (value !== undefined) return value;
        const usual = options.get('default');
        if (usual instanceof Undefined && usual.name === 'undef')
          return new Undefined(name, () => ({ text: `the environment variable '${name}' is not set` }));
        return usual ?? '';
      }),
  },
  inventory_hostnames: lookup('', ({ terms, engine }) => {
    const { hostsOf } = engine.surroundings;
    if (!hostsOf) throw new Fault('the lookup inventory_hostnames can only be used in a play');
    return hostsOf(terms.flatMap(term => (typeof term === 'string' ? [term] : iterate(term))).map(toText));
  }),
};
