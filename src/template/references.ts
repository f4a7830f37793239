import { TemplateText } from '../core/value.ts';
import { firstUses } from './compile/first-uses.ts';
import { guarded } from './errors.ts';
import { findFilter } from './filters/index.ts';
import { GLOBALS } from './globals.ts';
import { normalize } from './grammar/lexer.ts';
import type { Body } from './grammar/nodes.ts';
import { parseExpressionText, parseTemplate } from './grammar/parser.ts';
import { holdsTemplate, IN_YAML } from './reading.ts';
import { findTest } from './tests/index.ts';

/** What a template uses of its surroundings, as far as it can be told without running it. */
export interface References {
  /**
   * Variables from outside: all that the template may read before it has set them itself. What is set in some
   * branches of an `if` only is among them.
   */
  variables: readonly string[];
  /** Those of them that are read whatever the others hold: not in a branch or a loop. */
  always: readonly string[];
  filters: readonly string[];
  tests: readonly string[];
  /** Lookups named by a literal; `?` stands for one that is not. */
  lookups: readonly string[];
}

/** What was found so far. */
type Found = Record<keyof References, Set<string>> & {
  /** The names that are set outside of loops and other scopes. */
  readonly top: Set<string>;
  /** How many branches deep this is. */
  doubts: number;
};

const known = new Map<string, References>();
const CAPACITY = 20_000;

/** See `References`. A string without `{{ }}` or `{% %}` is taken as a bare expression. */
export function references(template: TemplateText | string): References {
  const text = typeof template === 'string' ? new TemplateText(template, undefined) : template;
  const before = known.get(text.text);
  if (before) return before;
  const result = guarded(text, () => referencesOf(parse(text.text)));
  if (known.size >= CAPACITY) known.clear();
  known.set(text.text, result);
  return result;
}

/** The same of a template's tree. */
export function referencesOf(tree: unknown): References {
  const found: Found = {
    variables: new Set(),
    always: new Set(),
    filters: new Set(),
    tests: new Set(),
    lookups: new Set(),
    top: setIn(tree),
    doubts: 0,
  };
  visit(tree, Bound.atTop(tree), found);
  return {
    variables: [...found.variables],
    always: [...found.always],
    filters: [...found.filters],
    tests: [...found.tests],
    lookups: [...found.lookups],
  };
}

function parse(text: string): unknown {
  return holdsTemplate(text) ? parseTemplate(normalize(text), IN_YAML) : parseExpressionText(text);
}

export type Tree = { typename: string; lineno: number; colno: number } & Record<string, unknown>;

const LOOKUPS = new Set(['lookup', 'query', 'q']);

/** What every template has without being given it. */
const OWN = new Set([...GLOBALS.keys(), ...LOOKUPS, 'self']);

/** The names that are the template's own at a place. */
class Bound {
  private constructor(
    private readonly names: Set<string>,
    /** Names that are set later, and are undefined until then for scopes inside of this one. */
    private readonly later: ReadonlySet<string>,
    private readonly used: ReadonlySet<string>,
  ) {}

  static atTop(body: unknown): Bound {
    return new Bound(new Set(), new Set(), new Set()).inside(body);
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  add(name: string): void {
    this.names.add(name);
  }

  /** What is bound in a branch; `join` brings together what is bound in both. */
  branch(): Bound {
    return new Bound(new Set(this.names), this.later, this.used);
  }

  join(one: Bound, other: Bound): void {
    for (const name of one.names) if (other.has(name)) this.add(name);
  }

  /** A scope inside, with names of its own. */
  inside(body: unknown, names: readonly string[] = [], visible?: Iterable<string>): Bound {
    const isBody = typeof body === 'object' && body !== null && 'children' in body;
    const { set, all } = firstUses(isBody ? (body as Body) : EMPTY);
    const later = [...set].filter(name => !this.used.has(name) && !this.names.has(name));
    return new Bound(
      new Set([...(visible ?? [...this.names, ...this.later]), ...names]),
      new Set(later),
      new Set([...this.used, ...all]),
    );
  }

  /** A scope that sees only what the template has set at its top. */
  atBlock(body: unknown, top: ReadonlySet<string>): Bound {
    return this.inside(
      body,
      ['super'],
      [...this.names].filter(name => top.has(name)),
    );
  }
}

const EMPTY: Body = { typename: 'NodeList', children: [], lineno: 0, colno: 0 };

function visit(tree: unknown, bound: Bound, found: Found): void {
  if (Array.isArray(tree)) {
    for (const item of tree) visit(item, bound, found);
    return;
  }
  if (typeof tree !== 'object' || tree === null) return;
  const node = tree as Tree;
  switch (node.typename) {
    case 'Symbol':
      if (!bound.has(node.value as string) && !OWN.has(node.value as string)) {
        found.variables.add(node.value as string);
        if (found.doubts === 0) found.always.add(node.value as string);
      }
      return;
    case 'FilterCall':
    case 'TestCall':
      (node.typename === 'FilterCall' ? found.filters : found.tests).add(node.name as string);
      callNames(node, found);
      visit(node.target, bound, found);
      visit(node.args, bound, found);
      return;
    case 'And':
    case 'Or':
      visit(node.left, bound, found);
      visitPerhaps(node.right, bound, found);
      return;
    case 'InlineIf':
      visit(node.cond, bound, found);
      visitPerhaps([node.body, node.else_], bound, found);
      return;
    case 'FunCall': {
      const name = node.name as Tree;
      if (
        name.typename === 'Symbol' &&
        LOOKUPS.has(name.value as string) &&
        !bound.has(name.value as string)
      ) {
        found.lookups.add(firstText(node) ?? '?');
      } else visit(name, bound, found);
      visit(node.args, bound, found);
      return;
    }
    case 'Loop': {
      visit(node.iterable, bound, found);
      const inside = bound.inside(node.body, targetNames(node.target));
      // The `loop` of its test is the one around it.
      visitPerhaps(node.test, inside, found);
      inside.add('loop');
      visitPerhaps(node.body, inside, found);
      visitPerhaps(node.else_, bound.inside(node.else_), found);
      return;
    }
    case 'If': {
      visit(node.cond, bound, found);
      const [body, other] = [bound.branch(), bound.branch()];
      visitPerhaps(node.body, body, found);
      visitPerhaps(node.else_, other, found);
      bound.join(body, other);
      return;
    }
    case 'FilterBlock':
      visit(node.filters, bound, found);
      visit(node.body, bound.inside(node.body), found);
      return;
    case 'Scoped':
      visit(node.body, bound.inside(node.body), found);
      return;
    case 'Assign':
    case 'AssignBlock':
      visit(node.value ?? node.filters, bound, found);
      visit(node.body, bound.inside(node.body), found);
      if ((node.target as Tree).typename === 'NamespaceTarget')
        visit({ typename: 'Symbol', value: (node.target as Tree).name }, bound, found);
      for (const name of targetNames(node.target)) bound.add(name);
      return;
    case 'MacroDef':
    case 'CallBlock': {
      if (node.typename === 'MacroDef') bound.add(node.name as string);
      visit(node.call, bound, found);
      const parameters = node.parameters as { name: string; fallback: unknown }[];
      const inside = bound.inside(
        node.body,
        parameters.map(({ name }) => name),
      );
      for (const { fallback } of parameters) visitPerhaps(fallback, inside, found);
      for (const name of ['varargs', 'kwargs', 'caller']) inside.add(name);
      visitPerhaps(node.body, inside, found);
      return;
    }
    case 'With': {
      const targets = node.targets as { target: unknown; value: unknown }[];
      for (const { value } of targets) visit(value, bound, found);
      const names = targets.flatMap(({ target }) => targetNames(target));
      visit(node.body, bound.inside(node.body, names), found);
      return;
    }
    case 'ImportOf':
      visit(node.template, bound, found);
      bound.add(node.target as string);
      return;
    case 'FromImportOf':
      visit(node.template, bound, found);
      for (const { as } of node.names as { as: string }[]) bound.add(as);
      return;
    case 'BlockDef':
      visit(
        node.body,
        node.scoped ? bound.inside(node.body, ['super']) : bound.atBlock(node.body, found.top),
        found,
      );
      return;
    default:
      for (const value of Object.values(node)) if (typeof value === 'object') visit(value, bound, found);
  }
}

function visitPerhaps(tree: unknown, bound: Bound, found: Found): void {
  found.doubts++;
  visit(tree, bound, found);
  found.doubts--;
}

/** The names that the statements of a body set in its own scope. */
function setIn(body: unknown, names = new Set<string>()): Set<string> {
  for (const node of ((body as Tree).children ?? []) as Tree[]) {
    if (node.typename === 'MacroDef') names.add(node.name as string);
    else if (node.typename === 'If') {
      setIn(node.body, names);
      if (node.else_)
        setIn((node.else_ as Tree).typename === 'If' ? { children: [node.else_] } : node.else_, names);
    } else {
      if (node.typename === 'Assign' || node.typename === 'AssignBlock')
        for (const name of targetNames(node.target)) names.add(name);
      if (node.typename === 'ImportOf') names.add(node.target as string);
      for (const { as } of (node.names ?? []) as { as: string }[]) names.add(as);
    }
  }
  return names;
}

function callNames(node: Tree, found: Found): void {
  const named = namedInCall(node);
  if (named?.kind === 'filter' && findFilter(named.name)) found.filters.add(named.name);
  if (named?.kind === 'test' && findTest(named.name)) found.tests.add(named.name);
}

/** The filter or test that `map`, `select` and the like are given in a literal. */
export function namedInCall(node: Tree): { kind: 'filter' | 'test'; name: string; at: Tree } | undefined {
  const called = (node.name as string).replace(/^ansible\.(builtin|legacy)\./, '');
  const selects = /^(?:select|reject)(attr)?$/.exec(called);
  if (called !== 'map' && !selects) return undefined;
  const place = selects?.[1] ? 1 : 0;
  const name = firstText(node, place);
  if (name === undefined) return undefined;
  const at = (node.args as { positional: Tree[] }).positional[place]!;
  return { kind: selects ? 'test' : 'filter', name, at };
}

/** A call's argument, if it is text that stands there. */
export function firstText(node: Tree, at = 0): string | undefined {
  const argument = (node.args as { positional: Tree[] }).positional[at];
  return argument?.typename === 'Literal' && typeof argument.value === 'string' ? argument.value : undefined;
}

function targetNames(target: unknown): string[] {
  const node = target as Tree;
  if (node.typename === 'Symbol') return [node.value as string];
  return node.typename === 'Targets' ? (node.children as unknown[]).flatMap(targetNames) : [];
}
