import { sh } from '../core/shell.ts';
import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { runtimeDir } from './kinds/unit-read.ts';
import { t } from './parameters.ts';
import { askForUnit, UNIT_STATES, wantUnit } from './unit-wanted.ts';

export const systemd = stateModule({
  names: ['systemd', 'systemd_service', 'ansible.builtin.systemd', 'ansible.builtin.systemd_service'],
  summary: 'Start, stop, enable and mask units of systemd',
  parameters: {
    name: t.str({ aliases: ['service', 'unit'], doc: 'Name of the unit; without a suffix, a service.' }),
    state: t.choice(UNIT_STATES)({ doc: 'restarted and reloaded are done each time.' }),
    enabled: t.bool({ doc: 'Whether it starts at boot.' }),
    masked: t.bool({ doc: 'Whether it is impossible to start it.' }),
    force: t.bool({ doc: 'Replace links that are in the way of enabling it.' }),
    daemon_reload: t.bool({
      default: false,
      aliases: ['daemon-reload'],
      doc: 'Have systemd read its files again before anything else. No change in itself.',
    }),
    daemon_reexec: t.bool({
      default: false,
      aliases: ['daemon-reexec'],
      doc: 'Have systemd start itself anew before anything else. No change in itself.',
    }),
    scope: t.choice(['system', 'user', 'global'])({ default: 'system', doc: 'Whose manager is meant.' }),
    no_block: t.bool({ default: false, doc: 'Do not wait until it has started or stopped.' }),
  },
  constraints: [
    (given, all) =>
      given.has('name') || all.get('daemon_reload') === true || all.get('daemon_reexec') === true
        ? undefined
        : 'one of these is required: name, daemon_reload, daemon_reexec',
    given => {
      const what = ['state', 'enabled', 'masked'].find(name => given.has(name));
      return what && !given.has('name') ? `${what} needs: name` : undefined;
    },
  ],

  async prepare(host, p) {
    if (!p.daemon_reload && !p.daemon_reexec) return false;
    const options = ['--no-pager', ...(p.scope === 'system' ? [] : [`--${p.scope}`])];
    const verb = (name: string) => sh`${runtimeDir(p.scope)} systemctl ${options} ${name}`;
    const wanted = [
      ...(p.daemon_reload ? ['daemon-reload'] : []),
      ...(p.daemon_reexec ? ['daemon-reexec'] : []),
    ];
    if (p.scope === 'global')
      throw new Failure('scope: global has no manager that could read its files again');
    for (const name of wanted) await host.must(verb(name));
    return true;
  },

  probe: async (host, p) =>
    p.name === undefined ? null : askForUnit(host, { name: p.name, scope: p.scope }),

  want(now, p) {
    if (now === null) return { targets: [], result: { status: new Map() } };
    if (now.manager !== 'systemd') {
      throw new Failure('the host is not run by systemd', {}, 'the module "service" manages what there is');
    }
    if (p.scope === 'global' && p.state !== undefined) {
      throw new Failure('scope: global has no running units: state needs scope user or system');
    }
    const how = { noBlock: p.no_block, force: p.force === true, runlevel: '', pause: 0, scriptArguments: '' };
    return wantUnit({ name: p.name!, scope: p.scope }, now, { ...p, how });
  },
});
