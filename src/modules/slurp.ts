import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { described, fileBytes, lookThrough } from './kinds/file.ts';
import { hostPath } from './kinds/host-path.ts';
import { t } from './parameters.ts';

/** Answers the contents of a file; changes nothing. */
export const slurp = stateModule({
  names: ['slurp', 'ansible.builtin.slurp'],
  summary: 'Read a file of the host',
  parameters: { src: t.path({ required: true, aliases: ['path'] }) },
  readOnly: true,
  probe: async (host, { src }) => {
    const path = await hostPath(host, src);
    const [found, bytes] = await Promise.all([lookThrough(host, path), host.look(fileBytes, path)]);
    if (bytes) return bytes;
    if (found.state.type === 'absent') throw new Failure(`there is no file ${path}`, { src });
    throw new Failure(`cannot read ${path}, which is ${described(found.state)}`, { src });
  },
  want: (bytes, { src }) => ({
    targets: [],
    result: { content: bytes.toString('base64'), encoding: 'base64', source: src },
  }),
});
