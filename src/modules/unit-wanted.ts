import type { Wanted } from './define.ts';
import { Failure } from './failure.ts';
import type { Reader } from './host/access.ts';
import { target } from './kind.ts';
import { unit } from './kinds/unit.ts';
import {
  canDisable,
  isEnabled,
  isMasked,
  isRunning,
  isStopped,
  type UnitAction,
  type UnitHow,
  type UnitId,
  type UnitState,
} from './kinds/unit-state.ts';

export const UNIT_STATES = ['started', 'stopped', 'restarted', 'reloaded'] as const;

export interface UnitRequest {
  readonly state: (typeof UNIT_STATES)[number] | undefined;
  readonly enabled: boolean | undefined;
  readonly masked?: boolean | undefined;
  readonly how: Omit<UnitHow, 'action'>;
}

export function askForUnit(host: Reader, id: UnitId): Promise<UnitState> {
  if (/[*?[\]\s]/.test(id.name) || id.name === '') {
    throw new Failure(`"${id.name}" is not the name of a service`, {}, 'patterns are not expanded: name one');
  }
  return host.look(unit, id);
}

/** The same for every module that manages services: check and real run refuse alike what cannot be. */
export function wantUnit(id: UnitId, now: UnitState, request: UnitRequest): Wanted {
  refuseMissing(id, now);
  const warnings: string[] = [];
  const masked = request.masked ?? isMasked(now);
  const action = request.state && actionFor(now, request.state);
  if (masked && (request.enabled === true || (action && action !== 'stop'))) {
    throw new Failure(
      `the service ${id.name} is masked, so it can be neither enabled nor started`,
      { name: id.name },
      'masked: false (of the systemd module) lifts that',
    );
  }
  if (now.problem)
    throw new Failure(`the service ${id.name} cannot be loaded: ${now.problem}`, { name: id.name });
  if (now.needsReload && action) {
    warnings.push(
      `the unit file of ${id.name} changed on disk, and daemon_reload: true was not said: it takes effect later`,
    );
  }
  let enablement = now.enablement;
  if (isMasked(now) !== masked) enablement = masked ? 'masked' : 'disabled';
  if (request.enabled === true && !isEnabled({ ...now, enablement })) enablement = 'enabled';
  // What has nothing to enable (a static unit) is as disabled as it can be.
  if (request.enabled === false && canDisable({ ...now, enablement })) enablement = 'disabled';
  const after: UnitState = {
    ...now,
    enablement,
    active: action ? (action === 'stop' ? 'inactive' : 'active') : now.active,
    how: { ...request.how, action },
  };
  const result = resultOf(id, request, after);
  return {
    targets: [target(unit, id, now, after)],
    warnings,
    result: { ...result, status: statusOf(now) },
    resultAfter: async host => ({ status: statusOf(await host.look(unit, id)) }),
  };
}

function refuseMissing({ name }: UnitId, now: UnitState): void {
  if (now.manager === 'none') {
    throw new Failure(
      `the service ${name} cannot be managed: the host runs no service manager that is known here`,
      { name },
      'known are systemd, OpenRC, and init scripts with update-rc.d, chkconfig or service',
    );
  }
  if (!now.found) {
    throw new Failure(
      `there is no service ${name} on the host`,
      { name },
      now.manager === 'systemd'
        ? `"systemctl list-unit-files" lists those there are`
        : 'an executable script in /etc/init.d is looked for',
    );
  }
}

function actionFor(now: UnitState, state: (typeof UNIT_STATES)[number]): UnitAction | undefined {
  if (state === 'started') return isRunning(now) ? undefined : 'start';
  if (state === 'stopped') return isStopped(now) ? undefined : 'stop';
  // What does not run can only be started, as Ansible does.
  if (!isRunning(now)) return 'start';
  return state === 'restarted' ? 'restart' : 'reload';
}

function resultOf({ name }: UnitId, request: UnitRequest, after: UnitState): Record<string, unknown> {
  const { state, enabled } = request;
  return {
    name,
    ...(enabled !== undefined && { enabled: isEnabled(after) }),
    ...(request.masked !== undefined && { masked: isMasked(after) }),
    ...(state && { state: state === 'stopped' ? 'stopped' : 'started' }),
  };
}

function statusOf(state: UnitState): ReadonlyMap<string, string> {
  return state.properties;
}
