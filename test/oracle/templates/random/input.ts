import type { TemplateCase } from '../../../template/template-case.ts';
import { ATOMS } from './atoms.ts';
import { type Json, KNOWN, randomVariables, smallerValues } from './data.ts';
import { Dice } from './dice.ts';
import { ASTRAY, EXPRESSIONS } from './expressions.ts';
import { Grammar, type Names } from './grammar.ts';
import { STATEMENTS } from './statements.ts';
import { smallerTrees, type Tree, textOf } from './tree.ts';

/** A template case before it is text. */
export interface Input {
  /** What the tree is given as: e, w, v or t of a case. */
  kind: 'e' | 'w' | 'v' | 't';
  tree: Tree;
  vars: Record<string, Json>;
  options: Record<string, string | boolean>;
}

/** The input that belongs to this seed. */
export function randomInput(seed: number): Input {
  const dice = new Dice(seed);
  const { values: vars, names: own } = dice.chance(0.5) ? randomVariables(dice) : { values: {}, names: {} };
  const names = both(KNOWN, own);
  const kind = dice.pick(['e', 'e', 'e', 'w', 'v', 't', 't', 't', 't'] as const);
  const tree = grammar.make(SORTS[kind], names, 2 + dice.below(3), dice);
  return { kind, tree, vars, options: kind === 't' ? randomOptions(dice) : {} };
}

export function caseOf({ kind, tree, vars, options }: Input): TemplateCase {
  const text = textOf(tree);
  return {
    [kind]: kind === 't' ? delimited(text, options) : text,
    ...(Object.keys(vars).length > 0 ? { vars } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
}

/** Inputs like this one, each a step smaller; those that take away most come first. */
export function* smallerInputs(input: Input): Generator<Input> {
  for (const tree of smallerTrees(input.tree, sort => grammar.simplest(sort))) {
    // A part of a file is no file, and an expression alone is smaller than one in braces.
    if (input.kind !== 't' && input.kind !== 'v') yield { ...input, tree };
    else if (STATEMENT_SORTS.has(tree.sort)) yield { ...input, tree };
    else yield { ...input, kind: 'e', tree, options: {} };
  }
  for (const name of Object.keys(input.options)) {
    const { [name]: _, ...options } = input.options;
    yield { ...input, options };
  }
  for (const vars of smallerValues(input.vars)) yield { ...input, vars };
}

const grammar = new Grammar(
  {
    ...EXPRESSIONS,
    ...STATEMENTS,
    value: `
      *4 {{ <any> }}
      {{ <text> }}<PLAIN>
      <PLAIN>{{ <any> }}
      {{ <any> }}{{ <any> }}
      {{ <guarded> }}
      <body>
    `,
    condition: `
      *4 <bool>
      <any>
      <guarded>
    `,
  },
  ATOMS,
  ASTRAY,
);

const SORTS = { e: 'any', w: 'condition', v: 'value', t: 'body' } as const;

const STATEMENT_SORTS: ReadonlySet<string> = new Set([...Object.keys(STATEMENTS), 'value', 'PLAIN', 'GAP']);

function both(a: Names, b: Names): Names {
  const sorts = new Set([...Object.keys(a), ...Object.keys(b)]);
  // A case's own variables twice: there are fewer of them.
  return Object.fromEntries(
    [...sorts].map(sort => [sort, [...(a[sort] ?? []), ...(b[sort] ?? []), ...(b[sort] ?? [])]]),
  );
}

const DELIMITERS: readonly Record<string, string>[] = [
  { block_start_string: '<%', block_end_string: '%>' },
  { variable_start_string: '[[', variable_end_string: ']]' },
  { variable_start_string: '${', variable_end_string: '}' },
  { comment_start_string: '/*', comment_end_string: '*/', block_start_string: '@{', block_end_string: '}@' },
];

function randomOptions(dice: Dice): Record<string, string | boolean> {
  return {
    ...(dice.chance(0.2) ? { trim_blocks: dice.chance(0.3) } : {}),
    ...(dice.chance(0.3) ? { lstrip_blocks: dice.chance(0.8) } : {}),
    ...(dice.chance(0.05) ? { newline_sequence: '\r\n' } : {}),
    ...(dice.chance(0.06) ? dice.pick(DELIMITERS) : {}),
  };
}

const USUAL: Readonly<Record<string, string>> = {
  block_start_string: '{%',
  block_end_string: '%}',
  variable_start_string: '{{',
  variable_end_string: '}}',
  comment_start_string: '{#',
  comment_end_string: '#}',
};

function delimited(text: string, options: Record<string, string | boolean>): string {
  return Object.entries(USUAL).reduce(
    (all, [option, usual]) => all.replaceAll(usual, () => String(options[option] ?? usual)),
    text,
  );
}
