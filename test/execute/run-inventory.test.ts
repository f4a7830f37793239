import { describe, expect, it } from 'vitest';
import { RunInventory } from '../../src/execute/run-inventory.ts';
import { loadInventory, QUIET } from '../../src/load/index.ts';

const loaded = () => loadInventory({ sources: ['a,b,c,'] }, QUIET);

describe('the groups of a run', () => {
  // Each host with a mapping of its own would take time and memory with the square of their number.
  it('are one mapping for all hosts, until something is added', async () => {
    const run = new RunInventory(await loaded());
    const groups = run.groupMap();
    expect(run.groupMap()).toBe(groups);
    run.addHost('d', ['new'], new Map());
    expect(run.groupMap()).not.toBe(groups);
    expect(run.groupMap()).toBe(run.groupMap());
  });

  it('have what was added, and what was added before the inventory was read again', async () => {
    const run = new RunInventory(await loaded());
    run.groupMap();
    run.addHost('d', ['new'], new Map());
    run.addToGroup('a', 'some', ['above']);
    const expected = new Map([
      ['all', ['a', 'b', 'c', 'd']],
      ['ungrouped', ['a', 'b', 'c']],
      ['new', ['d']],
      ['some', ['a']],
      ['above', ['a']],
    ]);
    expect(run.groupMap()).toEqual(expected);
    const fresh = run.refreshed(await loaded());
    expect(fresh.groupMap()).toEqual(expected);
  });
});
