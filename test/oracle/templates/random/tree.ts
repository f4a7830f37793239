/** A piece of a template with what it was made of, so that it can be made smaller without taking it apart as text. */
export interface Tree {
  /** What kind of thing it is: a row of the grammar. */
  sort: string;
  parts: readonly (string | Tree)[];
}

export function textOf(tree: Tree): string {
  return tree.parts.map(part => (typeof part === 'string' ? part : textOf(part))).join('');
}

/** The same tree with one of its nodes replaced, in every way that may make it smaller; the biggest steps first. */
export function* smallerTrees(tree: Tree, simplest: (sort: string) => readonly Tree[]): Generator<Tree> {
  for (const simple of simplest(tree.sort)) if (textOf(simple).length < textOf(tree).length) yield simple;
  for (const inner of descendants(tree)) if (fits(inner, tree)) yield inner;
  for (let i = 0; i < tree.parts.length; i++) {
    const part = tree.parts[i]!;
    if (typeof part === 'string') continue;
    for (const smaller of smallerTrees(part, simplest)) yield { ...tree, parts: tree.parts.with(i, smaller) };
  }
}

function* descendants(tree: Tree): Generator<Tree> {
  for (const part of tree.parts) {
    if (typeof part === 'string') continue;
    yield part;
    yield* descendants(part);
  }
}

/** Sorts that stand for text of the template, or for nothing but themselves; all others are expressions. */
const APART = /^(body|statement|arguments|target|[A-Z]+)$/;

function fits(inner: Tree, place: Tree): boolean {
  return inner.sort === place.sort || !(APART.test(inner.sort) || APART.test(place.sort));
}
