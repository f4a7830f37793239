import { didYouMean } from '../core/error.ts';

/** Filters, tests or lookups that the same collections have. */
export interface Family<T> {
  collections: readonly string[];
  tables: readonly Readonly<Record<string, T>>[];
}

export const BUILTIN: readonly string[] = ['ansible.builtin', 'ansible.legacy'];

/** The filters, tests or lookups that there are, by their short names and by those with a collection. */
export class Plugins<T> {
  private readonly byName = new Map<string, T>();
  private readonly collectionsOf = new Map<string, string[]>();

  /** Of two families with the same short name the builtin one has it; between others it must be said which. */
  constructor(families: readonly Family<T>[]) {
    const builtin = new Set<string>();
    for (const { collections, tables } of families) {
      for (const [name, plugin] of tables.flatMap(table => Object.entries(table))) {
        for (const collection of collections) this.byName.set(`${collection}.${name}`, plugin);
        if (builtin.has(name)) continue;
        if (collections === BUILTIN) builtin.add(name);
        const known = this.collectionsOf.get(name);
        this.collectionsOf.set(name, [...(known ?? []), collections[0]!]);
        if (known) this.byName.delete(name);
        else this.byName.set(name, plugin);
      }
    }
  }

  find(name: string): T | undefined {
    return this.byName.get(name);
  }

  hint(name: string): string | undefined {
    const short = name.slice(name.lastIndexOf('.') + 1);
    const collections = this.collectionsOf.get(short);
    if (!collections) return didYouMean(short, this.collectionsOf.keys());
    return `it is written ${collections.map(collection => `"${collection}.${short}"`).join(' or ')}`;
  }

  /** Every plugin once: by its short name, or in full where that is what it takes. */
  names(): string[] {
    return [...this.collectionsOf].flatMap(([name, collections]) =>
      this.byName.has(name) ? [name] : collections.map(collection => `${collection}.${name}`),
    );
  }
}
