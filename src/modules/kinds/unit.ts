import { type ShellText, sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader, Writer } from '../host/access.ts';
import type { AttributeDifference, Kind } from '../kind.ts';
import { fileBytes, lookThrough } from './file.ts';
import { fileForecast } from './file-forecast.ts';
import { hasInstallSection } from './unit-output.ts';
import { runtimeDir, unitOnHost } from './unit-read.ts';
import {
  isEnabled,
  isMasked,
  isRunning,
  type UnitAction,
  type UnitId,
  type UnitState,
} from './unit-state.ts';

/** A service or another unit, with its state now and whether it starts at boot. */
export const unit: Kind<UnitId, UnitState> = {
  name: 'unit',
  key: unitOnHost.key,
  composed: true,

  async read(host, id) {
    const state = await host.look(unitOnHost, id);
    return state.found ? state : foreseenUnit(host, id, state);
  },

  compare({ name }, before, after) {
    const differences: AttributeDifference[] = [];
    const add = (attribute: string, from: string, to: string) => {
      if (from !== to)
        differences.push({
          type: 'attribute',
          header: `service ${name}`,
          attribute,
          before: from,
          after: to,
        });
    };
    const yesNo = (value: boolean) => (value ? 'yes' : 'no');
    add('masked', yesNo(isMasked(before)), yesNo(isMasked(after)));
    add('enabled', yesNo(isEnabled(before)), yesNo(isEnabled(after)));
    const action = after.how?.action;
    if (action) add('state', stateWord(before), `${stateWord(after)}${PAST[action]}`);
    return differences;
  },

  async apply(host, id, before, after) {
    if (after.manager === 'systemd') await applyWithSystemd(host, id, before, after);
    else await applyWithScripts(host, id, before, after);
  },

  expect(memory, id, { how: _, ...state }) {
    memory.expect(unitOnHost, id, state);
  },
};

const PAST: Record<UnitAction, string> = {
  start: '',
  stop: '',
  restart: ' (restarted)',
  reload: ' (reloaded)',
};

function stateWord(state: UnitState): string {
  if (isRunning(state)) return 'started';
  return state.active === 'failed' ? 'failed' : 'stopped';
}

const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** A unit that is not there yet, but whose file an earlier task of this check run would have written. */
async function foreseenUnit(host: Reader, id: UnitId, absent: UnitState): Promise<UnitState> {
  const forecast = await host.look(fileForecast, null);
  if (forecast.empty || absent.manager !== 'systemd' || id.scope !== 'system') return absent;
  const file = /\.[a-z]+$/.test(id.name) ? id.name : `${id.name}.service`;
  const template = file.replace(/@.*(?=\.[a-z]+$)/, '@');
  for (const folder of UNIT_FOLDERS) {
    for (const name of new Set([file, template])) {
      const path = `${folder}/${name}`;
      const foreseen = forecast.at(path);
      if (!foreseen || !('type' in foreseen) || foreseen.type === 'absent') continue;
      const { path: real } = await lookThrough(host, path);
      const bytes = await host.look(fileBytes, real);
      const enablement = bytes && !hasInstallSection(bytes.toString('utf8')) ? 'static' : 'disabled';
      return { ...absent, found: true, active: 'inactive', enablement };
    }
  }
  return absent;
}

async function applyWithSystemd(
  host: Writer,
  id: UnitId,
  before: UnitState,
  after: UnitState,
): Promise<void> {
  const { action, noBlock = false, force = false } = after.how ?? {};
  const scope = id.scope === 'system' ? [] : [`--${id.scope}`];
  // By its own name: systemctl refuses to enable an alias (sshd, of ssh), and disabling takes the alias away.
  const own = before.properties.get('Id') ?? id.name;
  const control = (verb: string, name: string, options: readonly string[] = []): ShellText =>
    sh`${runtimeDir(id.scope)} systemctl ${[...scope, ...options]} ${verb} -- ${name}`;
  const steps: [string, ShellText][] = [];
  if (isMasked(before) !== isMasked(after)) {
    const verb = isMasked(after) ? 'mask' : 'unmask';
    steps.push([verb, control(verb, id.name)]);
  }
  if (isEnabled(before) !== isEnabled(after)) {
    const verb = isEnabled(after) ? 'enable' : 'disable';
    steps.push([verb, control(verb, own, force ? ['--force'] : [])]);
  }
  if (action) steps.push([action, control(action, own, noBlock ? ['--no-block'] : [])]);
  for (const [verb, command] of steps) {
    const { status, stdout, stderr } = await host.ask(command);
    if (status === 0) continue;
    const said = `${stderr.toString('utf8')}${stdout.toString('utf8')}`.trim();
    const log = action === verb ? await lastWords(host, id) : '';
    throw new Failure(
      [`could not ${verb} ${id.name}: ${said || `systemctl ended with status ${status}`}`, log]
        .filter(Boolean)
        .join('\n'),
      { rc: status, name: id.name },
    );
  }
}

/**
 * What the unit said before it failed: with it, nobody has to log in to see why. The journal is behind its
 * writers, and has to catch up first.
 */
async function lastWords(host: Writer, { name, scope }: UnitId): Promise<string> {
  const options = ['--no-pager', '--full', '-n', '10', ...(scope === 'user' ? ['--user'] : [])];
  const { stdout } = await host.ask(
    sh`journalctl --sync 2>/dev/null; ${runtimeDir(scope)} systemctl ${options} status -- ${name} 2>&1; :`,
  );
  return stdout.toString('utf8').trim().slice(-4000);
}

async function applyWithScripts(
  host: Writer,
  id: UnitId,
  before: UnitState,
  after: UnitState,
): Promise<void> {
  const { action, runlevel = 'default', pause = 0, scriptArguments = '' } = after.how ?? {};
  const { name } = id;
  const openrc = after.manager === 'openrc';
  if (isEnabled(before) !== isEnabled(after)) {
    const on = isEnabled(after);
    await host.must(
      openrc
        ? sh`rc-update ${on ? 'add' : 'del'} ${name} ${runlevel}`
        : sh`if command -v update-rc.d >/dev/null 2>&1; then
  ${on ? sh`update-rc.d ${name} defaults &&` : sh``} update-rc.d ${name} ${on ? 'enable' : 'disable'}
elif command -v chkconfig >/dev/null 2>&1; then chkconfig ${name} ${on ? 'on' : 'off'}
else echo 'neither update-rc.d nor chkconfig is there to enable services with' >&2; exit 1; fi`,
    );
  }
  if (!action) return;
  const words = scriptArguments === '' ? [] : scriptArguments.split(/\s+/);
  const call = (verb: string) =>
    openrc ? sh`rc-service ${name} ${verb} ${words}` : sh`/etc/init.d/${name} ${verb} ${words}`;
  const command =
    action === 'restart' && pause > 0 ? sh`${call('stop')}; sleep ${pause}; ${call('start')}` : call(action);
  const { status, stdout, stderr } = await host.run(command);
  if (status === 0) return;
  const said = `${stderr.toString('utf8')}${stdout.toString('utf8')}`.trim().slice(-4000);
  throw new Failure(`could not ${action} ${name}: ${said || `its script ended with status ${status}`}`, {
    rc: status,
    name,
  });
}
