import type { Command } from 'commander';

/** A command as the top level knows it: the rest is loaded only when it is the one that was asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command; a new one is added here and nowhere else. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'play',
    summary: 'run playbooks against the hosts of an inventory',
    load: async () => (await import('./play.ts')).playCommand(),
  },
  {
    name: 'inventory',
    summary: 'show the hosts, groups and variables of an inventory',
    load: async () => (await import('./inventory.ts')).inventoryCommand(),
  },
  {
    name: 'vault',
    summary: 'encrypt, view and edit secrets that live beside the playbooks',
    load: async () => (await import('./vault/index.ts')).vaultCommand(),
  },
];
