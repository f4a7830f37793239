import { BUILTIN, Plugins } from '../plugins.ts';
import { fileTests } from './files.ts';
import { generalTests } from './general.ts';
import { networkTests } from './network.ts';
import { resultTests } from './results.ts';
import type { Test } from './test.ts';
import { urlTests } from './urls.ts';
import { valueTests } from './values.ts';
import { versionTests } from './version.ts';

const plugins = new Plugins<Test>([
  { collections: BUILTIN, tables: [valueTests, resultTests, fileTests, versionTests, urlTests] },
  { collections: ['ansible.utils'], tables: [networkTests] },
  { collections: ['community.general'], tables: [generalTests] },
]);

/** The test of this name, short or with its collection. */
export function findTest(name: string): Test | undefined {
  return plugins.find(name);
}

export function testHint(name: string): string | undefined {
  return plugins.hint(name);
}

export function testNames(): string[] {
  return plugins.names();
}
