import { Command } from 'commander';
import { collect, joinPatterns } from './option-values.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './vault/password-options.ts';

export interface InventoryFlags extends VaultPasswordFlags {
  inventory?: string[];
  limit?: string;
  list?: true;
  host?: string;
  graph?: true;
  vars?: true;
  yaml?: true;
  playbookDir?: string;
}

export function inventoryCommand(): Command {
  const command = new Command('inventory')
    .summary('show the hosts, groups and variables of an inventory')
    .description(
      'Shows what an inventory says: nothing is rendered, single encrypted values stay encrypted, and what\n' +
        'stands in an encrypted file is shown as stars.',
    )
    .argument('[GROUP]', 'where --graph starts (default: all)')
    .usage('--list|--host NAME|--graph [OPTIONS]')
    .optionsGroup('What is shown, one of:')
    .option('--list', 'everything, as JSON of the kind that inventory scripts print')
    .option('--host <NAME>', 'the variables of one host')
    .option('--graph', 'the tree of groups and hosts')
    .optionsGroup('How:')
    .option('-i, --inventory <PATH>', 'inventory file, folder or "host1,host2," (may be repeated)', collect)
    .option('-l, --limit <PATTERN>', 'only the hosts of this pattern', joinPatterns)
    .option('--vars', 'with --graph: the variables too')
    .option('-y, --yaml', 'with --list and --host: YAML instead of JSON')
    .option('--playbook-dir <FOLDER>', 'the group_vars and host_vars of this folder count as well');
  return addVaultPasswordOptions(command.optionsGroup('Encrypted files:'))
    .helpOption('-h, --help', 'print this help')
    .action(async (group: string | undefined, flags: InventoryFlags) => {
      const { showInventory } = await import('./inventory/show.ts');
      process.stdout.write(await showInventory(flags, group));
    });
}
