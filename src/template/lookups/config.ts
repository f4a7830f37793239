import { didYouMean } from '../../core/error.ts';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { pythonType } from '../python/values.ts';
import { type LookupTable, lookup } from './lookup.ts';
import { Options } from './options.ts';

/** Of Ansible's: settings of plugins, and where a setting was made. */
const MISSING = ['plugin_type', 'plugin_name', 'show_origin'];
const ON_MISSING = ['error', 'warn', 'skip'];

/** Settings by Ansible's names, such as DEFAULT_ROLES_PATH. */
export const configLookup: LookupTable = {
  config: lookup(`on_missing ${MISSING.join(' ')}`, ({ terms, options: given, engine }) => {
    const options = new Options(given);
    for (const name of MISSING) {
      if ((options.value(name) ?? false) !== false)
        throw new Fault(`the lookup config has no option '${name}' in tsible`);
    }
    const onMissing = options.text('on_missing') ?? 'error';
    if (!ON_MISSING.includes(onMissing))
      throw new Fault(`the lookup config: on_missing is one of ${ON_MISSING.join(', ')}, not '${onMissing}'`);
    const { settings } = engine.surroundings;
    if (!settings) throw new Fault('the lookup config can only be used in a play');
    return terms.flatMap(term => {
      if (typeof term !== 'string')
        throw new Fault(`the lookup config needs names of settings, not ${pythonType(term)} ${toText(term)}`);
      const value = settings.get(term);
      if (value !== undefined) return [value];
      const hint = didYouMean(term, settings.keys());
      const message = `the lookup config: there is no setting '${term}'`;
      if (onMissing === 'error')
        throw new Fault(message, hint ?? `tsible knows ${[...settings.keys()].join(', ')}`);
      if (onMissing === 'warn') engine.surroundings.warn(hint ? `${message}; ${hint}` : message);
      return [];
    });
  }),
};
