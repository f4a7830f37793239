import { spawnSync } from 'node:child_process';
import { takenApart } from '../../core/known-secrets.ts';
import { wordsIn } from '../../core/words.ts';
import type { Engine } from '../compile/engine.ts';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { strip } from '../python/string-methods.ts';
import { playFolder } from './controller-files.ts';
import { type LookupTable, lookup } from './lookup.ts';

/** Lookups that run a command of the user's on the controller. */
export const processLookups: LookupTable = {
  pipe: lookup('', ({ terms, engine }) =>
    terms.map(term => strip(output('pipe', toText(term), engine), null, 'right')),
  ),
  lines: lookup('', ({ terms, engine }) =>
    terms.flatMap(term => {
      const lines = output('lines', toText(term), engine).split(/\r\n|\r|\n/);
      return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
    }),
  ),
};

/** The command is no argument: everybody sees those. */
const READ_AND_RUN = 'command_of_lookup=$(cat); exec </dev/null; eval "$command_of_lookup"';

const MOST = 256 * 1024 * 1024;

function output(lookupName: string, command: string, engine: Engine): string {
  const result = spawnSync('/bin/sh', ['-c', READ_AND_RUN], {
    cwd: playFolder(engine),
    encoding: 'utf8',
    maxBuffer: MOST,
    input: command,
  });
  takenApart(command, wordsIn(command));
  if (result.stderr) engine.surroundings.said?.(result.stderr);
  if (result.error)
    throw new Fault(`the lookup ${lookupName} could not run its command: ${result.error.message}`);
  if (result.status !== 0)
    throw new Fault(
      `the lookup ${lookupName}: the command '${command}' returned ${result.status ?? result.signal}`,
    );
  return result.stdout;
}
