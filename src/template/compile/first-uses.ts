import type { Body, Statement, Target } from '../grammar/nodes.ts';

/** How a body uses the names of its own scope first. */
export interface FirstUses {
  /** Names that are set before anything reads them, whichever way is taken. */
  readonly set: ReadonlySet<string>;
  /** All names that the body itself reads or sets, without the scopes inside of it. */
  readonly all: ReadonlySet<string>;
}

/**
 * Jinja2 takes a name for the scope's own from the start when it is set there before it is read: scopes inside,
 * such as a macro or a loop that stands above, find it undefined until then, whatever there is outside.
 */
export function firstUses(body: Body): FirstUses {
  const uses = { set: new Set<string>(), all: new Set<string>() };
  for (const statement of body.children) note(statement, uses, true);
  return uses;
}

interface Uses {
  set: Set<string>;
  all: Set<string>;
}

/** `always`: the statement does not depend on a condition. */
function note(statement: Statement, uses: Uses, always: boolean): void {
  const sets = (name: string): void => {
    if (always && !uses.all.has(name)) uses.set.add(name);
    uses.all.add(name);
  };
  switch (statement.typename) {
    case 'Output':
      read(statement.children, uses);
      return;
    case 'Loop':
      read(statement.iterable, uses);
      return;
    case 'If':
      read(statement.cond, uses);
      for (const child of statement.body.children) note(child, uses, false);
      if (statement.else_?.typename === 'If') note(statement.else_, uses, false);
      else for (const child of statement.else_?.children ?? []) note(child, uses, false);
      return;
    case 'Assign':
      read(statement.value, uses);
      targets(statement.target, sets, uses);
      return;
    case 'AssignBlock':
      targets(statement.target, sets, uses);
      return;
    case 'MacroDef':
      sets(statement.name);
      return;
    case 'CallBlock':
      read(statement.call, uses);
      return;
    case 'FilterBlock':
      read(statement.filters, uses);
      return;
    case 'Do':
      read(statement.value, uses);
      return;
    case 'With':
      read(
        statement.targets.map(({ value }) => value),
        uses,
      );
      return;
    case 'IncludeOf':
    case 'Extends':
      read(statement.template, uses);
      return;
    case 'ImportOf':
      read(statement.template, uses);
      sets(statement.target);
      return;
    case 'FromImportOf':
      read(statement.template, uses);
      for (const { as } of statement.names) sets(as);
      return;
    default:
  }
}

function targets(target: Target, sets: (name: string) => void, uses: Uses): void {
  if (target.typename === 'Symbol') sets(target.value);
  else if (target.typename === 'Targets') for (const child of target.children) targets(child, sets, uses);
  else uses.all.add(target.name);
}

function read(tree: unknown, uses: Uses): void {
  if (Array.isArray(tree)) for (const item of tree) read(item, uses);
  else if (typeof tree === 'object' && tree !== null) {
    if ('typename' in tree && tree.typename === 'Symbol')
      uses.all.add((tree as unknown as { value: string }).value);
    for (const value of Object.values(tree)) if (typeof value === 'object') read(value, uses);
  }
}
