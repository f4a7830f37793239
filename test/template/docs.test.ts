import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filterNames, findFilter } from '../../src/template/filters/index.ts';
import { GLOBALS } from '../../src/template/globals.ts';
import { toRepr } from '../../src/template/index.ts';
import { lookupNames } from '../../src/template/lookups/index.ts';
import { findTest, testNames } from '../../src/template/tests/index.ts';
import { DELIBERATE } from '../oracle/templates/random/deliberate.ts';
import { templarWith } from './surroundings.ts';
import { caseFiles, readCases, type TemplateCase } from './template-case.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/templates.md'), 'utf8');
const cases = caseFiles().flatMap(readCases);

interface Row {
  /** As in code: `name(parameters)`. */
  signature: string;
  name: string;
  example: string;
  gives: string;
}

function section(title: string): string {
  const text = page.split(/^## /m).find(part => part.startsWith(`${title}\n`));
  if (text === undefined) throw new Error(`the page has no section ${title}`);
  return text;
}

function rows(title: string): Row[] {
  const lines = section(title)
    .split('\n')
    .filter(line => /^\| `/.test(line));
  return lines.map(line => {
    const [, signature = '', , example = '', gives = ''] = line.split(/(?<!\\)\|/).map(inCode);
    return { signature, name: /^[^(]+/.exec(signature)?.[0] ?? '', example, gives };
  });
}

function inCode(cell: string): string {
  const [, , text = ''] = /(`+) ?(.*?) ?\1/.exec(cell.trim()) ?? [];
  return text.replaceAll('\\|', '|');
}

function withoutFirst(signature: string): string {
  const rest = signature.split(', ').slice(1).join(', ');
  return rest === '' ? '' : `(${rest})`;
}

const names = (all: readonly Row[]): string[] => all.map(row => row.name).sort();

describe('docs/templates.md', () => {
  test('has a row for each filter, test, lookup and global, and for nothing else', () => {
    expect(names(rows('Filters'))).toEqual(filterNames().sort());
    expect(names(rows('Tests'))).toEqual(testNames().sort());
    expect(names(rows('Lookups'))).toEqual(lookupNames().sort());
    expect(names(rows('Global functions'))).toEqual([...GLOBALS.keys(), 'lookup', 'q', 'query'].sort());
  });

  test('writes the parameters as they are', () => {
    for (const { name, signature } of rows('Filters'))
      expect(signature).toBe(name + withoutFirst(findFilter(name)!.signature.text));
    for (const { name, signature } of rows('Tests'))
      expect(signature).toBe(name + withoutFirst(findTest(name)!.signature.text));
  });

  const examples = ['Filters', 'Lookups', 'Global functions'].flatMap(rows);
  test.each(examples.filter(row => row.example !== ''))('$example', ({ example, gives }) => {
    expect(toRepr(templarWith({}).evaluate(example))).toBe(gives);
  });

  test.each(rows('Tests'))('$example', ({ example }) => {
    expect(templarWith({}).evaluate(example)).toBe(true);
  });

  test('says why for every answer that differs from the oracle', () => {
    const reasons = section('Where tsible differs on purpose');
    const missing = cases.filter(one => one.ours !== undefined && !reasons.includes(one.why ?? '\n'));
    expect(missing).toEqual([]);
  });

  test('says why for what the random templates pass over', () => {
    const reasons = section('Where tsible differs on purpose');
    expect(DELIBERATE.filter(({ why }) => !reasons.includes(why))).toEqual([]);
  });
});

describe('the kept cases', () => {
  const text = cases.map(textOf).join('\n');
  test.each(filterNames())('use the filter %s', name => {
    expect(text).toMatch(new RegExp(`\\|\\s*([a-z_.]+\\.)?${name}\\b|(map|filter)\\s*\\(?'?"?${name}\\b`));
  });
  test.each(testNames())('use the test %s', name => {
    const word = name.replace(/\W/g, '\\$&');
    expect(text).toMatch(
      new RegExp(`\\bis (not )?([a-z_.]+\\.)?${word}|(select|reject)(attr)?\\(.*'${word}'`),
    );
  });
});

function textOf(one: TemplateCase): string {
  return one.e ?? one.w ?? one.t ?? JSON.stringify(one.v);
}
