import { spawnSync } from 'node:child_process';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { splitLines } from '../python/string-methods.ts';
import type { LookupTable } from './lookup.ts';

/** Lookups that run a command of the user's on the controller. */
export const processLookups: LookupTable = {
  pipe: ({ terms }) => terms.map(term => output('pipe', toText(term)).trimEnd()),
  lines: ({ terms }) =>
    terms.flatMap(term => splitLines(output('lines', toText(term))).map(line => line.trimEnd())),
};

const MOST = 256 * 1024 * 1024;

function output(lookup: string, command: string): string {
  const result = spawnSync('/bin/sh', ['-c', command], {
    encoding: 'utf8',
    maxBuffer: MOST,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (result.error)
    throw new Fault(`the lookup ${lookup} could not run its command: ${result.error.message}`);
  if (result.status !== 0)
    throw new Fault(
      `the lookup ${lookup}: the command '${command}' returned ${result.status ?? result.signal}`,
    );
  return result.stdout;
}
