import { sh } from '../../core/shell.ts';
import type { Kind } from '../kind.ts';
import { type KernelSetting, kernelSetting } from './kernel-setting.ts';

const PATH = 'kernel/hostname';

/** The name of the running host. In containers /proc/sys may be read-only where the name can still be set. */
export const liveHostname: Kind<null, KernelSetting> = {
  name: 'live hostname',
  composed: true,
  key: () => '',
  read: host => host.look(kernelSetting, PATH),
  compare: (_id, before, after) => kernelSetting.compare(PATH, before, after),
  apply: async (host, _id, _before, { value }) => {
    await host.must(sh`if command -v hostname >/dev/null 2>&1; then hostname ${value!}
elif command -v hostnamectl >/dev/null 2>&1; then hostnamectl --transient set-hostname ${value!}
else echo ${value!} > /proc/sys/kernel/hostname; fi`);
  },
  expect: (memory, _id, state) => memory.expect(kernelSetting, PATH, state),
};
