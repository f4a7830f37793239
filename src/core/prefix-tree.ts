/**
 * Texts by how they begin. Which of them stands at a place of another text is found by reading that place once,
 * however many begin alike. They are told apart where somebody looks, and not before: most are never met.
 */
export class PrefixTree<T extends { readonly text: string }> {
  readonly #root: Node<T> = leaf();

  /** Each text once. */
  add(item: T): void {
    let node = this.#root;
    let depth = 0;
    for (; node.next; depth++) {
      if (depth === item.text.length) break;
      node = childOf(node.next, item.text.charCodeAt(depth));
    }
    put(node, item, depth);
  }

  /** The longest text that stands there. */
  longestAt(text: string, at: number): T | undefined {
    let node: Node<T> | undefined = this.#root;
    let found: T | undefined;
    for (let depth = 0; node; depth++) {
      tellApart(node, depth);
      found = node.ending ?? found;
      for (const item of node.few) {
        if (item.text.length > (found?.text.length ?? 0) && text.startsWith(item.text, at)) found = item;
      }
      node = node.next?.get(text.charCodeAt(at + depth));
    }
    return found;
  }

  /** Whether one of the texts begins with this and goes on. */
  goesOn(beginning: string): boolean {
    let node: Node<T> | undefined = this.#root;
    for (let depth = 0; node && depth < beginning.length; depth++) {
      const { length } = beginning;
      tellApart(node, depth);
      if (node.few.some(({ text }) => text.length > length && text.startsWith(beginning))) return true;
      node = node.next?.get(beginning.charCodeAt(depth));
    }
    return node !== undefined && (node.next !== undefined || node.few.length > 0);
  }
}

/** Of all texts that begin alike up to here. */
interface Node<T> {
  /** The one that ends here. */
  ending: T | undefined;
  /** Those that go on, as long as they are few or nobody has looked. */
  few: T[];
  /** Those that go on, by their next character. */
  next: Map<number, Node<T>> | undefined;
}

/** More than this are told apart by their next character. */
const FEW = 8;

/** What begins alike for this long is looked through one by one: long secrets are spelled in many ways. */
const DEEPEST = 100;

function leaf<T>(): Node<T> {
  return { ending: undefined, few: [], next: undefined };
}

function childOf<T>(children: Map<number, Node<T>>, code: number): Node<T> {
  const known = children.get(code);
  if (known) return known;
  const child: Node<T> = leaf();
  children.set(code, child);
  return child;
}

function put<T extends { readonly text: string }>(node: Node<T>, item: T, depth: number): void {
  if (item.text.length === depth) node.ending = item;
  else node.few.push(item);
}

function tellApart<T extends { readonly text: string }>(node: Node<T>, depth: number): void {
  if (node.few.length <= FEW || depth >= DEEPEST) return;
  const { few } = node;
  node.few = [];
  node.next = new Map();
  for (const item of few) put(childOf(node.next, item.text.charCodeAt(depth)), item, depth + 1);
}
