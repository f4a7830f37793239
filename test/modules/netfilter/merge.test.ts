import { describe, expect, it } from 'vitest';
import { inOrder, mergeSets } from '../../../src/modules/netfilter/merge.ts';
import { parseFile, renderFile } from '../../../src/modules/netfilter/rule-file.ts';
import { linesOf, type RuleSet, readLines } from '../../../src/modules/netfilter/rule-sets.ts';
import { parseTable, tableText } from '../../../src/modules/netfilter/table.ts';

const set = (name: string, weight: number, text: string): RuleSet => {
  const lines = linesOf(text);
  return { name, weight, lines, spelt: lines.filter(line => line.startsWith('-A')) };
};
const live = (text: string) => parseTable('ipv4', 'filter', `*filter\n${text}\nCOMMIT\n`);
const rulesOf = (text: string) => text.split('\n').filter(line => line.startsWith('-A'));

describe('sets in a table', () => {
  it('go by weight, then name, with what is nobody’s at 90', () => {
    const sets = inOrder([
      set('late', 95, '-A INPUT -s 10.0.0.5/32 -j DROP'),
      set('b', 40, '-A INPUT -s 10.0.0.3/32 -j DROP'),
      set('a', 40, '-A INPUT -s 10.0.0.2/32 -j DROP'),
      set('first', 0, '-A INPUT -s 10.0.0.1/32 -j DROP'),
    ]);
    const table = live(':INPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.4/32 -j DROP');
    const merged = tableText(mergeSets({ live: table, sets, former: [], keepUnmanaged: true }));
    expect(rulesOf(merged).map(line => /10\.0\.0\.(\d)/.exec(line)![1])).toEqual(['1', '2', '3', '4', '5']);
  });

  it('keep a chain that rules of others jump to', () => {
    const former = [set('gone', 40, '-N MINE\n-A MINE -j DROP')];
    const table = live(':INPUT ACCEPT [0:0]\n:MINE - [0:0]\n-A INPUT -j MINE\n-A MINE -j DROP');
    const merged = tableText(mergeSets({ live: table, sets: [], former, keepUnmanaged: true }));
    expect(merged).toContain(':MINE -');
    expect(rulesOf(merged)).toEqual(['-A INPUT -j MINE']);
  });

  it('take their policy back when they go', () => {
    const former = [set('gone', 40, '-P INPUT DROP')];
    const table = live(':INPUT DROP [0:0]');
    expect(tableText(mergeSets({ live: table, sets: [], former, keepUnmanaged: true }))).toContain(
      ':INPUT ACCEPT',
    );
  });

  it('come back from their file', () => {
    const sets = [set('a "b"\n# set {}', 7, '-P INPUT DROP\n-N X\n-A INPUT -j X')];
    expect(parseFile(renderFile('ipv4', 'filter', sets))).toEqual(sets);
  });

  it('refuse lines that are no part of a set', () => {
    for (const line of ['-I INPUT -j DROP', '-F', 'rm -rf /', '-P MINE DROP', '-A INPUT -t nat -j DROP']) {
      expect(() => readLines([line], 'filter')).toThrow();
    }
  });
});
