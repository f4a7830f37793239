import { stateModule } from '../define.ts';
import { lookAtCopy } from './look.ts';
import { copyConstraints, copyParameters } from './parameters.ts';
import { lookAtSource } from './source.ts';
import { wantCopy } from './want.ts';

export const copy = stateModule({
  names: ['copy', 'ansible.builtin.copy'],
  summary: 'Copy files and directories to a host',
  parameters: copyParameters,
  constraints: copyConstraints,
  probe: async (host, p, context) => lookAtCopy(host, p, await lookAtSource(host, p, context)),
  want: (now, p) => wantCopy(now, p),
});
