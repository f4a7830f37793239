import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { target } from './kind.ts';
import { dpkgPackage } from './kinds/dpkg.ts';
import { dpkgSelection } from './kinds/dpkg-selection.ts';
import { t } from './parameters.ts';

export const dpkgSelections = stateModule({
  names: ['dpkg_selections', 'ansible.builtin.dpkg_selections'],
  summary: 'Hold packages at their version, or mark them for removal',
  parameters: {
    name: t.str({ required: true, doc: 'Name of the package.' }),
    selection: t.choice(['install', 'hold', 'deinstall', 'purge'])({ required: true }),
  },

  probe: (host, { name }) => host.look(dpkgPackage, name),

  want(now, { name, selection }) {
    if (!now)
      throw new Failure(
        `dpkg knows no package ${name}`,
        {},
        'it keeps selections of packages that are installed',
      );
    return {
      targets: [target(dpkgSelection, name, now, { ...now, selection })],
      result: { before: now.selection, after: selection },
    };
  },
});
