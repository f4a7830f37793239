import { type ShellText, sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { gathered } from '../host/gather.ts';
import type { Kind } from '../kind.ts';
import { type Properties, parseShow } from './unit-output.ts';
import type { ServiceManager, UnitId, UnitState } from './unit-state.ts';

/**
 * Units as their manager has them, whatever a check run foresees. All units asked for in one turn cost one
 * `systemctl show`.
 */
export const unitOnHost: Kind<UnitId, UnitState> = {
  name: 'unit on host',
  key: ({ scope, name }) => `${scope} ${name.replace(/\.service$/, '')}`,
  read: gathered(readAll),
  compare: () => [],
  apply: () => Promise.reject(new Error('units are changed by the kind unit')),
};

async function readAll(host: Reader, ids: readonly UnitId[]): Promise<(UnitState | Error)[]> {
  const names = (scope: UnitId['scope']) => ids.filter(id => id.scope === scope).map(id => id.name);
  const [system, user, global] = [names('system'), names('user'), names('global')];
  const outcome = await host.ask(sh`
if [ -d /run/systemd/system ]; then
  echo manager systemd
  ${show('system', system)}
  ${show('user', user)}
  ${isEnabledGlobally(global)}
  ${startedByScript(system)}
elif command -v rc-service >/dev/null 2>&1; then
  echo manager openrc
  ${withoutSystemd(system, sh`ls /etc/runlevels/*/"$unit" 2>/dev/null`)}
elif [ -d /etc/init.d ] && { command -v update-rc.d || command -v chkconfig || command -v service; } >/dev/null 2>&1; then
  echo manager sysvinit
  ${withoutSystemd(system, sh`ls /etc/rc[2-5].d/S[0-9][0-9]"$unit" 2>/dev/null`)}
else
  echo manager none
fi`);
  const text = outcome.stdout.toString('utf8');
  const manager = /^manager (\w+)\n/.exec(text)?.[1] as ServiceManager | undefined;
  if (manager === undefined)
    throw new Failure(`could not ask for services: ${outcome.stderr.toString('utf8')}`);
  const body = text.slice(text.indexOf('\n') + 1);
  if (manager !== 'systemd') return ids.map(id => fromScripts(manager, id, body));
  const sections = splitSections(body);
  const said = outcome.stderr.toString('utf8').trim();
  const scripts = new Set(sections.get('scripts')?.split('\n'));
  return ids.map(id => {
    if (id.scope === 'global') return fromEnablement(id, sections.get(`global ${id.name}`) ?? '');
    const list = names(id.scope);
    const blocks = parseShow(sections.get(id.scope) ?? '');
    // Otherwise blocks and names could not be told to belong together.
    if (blocks.length !== list.length) {
      return new Failure(`systemctl did not say what was asked of ${list.join(', ')}: ${said || 'nothing'}`);
    }
    return fromProperties(blocks[list.indexOf(id.name)]!, scripts.has(id.name.replace(/\.service$/, '')));
  });
}

const MARK = 'tsible-section';

function show(scope: 'system' | 'user', names: readonly string[]): ShellText {
  if (names.length === 0) return sh`:`;
  const options = ['--no-pager', ...(scope === 'user' ? ['--user'] : [])];
  return sh`echo ${`${MARK} ${scope}`}; ${runtimeDir(scope)} systemctl ${options} show -- ${names}`;
}

/** Where the manager of a user is reached, for a shell that did not come from a login. */
export function runtimeDir(scope: UnitId['scope']): ShellText {
  return scope === 'user' ? sh`XDG_RUNTIME_DIR="\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"` : sh``;
}

function isEnabledGlobally(names: readonly string[]): ShellText {
  if (names.length === 0) return sh`:`;
  return sh`for unit in ${names}; do
    echo ${MARK} "global $unit"; systemctl --global is-enabled -- "$unit"; done`;
}

/** Old init scripts are "generated" units: whether they are started at boot is in their links. */
function startedByScript(names: readonly string[]): ShellText {
  const plain = names.map(name => name.replace(/\.service$/, '')).filter(name => /^[\w-]+$/.test(name));
  if (plain.length === 0) return sh`:`;
  return sh`echo ${`${MARK} scripts`}; for unit in ${plain}; do
    for link in /etc/rc[2-5].d/S[0-9][0-9]"$unit"; do [ -e "$link" ] && echo "$unit" && break; done; done`;
}

function withoutSystemd(names: readonly string[], links: ShellText): ShellText {
  return sh`for unit in ${names}; do
    if [ -x /etc/init.d/"$unit" ]; then found=1; else found=0; fi
    if [ $found = 1 ] && /etc/init.d/"$unit" status >/dev/null 2>&1 </dev/null; then running=1; else running=0; fi
    if [ -n "$(${links})" ]; then enabled=1; else enabled=0; fi
    echo "$found $running $enabled $unit"
  done`;
}

function splitSections(body: string): Map<string, string> {
  const sections = new Map<string, string>();
  const parts = body.split(new RegExp(`^${MARK} (.+)$`, 'm'));
  for (let i = 1; i + 1 < parts.length; i += 2) sections.set(parts[i]!, parts[i + 1]!.replace(/^\n/, ''));
  return sections;
}

function fromProperties(properties: Properties, startedByLink: boolean): UnitState {
  const load = properties.get('LoadState') ?? '';
  const enablement = properties.get('UnitFileState') ?? '';
  return {
    manager: 'systemd',
    found: load !== 'not-found' && load !== '',
    active: properties.get('ActiveState') ?? 'inactive',
    enablement:
      enablement === 'generated' && startedByLink ? 'enabled' : generatedOff(enablement, properties),
    needsReload: properties.get('NeedDaemonReload') === 'yes',
    problem:
      load === 'loaded' || load === 'masked' || load === 'not-found'
        ? ''
        : (properties.get('LoadError') ?? load),
    properties,
  };
}

/** A unit made from an init script that has no links is disabled; one from fstab and the like cannot be. */
function generatedOff(enablement: string, properties: Properties): string {
  const fromScript = properties.get('SourcePath')?.startsWith('/etc/init.d/') === true;
  return enablement === 'generated' && fromScript ? 'disabled' : enablement;
}

function fromEnablement(_id: UnitId, text: string): UnitState {
  const enablement = text.trim();
  return {
    manager: 'systemd',
    found: enablement !== '',
    active: 'inactive',
    enablement,
    needsReload: false,
    problem: '',
    properties: new Map(),
  };
}

function fromScripts(manager: ServiceManager, id: UnitId, body: string): UnitState {
  const line = body.split('\n').find(text => text.endsWith(` ${id.name}`) && /^[01] [01] [01] /.test(text));
  const [found, running, enabled] = line?.split(' ') ?? [];
  return {
    manager,
    found: found === '1',
    active: running === '1' ? 'active' : 'inactive',
    enablement: enabled === '1' ? 'enabled' : 'disabled',
    needsReload: false,
    problem: '',
    properties: new Map(),
  };
}
