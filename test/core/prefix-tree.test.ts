import { expect, it } from 'vitest';
import { PrefixTree } from '../../src/core/prefix-tree.ts';

function treeOf(texts: Iterable<string>) {
  const tree = new PrefixTree<{ text: string }>();
  for (const text of new Set(texts)) tree.add({ text });
  return tree;
}

/** Texts of a few letters, so that many begin alike and some are the beginning of others. */
function randomText(seed: () => number, longest: number): string {
  return Array.from({ length: 1 + Math.floor(seed() * longest) }, () => 'ab€'[Math.floor(seed() * 3)]).join(
    '',
  );
}

function generator(state: number): () => number {
  let at = state;
  return () => {
    at = (at * 1_103_515_245 + 12_345) % 2_147_483_648;
    return at / 2_147_483_648;
  };
}

it('finds what looking through all texts would find', () => {
  for (let round = 1; round <= 50; round++) {
    const random = generator(round);
    const texts = Array.from({ length: round * 4 }, () => randomText(random, 12));
    const tree = treeOf(texts);
    const place = randomText(random, 60);
    for (let at = 0; at <= place.length; at++) {
      const longest = texts.filter(text => place.startsWith(text, at)).sort((a, b) => b.length - a.length)[0];
      expect([place, at, tree.longestAt(place, at)?.text]).toEqual([place, at, longest]);
      const rest = place.slice(at);
      const goesOn = texts.some(text => text.startsWith(rest) && text !== rest);
      expect([rest, tree.goesOn(rest)]).toEqual([rest, goesOn]);
    }
  }
});

it('takes long texts that are the same nearly to their end', () => {
  const long = 'x'.repeat(100_000);
  const tree = treeOf(Array.from({ length: 30 }, (_, index) => `${long}${index}`));
  expect(tree.longestAt(`${long}7 and more`, 0)?.text).toBe(`${long}7`);
  expect(tree.longestAt(`${long}-`, 0)).toBeUndefined();
  expect([tree.goesOn(long), tree.goesOn(`${long}1`), tree.goesOn(`${long}7`)]).toEqual([true, true, false]);
});
