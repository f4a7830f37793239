import { BoundedMap } from '../../core/bounded-map.ts';
import { type LexerOptions, normalize } from '../grammar/lexer.ts';
import type { Expression } from '../grammar/nodes.ts';
import { parseExpressionText, parseTemplate } from '../grammar/parser.ts';
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
  required: ReadonlySet<string>;
  text: string;
}

export interface CompiledExpression {
  code: Code;
  size: number;
  text: string;
}

/** Enough for every template of a large run; the oldest go first. */
const CAPACITY = 20_000;

const templates = new BoundedMap<string, Compiled>(CAPACITY);
const expressions = new BoundedMap<string, CompiledExpression>(CAPACITY);

/** Compiles a template once for each text and way of reading it. */
export function compileTemplate(text: string, options: LexerOptions, key: string): Compiled {
  const id = key + text;
  const known = templates.get(id);
  if (known) return known;
  const source = options.keepTrailingNewline ? normalize(`${text}\n`) : normalize(text);
  const names = new Names(new Unit(), undefined);
  const unparsed: Unparsed = { text: source, blocks: new Map(), required: new Set() };
  const body = compileBody(parseTemplate(source, options), names, unparsed);
  const compiled: Compiled = {
    body,
    size: names.unit.size,
    exported: new Map([...names.own].filter(([name]) => !name.startsWith('_'))),
    blocks: unparsed.blocks,
    required: unparsed.required,
    text: source,
  };
  templates.set(id, compiled);
  return compiled;
}

export function compileBareExpression(text: string): CompiledExpression {
  return compileParsed(`e${text}`, text, parseExpressionText);
}

/** An expression whose string literals may be templates, as those of conditions. */
export function compileCondition(text: string): CompiledExpression {
  return compileParsed(`c${text}`, text, source => {
    const tree = parseExpressionText(source);
    embedEverywhere(tree);
    return tree;
  });
}

function compileParsed(id: string, text: string, parse: (text: string) => Expression): CompiledExpression {
  const known = expressions.get(id);
  if (known) return known;
  const names = new Names(new Unit(), undefined);
  const code = compileExpression(parse(text), names);
  const compiled = { code, size: names.unit.size, text };
  expressions.set(id, compiled);
  return compiled;
}
