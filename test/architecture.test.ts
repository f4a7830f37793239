import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which rooms of src/ each room may import from: docs/architecture.md says why. */
const rooms: Record<string, readonly string[]> = {
  core: [],
  vault: ['core'],
  template: ['core'],
  load: ['core', 'vault'],
  vars: ['core'],
  plan: ['core'],
  connection: ['core'],
  modules: ['core', 'connection'],
  report: ['core'],
  execute: ['core', 'vault', 'template', 'load', 'vars', 'plan', 'connection', 'modules'],
  cli: ['core', 'vault', 'template', 'load', 'vars', 'plan', 'connection', 'modules', 'execute', 'report'],
};

const src = resolve(import.meta.dirname, '../src');

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory()
      ? sources(path)
      : path.endsWith('.ts') && !path.endsWith('.d.ts')
        ? [path]
        : [];
  });
}

interface Import {
  readonly from: string;
  readonly to: string;
  /** Types only: nothing of it is there at run time. */
  readonly types: boolean;
}

function imports(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s+)?[^;]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gms,
  );
  return [...found].map(([, types, path, lazy]) => ({
    from: file,
    to: resolve(dirname(file), (path ?? lazy)!),
    types: types !== undefined,
  }));
}

const all = sources(src).flatMap(imports);
const roomOf = (path: string): string => relative(src, path).split('/')[0]!;

/** Programs of ours for other processes stand in texts. */
const withoutTexts = (file: string): string => readFileSync(file, 'utf8').replace(/`[^`]*`/g, '``');

describe('the rooms of src/', () => {
  it('are those of the table', () => {
    const found = new Set(sources(src).map(roomOf));
    expect([...found].sort()).toEqual(Object.keys(rooms).sort());
  });

  it.each(Object.entries(rooms))('%s imports only from: %s', (room, allowed) => {
    const strangers = all
      .filter(({ from, to }) => roomOf(from) === room && roomOf(to) !== room && !allowed.includes(roomOf(to)))
      .map(({ from, to }) => `${relative(src, from)} -> ${relative(src, to)}`);
    expect(strangers).toEqual([]);
  });

  it('lets modules see no more of connections than their types', () => {
    const seen = all
      .filter(({ from, to }) => roomOf(from) === 'modules' && roomOf(to) === 'connection')
      .filter(({ to }) => relative(src, to) !== 'connection/types.ts')
      .map(({ from, to }) => `${relative(src, from)} -> ${relative(src, to)}`);
    expect(seen).toEqual([]);
  });

  it('has circles of files only within one folder, where they are parts of one thing', () => {
    const needs = new Map<string, string[]>();
    for (const { from, to, types } of all) if (!types) needs.set(from, [...(needs.get(from) ?? []), to]);
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: string[]): void => {
      if (path.includes(file)) {
        const circle = path.slice(path.indexOf(file));
        if (new Set(circle.map(part => dirname(part))).size > 1) {
          circles.push([...circle, file].map(part => relative(src, part)).join(' -> '));
        }
        return;
      }
      if (done.has(file)) return;
      for (const next of needs.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of needs.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('prints and exits only in cli', () => {
    const offenders = sources(src)
      .filter(file => roomOf(file) !== 'cli')
      .filter(file => /process\.(exit\b|stdout|stderr)|console\.(log|error|warn)/.test(withoutTexts(file)))
      .map(file => relative(src, file));
    expect(offenders).toEqual([]);
  });
});
