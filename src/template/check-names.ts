import { filterHint, findFilter } from './filters/index.ts';
import { Fault } from './grammar/fault.ts';
import { findLookup, lookupHint } from './lookups/index.ts';
import { holdsTemplate } from './reading.ts';
import { firstText, namedInCall, referencesOf, type Tree } from './references.ts';
import { findTest, testHint } from './tests/index.ts';

/**
 * Throws a Fault at the first name in a template's tree that means nothing on any host: of a filter, a test or a
 * lookup, also where `map`, `select` and the like name one in a literal; or for a block that is there twice.
 */
export function checkNames(tree: unknown): void {
  new NameCheck(tree).visit(tree);
}

class NameCheck {
  private readonly blocks = new Set<string>();

  constructor(private readonly whole: unknown) {}

  visit(tree: unknown): void {
    if (Array.isArray(tree)) {
      for (const item of tree) this.visit(item);
      return;
    }
    if (typeof tree !== 'object' || tree === null) return;
    const node = tree as Tree;
    if (node.typename === 'FilterCall') this.filterCall(node);
    else if (node.typename === 'TestCall') this.known('test', node.name as string, node);
    else if (node.typename === 'FunCall') this.call(node);
    else if (node.typename === 'BlockDef') this.block(node);
    for (const value of Object.values(node)) if (typeof value === 'object') this.visit(value);
  }

  private filterCall(node: Tree): void {
    this.known('filter', node.name as string, node);
    const named = namedInCall(node);
    if (named) this.known(named.kind, named.name, named.at);
  }

  private call(node: Tree): void {
    const callee = node.name as Tree;
    const name = firstText(node);
    if (callee.typename !== 'Symbol' || name === undefined) return;
    if (!/^(lookup|query|q)$/.test(callee.value as string)) return;
    this.known('lookup', name, (node.args as { positional: Tree[] }).positional[0]!);
  }

  private block(node: Tree): void {
    const name = node.name as string;
    if (this.blocks.has(name)) throw new Fault(`block '${name}' defined twice`).at(node.lineno, node.colno);
    this.blocks.add(name);
  }

  private known(kind: keyof typeof KINDS, name: string, at: Tree): void {
    const { find, hint } = KINDS[kind];
    if (find(name) || holdsTemplate(name)) return;
    // A macro of the template may be called `q`.
    if (kind === 'lookup' && !referencesOf(this.whole).lookups.includes(name)) return;
    if (namesAskedFor(this.whole).includes(name)) return;
    throw new Fault(`there is no ${kind} '${name}'`, hint(name)).at(at.lineno, at.colno);
  }
}

const KINDS = {
  filter: { find: findFilter, hint: filterHint },
  test: { find: findTest, hint: (name: string) => (name === 'null' ? 'use none' : testHint(name)) },
  lookup: { find: findLookup, hint: lookupHint },
} as const;

/** Names after which a template asks itself (`'x' is filter`), so that it need not have them. */
function namesAskedFor(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(namesAskedFor);
  if (typeof tree !== 'object' || tree === null) return [];
  const node = tree as Tree;
  const below = Object.values(node).flatMap(namesAskedFor);
  if (node.typename !== 'TestCall' || !/^(?:ansible\.builtin\.)?(?:filter|test)$/.test(node.name as string))
    return below;
  const { typename, value } = node.target as Tree;
  return typename === 'Literal' && typeof value === 'string' ? [value, ...below] : below;
}
