import { posix } from 'node:path';
import { stateModule, type Wanted } from './define.ts';
import { lookAtEdited, wantEdited } from './edit-file.ts';
import { Failure } from './failure.ts';
import type { Target } from './kind.ts';
import { file, fileTarget, lookThrough } from './kinds/file.ts';
import { oneOf, t } from './parameters.ts';

const ZONES = '/usr/share/zoneinfo';
const LOCALTIME = '/etc/localtime';

export const timezone = stateModule({
  names: ['timezone', 'community.general.timezone', 'community.general.system.timezone'],
  summary: 'Set the time zone of the host, and what its hardware clock shows',
  parameters: {
    name: t.str({ doc: 'Name of the zone: Europe/Berlin.' }),
    hwclock: t.choice(['local', 'UTC'])({ aliases: ['rtc'], doc: 'What the hardware clock shows.' }),
  },
  constraints: [oneOf('name', 'hwclock')],

  async probe(host, { name, hwclock }) {
    const plain = { mode: undefined };
    if (name !== undefined && (!/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/.test(name) || name.startsWith('-'))) {
      throw new Failure(`"${name}" cannot be the name of a time zone`);
    }
    const [zone, localtime, named, adjtime] = await Promise.all([
      name === undefined ? undefined : lookThrough(host, `${ZONES}/${name}`),
      host.look(file, LOCALTIME),
      name === undefined ? undefined : lookAtEdited(host, { ...plain, path: '/etc/timezone' }),
      hwclock === undefined ? undefined : lookAtEdited(host, { ...plain, path: '/etc/adjtime' }),
    ]);
    return { zone, localtime, named, adjtime };
  },

  want({ zone, localtime, named, adjtime }, { name, hwclock }): Wanted {
    const writing = { unsafe_writes: false, backup: false };
    const targets: Target[] = [];
    if (name !== undefined) {
      if (zone?.state.type !== 'file') {
        throw new Failure(
          `the host knows no time zone ${name}`,
          {},
          `zones are files in ${ZONES}; the package tzdata brings them`,
        );
      }
      const path = `${ZONES}/${name}`;
      const there = localtime.type === 'link' ? posix.resolve('/etc', localtime.target) : undefined;
      if (there !== path) {
        const owner = { uid: 0, gid: 0, owner: 'root', group: 'root' };
        targets.push(
          fileTarget(LOCALTIME, localtime, {
            type: 'link',
            mode: 0o777,
            ...owner,
            target: path,
            real: zone.path,
          }),
        );
      }
      // Only some distributions keep the name as well; what is not there is not wanted.
      if (named?.bytes && named.bytes.toString('utf8').trim() !== name) {
        targets.push(...wantEdited(named, { bytes: Buffer.from(`${name}\n`), message: '' }, writing).targets);
      }
    }
    if (hwclock !== undefined && adjtime) {
      const bytes = withClock(adjtime.bytes?.toString('utf8'), hwclock === 'UTC' ? 'UTC' : 'LOCAL');
      if (bytes !== undefined) {
        targets.push(...wantEdited(adjtime, { bytes: Buffer.from(bytes), message: '' }, writing).targets);
      }
    }
    return { targets };
  },
});

/** /etc/adjtime's third line says what the clock shows; UTC where there is no such line. */
function withClock(text: string | undefined, clock: 'UTC' | 'LOCAL'): string | undefined {
  const lines = (text ?? '').split('\n');
  if ((lines[2]?.trim() || 'UTC') === clock) return undefined;
  const [drift, last] = [lines[0] || '0.0 0 0.0', lines[1] || '0'];
  return `${drift}\n${last}\n${clock}\n`;
}
