import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { oneOf, t } from './parameters.ts';
import { askForUnit, UNIT_STATES, wantUnit } from './unit-wanted.ts';

export const service = stateModule({
  names: ['service', 'ansible.builtin.service'],
  summary: 'Start, stop and enable services, whatever manages them on the host',
  parameters: {
    name: t.str({ required: true, doc: 'Name of the service.' }),
    state: t.choice(UNIT_STATES)({ doc: 'restarted and reloaded are done each time.' }),
    enabled: t.bool({ doc: 'Whether it starts at boot.' }),
    sleep: t.int({ doc: 'Seconds between stop and start of a restart; init scripts only.' }),
    arguments: t.str({ default: '', aliases: ['args'], doc: 'Further words for the init script.' }),
    runlevel: t.str({ default: 'default', aliases: ['level'], doc: 'Where it is enabled; OpenRC only.' }),
    pattern: t.str({ doc: 'Text in the process list that tells that it runs: not supported.' }),
    use: t.str({ default: 'auto', doc: 'The service manager; found out by default.' }),
  },
  constraints: [oneOf('state', 'enabled')],

  probe: (host, { name }) => askForUnit(host, { name, scope: 'system' }),

  want(now, p) {
    if (p.pattern !== undefined) {
      throw new Failure(
        'pattern is not supported',
        {},
        'a service is asked for its state with "status"; a script without it cannot be managed',
      );
    }
    const use = p.use.replace(/^ansible\.(builtin|legacy)\./, '').replace(/_service$/, '');
    if (use !== 'auto' && use !== 'service' && use !== now.manager) {
      throw new Failure(`use: ${p.use} was asked for, but the host is run by ${now.manager}`);
    }
    const how = {
      noBlock: false,
      force: false,
      runlevel: p.runlevel,
      pause: p.sleep ?? 0,
      scriptArguments: p.arguments,
    };
    return wantUnit({ name: p.name, scope: 'system' }, now, { state: p.state, enabled: p.enabled, how });
  },
});
