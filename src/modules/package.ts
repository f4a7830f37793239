import type { Value } from '../core/value.ts';
import { apt } from './apt/module.ts';
import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { packageManager } from './kinds/package-tools.ts';
import { each, readParameters, t } from './parameters.ts';

/** Packages by name, with whatever the host manages them with. */
export const packageModule = stateModule({
  names: ['package', 'ansible.builtin.package'],
  summary: 'Install, upgrade and remove packages with what the host has',
  parameters: {
    name: t.list(each.str)({ required: true, doc: 'Names of packages, as the host’s manager knows them.' }),
    state: t.choice(['present', 'installed', 'absent', 'removed', 'latest'])({ default: 'present' }),
    use: t.str({ default: 'auto', doc: 'The manager to use; what the host has by default.' }),
  },

  async probe(host, p, context) {
    const manager = await host.look(packageManager, null);
    const asked = p.use === 'auto' ? manager : p.use.replace(/^ansible\.(builtin|legacy)\./, '');
    if (asked !== 'apt' && asked !== 'apt-get') {
      throw new Failure(
        asked === null
          ? 'the host has no package manager that is known here'
          : `packages cannot be managed with ${asked} yet: only apt is supported`,
        {},
        asked === null ? undefined : 'a command task can call it',
      );
    }
    const values = aptValues(p.name, STATES[p.state]);
    return { values, apt: await apt.probe(host, values, context) };
  },

  want: (now, _p, context) => apt.want(now.apt, now.values, context),
});

const STATES = {
  present: 'present',
  installed: 'present',
  absent: 'absent',
  removed: 'absent',
  latest: 'latest',
} as const;

/** The parameters of `apt` with all its defaults. */
function aptValues(name: readonly string[], state: 'present' | 'absent' | 'latest') {
  const args = new Map<Value, Value>([
    ['name', name],
    ['state', state],
  ]);
  return readParameters('apt', apt.parameters, [], args, new Map()).values;
}
