import { sh } from '../core/shell.ts';
import { fromJson } from '../core/value.ts';
import { stateModule } from './define.ts';
import { Failure } from './failure.ts';

interface Service {
  readonly name: string;
  readonly state: string;
  status: string;
  readonly source: 'systemd';
}

/** Units that are there in name only, or broken; which of these they are is their status. */
const BAD = ['not-found', 'masked', 'failed'];

/** Which services a host has, which run, and which start at boot. */
export const serviceFacts = stateModule({
  names: ['service_facts', 'ansible.builtin.service_facts'],
  summary: 'Services and their states as facts',
  readOnly: true,
  factsFrom: 'ansible_facts',
  parameters: {},
  async probe(host) {
    const [units, files] = await Promise.all([
      host.ask(sh`systemctl list-units --no-pager --type service --all --plain --no-legend`),
      host.ask(sh`systemctl list-unit-files --no-pager --type service --all --no-legend`),
    ]);
    if (units.status !== 0) {
      throw new Failure('services can be listed on hosts with systemd only', { rc: units.status });
    }
    return { units: units.stdout.toString('utf8'), files: files.stdout.toString('utf8') };
  },
  want({ units, files }) {
    const services = new Map<string, Service>();
    for (const line of units.split('\n')) {
      const [name, load = '', active = '', sub] = line
        .replace(/^[●*]\s*/, '')
        .trim()
        .split(/\s+/);
      if (!name?.includes('.service')) continue;
      const bad = BAD.find(state => load === state || active === state);
      const state = sub === 'running' ? 'running' : 'stopped';
      services.set(name, { name, state, status: bad ?? 'unknown', source: 'systemd' });
    }
    for (const line of files.split('\n')) {
      const [name, status = 'unknown'] = line.trim().split(/\s+/);
      if (!name?.includes('.service')) continue;
      const known = services.get(name);
      if (!known)
        services.set(name, {
          name,
          state: name.includes('@.') ? 'unknown' : 'inactive',
          status,
          source: 'systemd',
        });
      else if (!BAD.includes(known.status)) known.status = status;
    }
    return { targets: [], result: { ansible_facts: fromJson({ services }) } };
  },
});
