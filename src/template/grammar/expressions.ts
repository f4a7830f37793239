import lexer from 'nunjucks/src/lexer.js';
import type { Token } from './lexer.ts';
import {
  type At,
  type Binary,
  type Comparison,
  type ConcatAll,
  type Expression,
  type InlineIf,
  node,
  type Operand,
  type Sequence,
  type Unary,
} from './nodes.ts';
import { OperandParser, type TupleOptions } from './operands.ts';

const T = lexer;

/** Jinja2's operators with its precedence: from the inline if, which binds least, to signs. */
export class ExpressionParser extends OperandParser {
  parseExpression(withInlineIf = true): Expression {
    return withInlineIf ? this.parseInlineIf() : this.parseOr();
  }

  parseTuple(options: TupleOptions = {}): Expression {
    const at = this.here();
    const items: Expression[] = [];
    let isTuple = false;
    for (;;) {
      if (this.atTupleEnd()) break;
      items.push(this.parseExpression(options.withInlineIf ?? true));
      if (!this.skip(T.TOKEN_COMMA!)) break;
      isTuple = true;
    }
    if (!isTuple && items.length === 1) return items[0]!;
    if (!isTuple && !options.inParentheses) this.unexpected('an expression');
    return node<Sequence>('Group', at, { children: items });
  }

  private atTupleEnd(): boolean {
    const { type, value } = this.peek();
    if (type === T.TOKEN_VARIABLE_END || type === T.TOKEN_BLOCK_END || type === T.TOKEN_RIGHT_PAREN)
      return true;
    return type === T.TOKEN_SYMBOL && (value === 'in' || value === 'recursive');
  }

  private parseInlineIf(): Expression {
    let result = this.parseOr();
    while (this.skipSymbol('if')) {
      const cond = this.parseOr();
      const else_ = this.skipSymbol('else') ? this.parseInlineIf() : null;
      result = node<InlineIf>('InlineIf', result as At, { cond, body: result, else_ });
    }
    return result;
  }

  parseOr(): Expression {
    let left = this.parseAnd();
    while (this.skipSymbol('or')) left = node<Binary>('Or', left as At, { left, right: this.parseAnd() });
    return left;
  }

  private parseAnd(): Expression {
    let left = this.parseNot();
    while (this.skipSymbol('and')) left = node<Binary>('And', left as At, { left, right: this.parseNot() });
    return left;
  }

  private parseNot(): Expression {
    const at = this.here();
    if (this.skipSymbol('not')) return node<Unary>('Not', at, { target: this.parseNot() });
    return this.parseCompare();
  }

  private parseCompare(): Expression {
    const expr = this.parseAdd();
    const ops: Operand[] = [];
    for (;;) {
      const token = this.peek();
      const operator = this.takeComparison(token);
      if (operator === undefined) break;
      ops.push(node<Operand>('CompareOperand', token, { expr: this.parseAdd(), type: operator }));
    }
    return ops.length === 0 ? expr : node<Comparison>('Compare', ops[0]!, { expr, ops });
  }

  private takeComparison(token: Token): string | undefined {
    if (token.type === T.TOKEN_OPERATOR && COMPARISONS.has(token.value)) {
      this.nextToken();
      return token.value;
    }
    if (token.type !== T.TOKEN_SYMBOL) return undefined;
    if (token.value === 'in') {
      this.nextToken();
      return 'in';
    }
    const after = this.second();
    if (token.value === 'not' && after?.type === T.TOKEN_SYMBOL && after.value === 'in') {
      this.nextToken();
      this.nextToken();
      return 'not in';
    }
    return undefined;
  }

  private parseAdd(): Expression {
    let left = this.parseConcat();
    for (;;) {
      const at = this.here();
      const typename = this.skipOperator('+') ? 'Add' : this.skipOperator('-') ? 'Sub' : undefined;
      if (!typename) return left;
      left = node<Binary>(typename, at, { left, right: this.parseConcat() });
    }
  }

  private parseConcat(): Expression {
    const at = this.here();
    const children = [this.parseMultiply()];
    while (this.skip(T.TOKEN_TILDE!)) children.push(this.parseMultiply());
    return children.length === 1 ? children[0]! : node<ConcatAll>('ConcatAll', at, { children });
  }

  private parseMultiply(): Expression {
    let left = this.parsePower();
    for (;;) {
      const token = this.peek();
      const typename = token.type === T.TOKEN_OPERATOR ? MULTIPLICATIVE[token.value] : undefined;
      if (!typename) return left;
      this.nextToken();
      left = node<Binary>(typename, token, { left, right: this.parsePower() });
    }
  }

  private parsePower(): Expression {
    let left = this.parseUnary();
    for (;;) {
      const at = this.here();
      if (!this.skipOperator('**')) return left;
      left = node<Binary>('Pow', at, { left, right: this.parseUnary() });
    }
  }

  parseUnary(withFilters = true): Expression {
    const at = this.here();
    let result: Expression;
    if (this.skipOperator('-')) result = node<Unary>('Neg', at, { target: this.parseUnary(false) });
    else if (this.skipOperator('+')) result = node<Unary>('Pos', at, { target: this.parseUnary(false) });
    else result = this.parsePrimary();
    result = this.parsePostfix(result);
    return withFilters ? this.parseFilters(result) : result;
  }
}

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);

const MULTIPLICATIVE: Readonly<Record<string, Binary['typename'] | undefined>> = {
  '*': 'Mul',
  '/': 'Div',
  '//': 'FloorDiv',
  '%': 'Mod',
};
