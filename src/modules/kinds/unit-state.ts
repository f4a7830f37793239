import type { Properties } from './unit-output.ts';

export type ServiceManager = 'systemd' | 'openrc' | 'sysvinit' | 'none';

export interface UnitId {
  /** With its suffix where a systemd manager is meant; a plain name is a service. */
  readonly name: string;
  /** `user`: the manager of the user who asks. `global`: what all users' managers start with. */
  readonly scope: 'system' | 'user' | 'global';
}

/** A service, or another unit of systemd, in the words of `systemctl show`. */
export interface UnitState {
  readonly manager: ServiceManager;
  readonly found: boolean;
  readonly active: 'active' | 'activating' | 'reloading' | 'inactive' | 'deactivating' | 'failed' | string;
  /** UnitFileState: `enabled`, `disabled`, `static`, `masked`, …; empty when there is no file for it. */
  readonly enablement: string;
  /** Its files on disk are newer than what the manager knows. */
  readonly needsReload: boolean;
  /** Why it could not be loaded; empty when it was. */
  readonly problem: string;
  /** Everything that systemd says of it; empty for other managers. */
  readonly properties: Properties;
  readonly how?: UnitHow;
}

/** What is to be done to get there: a restart leaves no trace in the state itself. */
export interface UnitHow {
  readonly action?: UnitAction | undefined;
  readonly noBlock: boolean;
  readonly force: boolean;
  /** OpenRC's runlevel. */
  readonly runlevel: string;
  /** Seconds between stop and start of a restart, where the manager has no restart of its own. */
  readonly pause: number;
  /** Further words for an init script. */
  readonly scriptArguments: string;
}

export type UnitAction = 'start' | 'stop' | 'restart' | 'reload';

/** States in which an enabled unit is one that has links to be started by. */
const LINKED = new Set(['enabled', 'enabled-runtime', 'alias']);
/** States in which there is nothing to enable: it is started by something else. */
const NOTHING_TO_ENABLE = new Set(['static', 'indirect', 'transient', 'generated']);

export function isMasked(state: UnitState): boolean {
  return state.enablement.startsWith('masked');
}

/** As `systemctl is-enabled` judges it with its exit status. */
export function isEnabled(state: UnitState): boolean {
  return LINKED.has(state.enablement) || NOTHING_TO_ENABLE.has(state.enablement);
}

/** Enabled, and can be disabled. */
export function canDisable(state: UnitState): boolean {
  return LINKED.has(state.enablement);
}

export function isRunning(state: UnitState): boolean {
  return state.active === 'active' || state.active === 'activating' || state.active === 'reloading';
}

export function isStopped(state: UnitState): boolean {
  return !isRunning(state) && state.active !== 'deactivating';
}
