import { expect, it } from 'vitest';
import { BoundedMap } from '../../src/core/bounded-map.ts';

it('the oldest entry goes when there is no more room', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1).set('b', 2).set('b', 3);
  expect([...map]).toEqual([
    ['a', 1],
    ['b', 3],
  ]);
  expect([...map.set('c', 4).keys()]).toEqual(['b', 'c']);
});
