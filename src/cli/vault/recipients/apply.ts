import { Command } from 'commander';
import { ExitStatus } from '../../exit-status.ts';
import { identitiesFor } from '../identities.ts';
import { carryOut, lockedOut, plan, rulesToChange, summary } from './carry-out.ts';
import { addCheckOptions, type ChangeFlags, isCheck } from './change-options.ts';

export function applyCommand(): Command {
  const command = new Command('apply').description(
    'Seals anew what is not as the rules in tsible.yml want it: after changing them by hand. ' +
      'With --check it fails when there is such a thing.',
  );
  return addCheckOptions(command).action(async (flags: ChangeFlags) => {
    const check = isCheck(flags);
    const planned = await plan(rulesToChange(check));
    const identities = identitiesFor(flags);
    if (!check) await carryOut(planned, identities);
    process.stdout.write(summary(planned, check) + (check ? '' : lockedOut(planned, identities)));
    if (check && planned.unlike.length > 0) process.exitCode = ExitStatus.wrongUse;
  });
}
