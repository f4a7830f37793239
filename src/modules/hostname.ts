import { fromJson } from '../core/value.ts';
import { stateModule } from './define.ts';
import { lookAtEdited, wantEdited } from './edit-file.ts';
import { Failure } from './failure.ts';
import { target } from './kind.ts';
import { liveHostname } from './kinds/live-hostname.ts';
import { t } from './parameters.ts';

const BOOT = '/etc/hostname';

export const hostname = stateModule({
  names: ['hostname', 'ansible.builtin.hostname'],
  summary: 'Set the name of the host, now and at boot',
  parameters: {
    name: t.str({ required: true, doc: 'The name; a part of /etc/hosts it does not touch.' }),
    use: t.choice(['alpine', 'debian', 'generic', 'redhat', 'sles', 'systemd'])({
      doc: 'How; all of these keep it in /etc/hostname.',
    }),
  },
  factsFrom: 'ansible_facts',

  probe: async host => {
    const [live, boot] = await Promise.all([
      host.look(liveHostname, null),
      lookAtEdited(host, { path: BOOT }),
    ]);
    return { live, boot };
  },

  want({ live, boot }, { name }) {
    if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/.test(name)) {
      throw new Failure(`"${name}" cannot be the name of a host`, {}, 'up to 64 of a-z, 0-9, dot and dash');
    }
    const text = boot.bytes?.toString('utf8') ?? '';
    const standing = text.split('\n').find(line => line.trim() !== '' && !line.startsWith('#'));
    const bytes = standing?.trim() === name ? undefined : Buffer.from(`${name}\n`);
    const file = wantEdited(
      boot,
      { bytes, message: '' },
      { mode: undefined, unsafe_writes: false, backup: false },
    );
    const [short, ...domain] = name.split('.');
    const facts = {
      ansible_hostname: short,
      ansible_nodename: name,
      ansible_fqdn: name,
      ansible_domain: domain.join('.'),
    };
    return {
      targets: [
        ...(live.exists ? [target(liveHostname, null, live, { exists: true, value: name })] : []),
        ...(bytes ? file.targets : []),
      ],
      result: { name, ansible_facts: fromJson(facts) },
    };
  },
});
