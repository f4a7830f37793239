import { BUILTIN, Plugins } from '../plugins.ts';
import { basicFilters } from './basic.ts';
import { commentFilters } from './comment.ts';
import { csvFilters } from './csv.ts';
import { dateFilters } from './dates.ts';
import { durationFilters } from './durations.ts';
import { encodeFilters } from './encode.ts';
import type { Filter } from './filter.ts';
import { generalFilters, movedFilters } from './general.ts';
import { generalKeyFilters } from './general-keys.ts';
import { hwaddrFilters } from './hwaddr.ts';
import { iniFilters } from './ini.ts';
import { ipaddrFilters } from './ipaddr.ts';
import { jsonFilters } from './json.ts';
import { jsonQueryFilters } from './json-query.ts';
import { listSetFilters } from './list-sets.ts';
import { listFilters } from './lists.ts';
import { listsMergeFilters } from './lists-merge.ts';
import { networkFilters } from './networks.ts';
import { numberFilters } from './numbers.ts';
import { pathFilters } from './paths.ts';
import { pemFilters } from './pem.ts';
import { regexFilters } from './regex.ts';
import { selectFilters } from './select.ts';
import { setFilters } from './sets.ts';
import { textFilters } from './text.ts';
import { urlizeFilters } from './urlize.ts';
import { urlFilters } from './urls.ts';
import { utilsFactFilters } from './utils-facts.ts';
import { utilsKeyFilters } from './utils-keys.ts';
import { utilsPathFilters } from './utils-paths.ts';
import { vaultFilters } from './vault.ts';
import { yamlFilters } from './yaml.ts';

const plugins = new Plugins<Filter>([
  {
    collections: BUILTIN,
    tables: [
      basicFilters,
      textFilters,
      listFilters,
      selectFilters,
      setFilters,
      regexFilters,
      jsonFilters,
      yamlFilters,
      numberFilters,
      pathFilters,
      encodeFilters,
      dateFilters,
      urlFilters,
      urlizeFilters,
      commentFilters,
      vaultFilters,
      { d: basicFilters.default!, e: textFilters.escape! },
    ],
  },
  // Moved out of Ansible itself, by way of ansible.netcommon.
  {
    collections: ['ansible.utils', 'ansible.netcommon', ...BUILTIN],
    tables: [ipaddrFilters, networkFilters, hwaddrFilters],
  },
  {
    collections: ['community.general', ...BUILTIN],
    tables: [jsonQueryFilters, movedFilters],
  },
  { collections: ['ansible.utils'], tables: [utilsKeyFilters, utilsPathFilters, utilsFactFilters] },
  {
    collections: ['community.general'],
    tables: [
      generalFilters,
      generalKeyFilters,
      listsMergeFilters,
      listSetFilters,
      durationFilters,
      csvFilters,
      iniFilters,
      { path_join: pathFilters.path_join! },
    ],
  },
  { collections: ['community.crypto'], tables: [pemFilters] },
]);

/** The filter of this name, short or with its collection. */
export function findFilter(name: string): Filter | undefined {
  return plugins.find(name);
}

export function filterHint(name: string): string | undefined {
  return plugins.hint(name);
}

export function filterNames(): string[] {
  return plugins.names();
}
