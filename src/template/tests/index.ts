import { didYouMean } from '../../core/error.ts';
import { shortName } from '../filters/index.ts';
import { fileTests } from './files.ts';
import { resultTests } from './results.ts';
import type { Test } from './test.ts';
import { valueTests } from './values.ts';
import { versionTests } from './version.ts';

const table = new Map<string, Test>(
  [valueTests, resultTests, fileTests, versionTests].flatMap(family => Object.entries(family)),
);

/** The test of this name, short or with its collection. */
export function findTest(name: string): Test | undefined {
  return table.get(name) ?? (name.includes('.') ? table.get(shortName(name)) : undefined);
}

export function testHint(name: string): string | undefined {
  return didYouMean(shortName(name), table.keys());
}

export function testNames(): string[] {
  return [...table.keys()];
}
