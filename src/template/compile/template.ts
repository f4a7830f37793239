import { BoundedMap } from '../../core/bounded-map.ts';
import { type LexerOptions, normalize } from '../grammar/lexer.ts';
import type { Expression } from '../grammar/nodes.ts';
import { parseExpressionText, parseTemplate } from '../grammar/parser.ts';
import { dictChanges, listChanges } from '../python/container-methods.ts';
import { embedEverywhere } from './embedded.ts';
import { compileExpression } from './expressions.ts';
import { Names, Unit } from './names.ts';
import type { Code, Step } from './run.ts';
import { compileBody, type Unparsed } from './statements.ts';

/** A template made runnable. */
export interface Compiled {
  body: Step;
  size: number;
  /** Top-level variables and macros, which another template can import. */
  exported: ReadonlyMap<string, number>;
  blocks: ReadonlyMap<string, Step>;
  text: string;
}

export interface CompiledExpression {
  code: Code;
  size: number;
  text: string;
}

/** Enough for every template of a large run; the oldest go first. */
const CAPACITY = 20_000;
/** Ways of reading template files: most content has one or two. */
const READINGS = 20;

// By the way of reading and then by text: a text's hash is kept by V8, that of a text put together is not.
const templates = new BoundedMap<string, BoundedMap<string, Compiled>>(READINGS);
const expressions = new BoundedMap<string, CompiledExpression>(CAPACITY);
const conditions = new BoundedMap<string, CompiledExpression>(CAPACITY);

const CHANGES = new RegExp(`\\b(${[...listChanges.keys(), ...dictChanges.keys()].join('|')})\\b`);

/** Compiles a template once for each text and way of reading it. */
export function compileTemplate(text: string, options: LexerOptions, key: string): Compiled {
  const alike = alikeRead(key);
  const known = alike.get(text);
  if (known) return known;
  const source = options.keepTrailingNewline ? normalize(`${text}\n`) : normalize(text);
  const names = new Names(new Unit(), undefined);
  names.isTop = true;
  names.changesThings = CHANGES.test(source);
  const unparsed: Unparsed = {
    text: source,
    blocks: new Map(),
    extending: source.includes('extends'),
  };
  const body = compileBody(parseTemplate(source, options), names, unparsed);
  const compiled: Compiled = {
    body,
    size: names.unit.size,
    exported: new Map([...names.own].filter(([name]) => !name.startsWith('_'))),
    blocks: unparsed.blocks,
    text: source,
  };
  alike.set(text, compiled);
  return compiled;
}

function alikeRead(key: string): BoundedMap<string, Compiled> {
  let alike = templates.get(key);
  if (!alike) {
    alike = new BoundedMap(CAPACITY);
    templates.set(key, alike);
  }
  return alike;
}

export function compileBareExpression(text: string): CompiledExpression {
  return expressions.get(text) ?? compileParsed(text, parseExpressionText(text), expressions);
}

/** An expression whose string literals may be templates, as those of conditions. */
export function compileCondition(text: string): CompiledExpression {
  const known = conditions.get(text);
  if (known) return known;
  const tree = parseExpressionText(text);
  embedEverywhere(tree);
  return compileParsed(text, tree, conditions);
}

function compileParsed(
  text: string,
  tree: Expression,
  known: Map<string, CompiledExpression>,
): CompiledExpression {
  const names = new Names(new Unit(), undefined);
  const code = compileExpression(tree, names);
  const compiled = { code, size: names.unit.size, text };
  known.set(text, compiled);
  return compiled;
}
