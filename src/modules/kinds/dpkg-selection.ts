import { sh } from '../../core/shell.ts';
import type { Kind } from '../kind.ts';
import { type DpkgPackage, dpkgPackage } from './dpkg.ts';

/** What dpkg is told to do with a package when it has the choice: its hold, above all. */
export const dpkgSelection: Kind<string, DpkgPackage | null> = {
  name: 'dpkg selection',
  composed: true,
  key: name => name,
  read: (host, name) => host.look(dpkgPackage, name),
  compare: (name, before, after) =>
    before?.selection === after?.selection
      ? []
      : [
          {
            type: 'attribute',
            header: `package ${name}`,
            attribute: 'selection',
            before: before?.selection ?? null,
            after: after?.selection ?? null,
          },
        ],
  apply: async (host, name, _before, after) => {
    await host.must(sh`exec dpkg --set-selections`, { stdin: `${name} ${after!.selection}\n` });
  },
  expect: (memory, name, state) => memory.expect(dpkgPackage, name, state),
};
