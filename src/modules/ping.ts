import { sh } from '../core/shell.ts';
import { stateModule } from './define.ts';
import { t } from './parameters.ts';

/** Answers `pong` if a command can be run on the host. */
export const ping = stateModule({
  names: ['ping', 'ansible.builtin.ping'],
  summary: 'Check that a host can be reached and runs commands',
  parameters: {
    data: t.str({ default: 'pong', doc: 'Text to return.' }),
  },
  readOnly: true,
  probe: host => host.text(sh`:`),
  want: (_now, { data }) => ({ targets: [], result: { ping: data } }),
});
