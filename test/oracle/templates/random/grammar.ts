import type { Dice } from './dice.ts';
import type { Tree } from './tree.ts';

/**
 * Rules by sort, each as it is written in a template, with holes for other sorts:
 *
 *   <text>            something of this sort
 *   <(text)>          the same, nearly always in parentheses if it needs them
 *   <small!>          never something of another sort, not even to see what comes of it
 *   <body x:text>     something that may use the variable `x` as a text
 *   <TEXT>            a literal (atoms.ts)
 *   *3 …              a rule that is taken three times as often
 *   ⏎                 a line break
 */
export type Rules = Readonly<Record<string, string>>;
export type Atoms = Readonly<Record<string, (dice: Dice) => string>>;
/** Variables that can be used, by sort. */
export type Names = Readonly<Record<string, readonly string[]>>;

interface Hole {
  sort: string;
  parentheses: boolean;
  exact: boolean;
  binds: readonly (readonly [name: string, sort: string])[];
}

interface Rule {
  weight: number;
  parts: readonly (string | Hole)[];
  /** Has an operator, so that what follows would not apply to all of it. */
  loose: boolean;
}

/** How often a hole is filled with something of another sort: what gives errors, or should. */
const ASTRAY = 0.012;

export class Grammar {
  private readonly rules: ReadonlyMap<string, readonly Rule[]>;

  constructor(
    rules: Rules,
    private readonly atoms: Atoms,
    /** Sorts that may stand in a hole of another one. */
    private readonly astray: readonly string[],
  ) {
    this.rules = new Map(Object.entries(rules).map(([sort, lines]) => [sort, parseRules(lines)]));
  }

  /** Something of this sort; `room` is how deep it may be. */
  make(sort: string, names: Names, room: number, dice: Dice): Tree {
    const atom = this.atoms[sort];
    if (atom) return { sort, parts: [atom(dice)] };
    const variables = names[sort] ?? [];
    const rules = (this.rules.get(sort) ?? []).filter(rule =>
      rule.parts.every(part => this.can(part, names)),
    );
    const leaves = rules.filter(rule => this.isLeaf(rule));
    const wantsLeaf = room <= 0 || dice.chance(0.2);
    if (wantsLeaf && variables.length > 0 && (leaves.length === 0 || dice.chance(0.7)))
      return { sort, parts: [dice.pick(variables)] };
    const choice = wantsLeaf && leaves.length > 0 ? leaves : rules;
    if (choice.length === 0) return { sort, parts: [dice.pick(variables)] };
    const rule = weighted(choice, dice);
    return { sort, parts: rule.parts.map(part => this.fill(part, names, room - 1, dice)) };
  }

  /** The rules of a sort that are only text. */
  simplest(sort: string): Tree[] {
    const plain = (this.rules.get(sort) ?? []).filter(rule =>
      rule.parts.every(part => typeof part === 'string'),
    );
    return plain.map(rule => ({ sort, parts: rule.parts as string[] }));
  }

  private fill(part: string | Hole, names: Names, room: number, dice: Dice): string | Tree {
    if (typeof part === 'string') return part;
    const bound = withBound(names, part.binds);
    const mayStray = !part.exact && this.astray.includes(part.sort);
    const sort = mayStray && dice.chance(ASTRAY) ? dice.pick(this.astray) : part.sort;
    const made = this.make(sort, bound, room, dice);
    if (!part.parentheses || !this.isLoose(made) || dice.chance(0.1)) return made;
    return { sort, parts: ['(', made, ')'] };
  }

  private can(part: string | Hole, names: Names): boolean {
    if (typeof part === 'string') return true;
    return part.sort in this.atoms || this.rules.has(part.sort) || (names[part.sort] ?? []).length > 0;
  }

  private isLeaf(rule: Rule): boolean {
    return rule.parts.every(part => typeof part === 'string' || part.sort in this.atoms);
  }

  private isLoose({ parts }: Tree): boolean {
    if (parts[0] === '(' && parts.at(-1) === ')') return false;
    return parts.some(part => typeof part === 'string' && isLoose(part));
  }
}

/** Twice each, as a variable of the template's own is what the template is about. */
function withBound(names: Names, binds: Hole['binds']): Names {
  if (binds.length === 0) return names;
  const all: Record<string, readonly string[]> = { ...names };
  for (const [name, sort] of binds) all[sort] = [...(all[sort] ?? []), name, name];
  return all;
}

function parseRules(lines: string): Rule[] {
  const rules = lines.split('\n').map(line => line.trim());
  return rules.filter(line => line !== '').map(parseRule);
}

function parseRule(line: string): Rule {
  const [, weight = '1', text = ''] = /^(?:\*(\d+) )?(.*)$/s.exec(line)!;
  const parts = text
    .replaceAll('⏎', '\n')
    .split(/(<\(?\w+!?\)?(?: [^\s:>]+:\w+)*>)/)
    .map((part, i) => (i % 2 === 0 ? part : parseHole(part)))
    .filter(part => part !== '');
  return {
    weight: Number(weight),
    parts,
    loose: parts.some(part => typeof part === 'string' && isLoose(part)),
  };
}

function parseHole(hole: string): Hole {
  const [sort = '', ...binds] = hole.slice(1, -1).split(' ');
  return {
    sort: sort.replace(/[()!]/g, ''),
    parentheses: sort.startsWith('('),
    exact: sort.includes('!'),
    binds: binds.map(bind => bind.split(':') as [string, string]),
  };
}

/** Operators stand between blanks, and commas before one. */
function isLoose(text: string): boolean {
  return /^(not |-)|(?<!,) /.test(text);
}

function weighted(rules: readonly Rule[], dice: Dice): Rule {
  let at = dice.below(rules.reduce((sum, rule) => sum + rule.weight, 0));
  for (const rule of rules) {
    at -= rule.weight;
    if (at < 0) return rule;
  }
  return rules[0]!;
}
