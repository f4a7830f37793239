import type { Position } from '../core/position.ts';
import { TemplateText } from '../core/value.ts';
import { asExpression, isWholeTemplate } from './conditions.ts';
import { guarded } from './errors.ts';
import { filterHint, findFilter } from './filters/index.ts';
import { Fault } from './grammar/fault.ts';
import { normalize } from './grammar/lexer.ts';
import { parseExpressionText, parseTemplate } from './grammar/parser.ts';
import { IN_YAML } from './reading.ts';
import { findTest, testHint } from './tests/index.ts';

/**
 * Throws a UserError with a place for a template that cannot work on any host: its syntax is wrong, or it names
 * a filter or a test that does not exist.
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

function checkNames(tree: unknown): void {
  if (Array.isArray(tree)) for (const item of tree) checkNames(item);
  else if (typeof tree === 'object' && tree !== null) {
    const node = tree as { typename?: string; name?: string; lineno: number; colno: number };
    if (node.typename === 'FilterCall' && !findFilter(node.name!)) {
      throw new Fault(`there is no filter '${node.name}'`, filterHint(node.name!)).at(
        node.lineno,
        node.colno,
      );
    }
    if (node.typename === 'TestCall' && !findTest(node.name!)) {
      throw new Fault(
        `there is no test '${node.name}'`,
        node.name === 'null' ? 'use none' : testHint(node.name!),
      ).at(node.lineno, node.colno);
    }
    for (const value of Object.values(node)) if (typeof value === 'object') checkNames(value);
  }
}
