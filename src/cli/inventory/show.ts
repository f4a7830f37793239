import { didYouMean, UserError } from '../../core/error.ts';
import type { Inventory } from '../../core/inventory.ts';
import type { Raw } from '../../core/value.ts';
import { loadInventory } from '../../load/index.ts';
import { toNiceJson, toNiceYaml } from '../../template/index.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import type { InventoryFlags } from '../inventory.ts';
import { open } from '../play/opened.ts';
import { inventorySourcesOf, NO_INVENTORY } from '../play/project.ts';
import { resolveLimit } from '../play/run-options.ts';
import { plainDict, variablesOf } from './plain.ts';
import { asInventoryFile, asScript, graph } from './tree.ts';

/** The text that `tsible inventory` prints. */
export async function showInventory(flags: InventoryFlags, group: string | undefined): Promise<string> {
  const wishes = [flags.list, flags.host, flags.graph].filter(wish => wish !== undefined);
  if (wishes.length !== 1) {
    throw new UserError('tsible inventory shows one thing', { hint: 'say --list, --host NAME or --graph' });
  }
  if (group !== undefined && !flags.graph) {
    throw new UserError(`a group ("${group}") is named for --graph only`, { hint: '--list takes --limit' });
  }
  const { settings, context } = open(flags);
  const options = {
    sources: inventorySourcesOf(flags.inventory ?? [], settings),
    playbookFolders: [flags.playbookDir ?? '.'],
    ...(settings.ignoredEndings && { ignoredEndings: settings.ignoredEndings }),
  };
  if (options.sources.length === 0) context.warn(NO_INVENTORY);
  const inventory = await whenPrepared(() => loadInventory(options, context));
  const limit = resolveLimit(flags.limit, inventory);
  const hosts = new Set([...inventory.hosts.keys()].filter(name => limit?.has(name) ?? true));
  if (flags.graph) return graph(inventory, groupNamed(group ?? 'all', inventory), hosts, flags.vars === true);
  if (flags.host !== undefined) return written(hostNamed(flags.host, inventory, flags), flags);
  return written(flags.yaml ? asInventoryFile(inventory, hosts) : asScript(inventory, hosts), flags);
}

function written(value: Raw, { yaml }: InventoryFlags): string {
  return yaml ? toNiceYaml(value) : `${toNiceJson(value)}\n`;
}

function hostNamed(name: string, inventory: Inventory, { yaml }: InventoryFlags): Raw {
  const host =
    inventory.hosts.get(name) ?? (name === 'localhost' ? inventory.implicitHost?.(name) : undefined);
  if (host === undefined) throw unknown('host', name, inventory.hosts.keys());
  return plainDict(variablesOf(host), !yaml);
}

function groupNamed(name: string, inventory: Inventory) {
  const group = inventory.groups.get(name);
  if (group === undefined) throw unknown('group', name, inventory.groups.keys());
  return group;
}

function unknown(what: string, name: string, names: Iterable<string>): UserError {
  const nearest = didYouMean(name, names);
  return new UserError(`the inventory has no ${what} "${name}"`, { ...(nearest && { hint: nearest }) });
}
