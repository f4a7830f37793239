import type { Module } from './define.ts';
import { group } from './group.ts';
import { ping } from './ping.ts';

/** Every module; a new one is added here and nowhere else. */
const all: readonly Module[] = [group, ping];

const byName = new Map(all.flatMap(module => module.names.map(name => [name, module] as const)));

export function findModule(name: string): Module | undefined {
  return byName.get(name) ?? byName.get(name.replace(/^ansible\.legacy\./, ''));
}

export function moduleNames(): Iterable<string> {
  return byName.keys();
}
