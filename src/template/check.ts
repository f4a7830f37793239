import type { Position } from '../core/position.ts';
import { TemplateText } from '../core/value.ts';
import { checkNames } from './check-names.ts';
import { asExpression, isWholeTemplate } from './conditions.ts';
import { guarded } from './errors.ts';
import { normalize } from './grammar/lexer.ts';
import { parseExpressionText, parseTemplate } from './grammar/parser.ts';
import { readingOptions, takeHeader } from './header.ts';
import { IN_YAML } from './reading.ts';

/**
 * Throws a UserError with a place for a template that cannot work on any host: its syntax is wrong, or it names
 * a filter, a test or a lookup that does not exist.
 */
export function checkSyntax(template: TemplateText | string, position?: Position): void {
  const text = typeof template === 'string' ? new TemplateText(template, position) : template;
  guarded(text, () => checkNames(parseTemplate(normalize(text.text), IN_YAML)));
}

/** The same for a bare expression (`when`, `until`, …), in which older content may have `{{ }}` all the same. */
export function checkExpression(expression: TemplateText | string, position?: Position): void {
  const text = typeof expression === 'string' ? new TemplateText(expression, position) : expression;
  guarded(text, () =>
    checkNames(
      isWholeTemplate(text.text)
        ? parseTemplate(normalize(text.text), IN_YAML)
        : parseExpressionText(asExpression(text.text)),
    ),
  );
}

/**
 * The same for a template file, read as the parameters of the template module say. Gives the names of the
 * templates that it includes by plain names.
 */
export function checkFile(template: TemplateText, parameters: ReadonlyMap<unknown, unknown>): string[] {
  const { text, header } = takeHeader(template);
  return guarded(text, () => {
    const tree = parseTemplate(normalize(text.text), { ...readingOptions(parameters), ...header });
    checkNames(tree);
    return templatesNamedIn(tree);
  });
}

const INCLUDING = new Set(['IncludeOf', 'ImportOf', 'FromImportOf', 'Extends']);

function templatesNamedIn(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(templatesNamedIn);
  if (typeof tree !== 'object' || tree === null) return [];
  const node = tree as { typename?: string; template?: { typename: string; value?: unknown } };
  const below = Object.values(node).flatMap(templatesNamedIn);
  if (!INCLUDING.has(node.typename ?? '') || node.template?.typename !== 'Literal') return below;
  return typeof node.template.value === 'string' ? [node.template.value, ...below] : below;
}
