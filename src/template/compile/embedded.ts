import type { Expression } from '../grammar/nodes.ts';
import { holdsTemplate } from '../reading.ts';

/**
 * Marks the string literals that are rendered themselves, as older content has them: `lookup('file', '{{ x }}')`.
 * Only what a term is made of counts, not what a filter or another call in it is given.
 */
export function embedInTerm(term: Expression): void {
  switch (term.typename) {
    case 'Literal':
      embed(term);
      break;
    case 'Array':
    case 'Group':
      term.children.forEach(embedInTerm);
      break;
    case 'Dict':
      for (const { value } of term.children) embedInTerm(value);
      break;
    case 'LookupVal':
      embedInTerm(term.target);
      break;
    case 'InlineIf':
      embedInTerm(term.body);
      if (term.else_) embedInTerm(term.else_);
      break;
    case 'Add':
    case 'And':
    case 'Or':
      embedInTerm(term.left);
      embedInTerm(term.right);
      break;
    default:
  }
}

/** The same for each string literal of a condition: `when: x == '{{ y }}'`. */
export function embedEverywhere(tree: unknown): void {
  if (Array.isArray(tree)) tree.forEach(embedEverywhere);
  else if (typeof tree === 'object' && tree !== null) {
    const node = tree as Expression;
    if (node.typename === 'Literal') embed(node);
    else for (const part of Object.values(node)) if (typeof part === 'object') embedEverywhere(part);
  }
}

function embed(literal: Expression & { typename: 'Literal' }): void {
  if (typeof literal.value === 'string' && holdsTemplate(literal.value)) literal.embedded = true;
}
