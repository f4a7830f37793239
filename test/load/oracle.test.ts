import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Source } from '../../src/core/position.ts';
import { Float, TemplateText } from '../../src/core/value.ts';
import { loadInventory } from '../../src/load/index.ts';
import { splitKeyValues } from '../../src/load/playbook/key-values.ts';
import { parseYaml } from '../../src/load/yaml/parse.ts';
import { matchHosts } from '../../src/plan/index.ts';

/** Answers of ansible-core; `oracle/answer.py` says how they were made. */
function answers<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`oracle/${name}.json`, import.meta.url), 'utf8')) as T[];
}

interface InventoryCase {
  title: string;
  files: Record<string, string>;
  sources: string[];
  playbook?: string;
  patterns?: Record<string, string[]>;
  hosts: Record<string, { vars: Record<string, unknown>; groups: string[] }>;
}

describe('inventories as ansible-core reads them', () => {
  let folder = '';
  const before = process.cwd();

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'inventory-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  it.each(answers<InventoryCase>('inventories'))(
    '$title',
    async ({ files, sources, playbook, patterns, hosts }) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
      }
      const inventory = await loadInventory(
        { sources, playbookFolders: playbook === undefined ? [] : [path.join(folder, playbook)] },
        { warn: () => {} },
      );
      const found = Object.fromEntries(
        [...inventory.hosts.values()].map(({ name, groups, layers }) => [
          name,
          { vars: plain(new Map(layers.flatMap(layer => [...layer.vars]))), groups },
        ]),
      );
      expect(found).toEqual(hosts);
      for (const [pattern, expected] of Object.entries(patterns ?? {})) {
        if (Array.isArray(expected)) {
          expect({ pattern, hosts: matchHosts(pattern, inventory).hosts }).toEqual({
            pattern,
            hosts: expected,
          });
        }
      }
    },
  );
});

describe('k=v text as ansible-core splits it', () => {
  interface Case {
    text: string;
    command?: boolean;
    answer?: Record<string, string>;
    error?: string;
  }
  const options = new Set(
    'creates removes chdir executable warn stdin stdin_add_newline strip_empty_ends'.split(' '),
  );

  it.each(answers<Case>('splits'))('$text', ({ text, command, answer, error }) => {
    const split = () => {
      const { pairs, rest } = splitKeyValues(text, command ? options : undefined);
      const named = Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
      return rest === '' ? named : { ...named, _raw_params: rest };
    };
    if (error !== undefined) expect(split).toThrow();
    else expect(split()).toEqual(answer);
  });
});

describe('YAML values as ansible-core reads them', () => {
  it.each(answers<{ text: string; answer?: unknown; error?: string }>('scalars'))(
    '$text',
    ({ text, answer, error }) => {
      const read = () => shape(parseYaml(new Source('case.yml', text))[0] ?? null);
      if (error !== undefined) expect(read).toThrow();
      else expect(read()).toEqual(answer);
    },
  );
});

/** A value as JSON gives it. */
function plain(value: unknown): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Float) return value.value;
  return value instanceof TemplateText ? value.text : value;
}

/** A value with its Python type, as `answer.py` writes it. */
function shape(value: unknown): unknown {
  if (value instanceof Map) return { dict: [...value].map(([key, item]) => [shape(key), shape(item)]) };
  if (Array.isArray(value)) return { list: value.map(shape) };
  if (value === null) return { const: 'None' };
  if (typeof value === 'boolean') return { const: value ? 'True' : 'False' };
  if (typeof value === 'number' || typeof value === 'bigint') return { int: String(value) };
  if (value instanceof Float) return { float: pythonFloat(value.value) };
  return { str: value instanceof TemplateText ? value.text : value };
}

function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
  return Object.is(value, -0) ? '-0.0' : text;
}
