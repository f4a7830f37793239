import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../core/error.ts';
import type { Inventory } from '../../core/inventory.ts';
import { levels, type Play, type Step } from '../../core/play.ts';
import { isList, type RawDict, type TemplateText } from '../../core/value.ts';
import { findAction } from '../../execute/actions/index.ts';
import type { RuntimeLoader } from '../../execute/run.ts';
import {
  loadInventory,
  loadPlaybook,
  type PlaybookContext,
  parseExtraVars,
  type Settings,
} from '../../load/index.ts';
import { findModule } from '../../modules/index.ts';
import { LOCAL_NAMES } from '../../plan/index.ts';
import { createTemplar } from '../../template/index.ts';
import { LayeredScope } from '../../vars/layers.ts';
import type { PlayOptions } from '../play-options.ts';
import { runtimeLoader } from './runtime-loader.ts';

/** Everything that is read before a run: nothing of it touches a host. */
export interface Project {
  readonly playbooks: readonly { readonly file: string; readonly plays: readonly Play[] }[];
  readonly inventory: Inventory;
  readonly inventorySources: readonly string[];
  readonly extraVars: RawDict;
  readonly context: PlaybookContext;
  /** For what is included while running. */
  readonly loader: RuntimeLoader;
  reloadInventory(): Promise<Inventory>;
}

export async function loadProject(
  options: PlayOptions,
  settings: Settings,
  base: PlaybookContext,
): Promise<Project> {
  const files = options.playbooks.map(findPlaybook);
  const extraVars = parseExtraVars(options.extraVars, base);
  const context: PlaybookContext = {
    ...base,
    rolesPath: settings.rolesPath,
    collectionsPath: settings.collectionsPath,
    ownRoles: ownRolesFrom(dirname(fileURLToPath(import.meta.url))),
    knownAction: name => findModule(name) !== undefined || findAction(name) !== undefined,
    renderStatic: (text, at) => renderStatic(text, at, extraVars),
  };
  const inventorySources = inventorySourcesOf(options.inventory, settings);
  const inventoryOptions = {
    sources: inventorySources,
    ...(settings.ignoredEndings && { ignoredEndings: settings.ignoredEndings }),
    playbookFolders: [...new Set(files.map(file => dirname(resolve(file))))],
  };
  const playbooks = files.map(file => ({ file, plays: loadPlaybook(file, context) }));
  if (inventorySources.length === 0 && playbooks.some(({ plays }) => plays.some(isForHosts)))
    base.warn(NO_INVENTORY);
  return {
    playbooks,
    inventory: await loadInventory(inventoryOptions, context),
    inventorySources,
    extraVars,
    context,
    loader: runtimeLoader(context),
    reloadInventory: () => loadInventory(inventoryOptions, context),
  };
}

/** A name without a folder is also looked for in playbooks/. */
function findPlaybook(name: string): string {
  const candidates = name.includes('/') ? [name] : [name, join('playbooks', name)];
  const found = candidates.find(candidate => statSync(candidate, { throwIfNoEntry: false })?.isFile());
  if (found) return found;
  throw new UserError(`there is no playbook "${name}"`, { hint: `looked for: ${candidates.join(', ')}` });
}

/** What `-i` names, or the settings, or the project's usual place. */
export function inventorySourcesOf(named: readonly string[], settings: Settings): readonly string[] {
  if (named.length > 0) return named;
  if (settings.inventory.length > 0) return settings.inventory;
  return ['inventory', '/etc/ansible/hosts'].filter(path => existsSync(path)).slice(0, 1);
}

export const NO_INVENTORY =
  'there is no inventory here (looked for: inventory, /etc/ansible/hosts); name one with -i';

/** This machine is there without an inventory, and of a template nobody knows yet. */
function isForHosts({ hosts }: Play): boolean {
  const names: readonly unknown[] = isList(hosts) ? hosts : [hosts];
  return names.some(name => typeof name === 'string' && !LOCAL_NAMES.includes(name));
}

/** tsible's own roles, in the package's root: the program lies in dist/, its sources in src/cli/play/. */
export function ownRolesFrom(folder: string): string {
  let at = folder;
  while (!ROOT_HOLDS.every(name => existsSync(join(at, name))) && dirname(at) !== at) at = dirname(at);
  return join(at, 'roles');
}

/** dist/ has a package.json of its own. */
const ROOT_HOLDS = ['package.json', 'roles'];

/** What must be known before any host is: from extra vars, and the `vars` around it. */
function renderStatic(text: TemplateText, at: Step | Play | undefined, extraVars: RawDict): string {
  const around = at ? levels(at).flatMap(level => (level.vars ? [level.vars] : [])) : [];
  const scope = new LayeredScope(
    [extraVars, ...around.reverse()].map(vars => ({ origin: 'known before the run', vars })),
  );
  const templar = createTemplar(scope, {
    open: sealed => {
      throw new UserError('an encrypted value cannot be used here', { position: sealed.position });
    },
    searchPath: () => [],
    readFile: () => null,
    warn: () => {},
  });
  return String(templar.render(text));
}
