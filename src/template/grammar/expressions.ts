import lexer from 'nunjucks/src/lexer.js';
import parser from 'nunjucks/src/parser.js';
import { SyntaxFault } from './fault.ts';
import type { Lexer, Token } from './lexer.ts';
import {
  type Arguments,
  type At,
  type Binary,
  type Call,
  type Comparison,
  type ConcatAll,
  type DictLiteral,
  type Expression,
  type FilterCall,
  type InlineIf,
  type Literal,
  type Lookup,
  type Name,
  node,
  type Operand,
  type Pair,
  type Sequence,
  type Slice,
  type TestCall,
  type Unary,
} from './nodes.ts';

const T = lexer;
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);
const TEST_ARGUMENT = new Set([
  T.TOKEN_SYMBOL,
  T.TOKEN_STRING,
  T.TOKEN_INT,
  T.TOKEN_FLOAT,
  T.TOKEN_LEFT_PAREN,
  T.TOKEN_LEFT_BRACKET,
  T.TOKEN_LEFT_CURLY,
]);

/** nunjucks' parser with Jinja2's expressions: its precedence, tuples, slices, tests, calls with `*` and `**`. */
export class ExpressionParser extends parser.Parser<Token> {
  declare tokens: Lexer;

  parseExpression(withInlineIf = true): Expression {
    return withInlineIf ? this.parseInlineIf() : this.parseOr();
  }

  /** An expression, or several with commas between them: a tuple. */
  parseTuple(options: { withInlineIf?: boolean; inParentheses?: boolean } = {}): Expression {
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
    // The peeked token was already taken from the lexer, so the one after it is the lexer's next.
    const after = this.tokens.lookAhead(0);
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

  parsePrimary(): Expression {
    const token = this.nextToken();
    if (!token) return this.unexpected('an expression');
    const { type, value } = token;
    if (type === T.TOKEN_SYMBOL) {
      const constant = CONSTANTS.get(value);
      if (constant !== undefined) return node<Literal>('Literal', token, { value: constant });
      return node<Name>('Symbol', token, { value });
    }
    if (type === T.TOKEN_STRING) {
      let text = value;
      for (;;) {
        const more = this.peekToken();
        if (more?.type !== T.TOKEN_STRING) break;
        text += this.nextToken()!.value;
      }
      return node<Literal>('Literal', token, { value: text });
    }
    if (type === T.TOKEN_INT || type === T.TOKEN_FLOAT) {
      return node<Literal>('Literal', token, { value: { number: value, float: type === T.TOKEN_FLOAT } });
    }
    if (type === T.TOKEN_LEFT_PAREN) {
      const inside = this.parseTuple({ inParentheses: true });
      this.take(T.TOKEN_RIGHT_PAREN!, "')'");
      return inside;
    }
    if (type === T.TOKEN_LEFT_BRACKET) return this.parseList(token);
    if (type === T.TOKEN_LEFT_CURLY) return this.parseDict(token);
    this.pushToken(token);
    return this.unexpected('an expression');
  }

  private parseList(at: At): Expression {
    const children: Expression[] = [];
    while (!this.skip(T.TOKEN_RIGHT_BRACKET!)) {
      if (children.length > 0) {
        this.take(T.TOKEN_COMMA!, "','");
        if (this.skip(T.TOKEN_RIGHT_BRACKET!)) break;
      }
      children.push(this.parseExpression());
    }
    return node<Sequence>('Array', at, { children });
  }

  private parseDict(at: At): Expression {
    const children: Pair[] = [];
    while (!this.skip(T.TOKEN_RIGHT_CURLY!)) {
      if (children.length > 0) {
        this.take(T.TOKEN_COMMA!, "','");
        if (this.skip(T.TOKEN_RIGHT_CURLY!)) break;
      }
      const key = this.parseExpression();
      this.take(T.TOKEN_COLON!, "':'");
      children.push(node<Pair>('Pair', key as At, { key, value: this.parseExpression() }));
    }
    return node<DictLiteral>('Dict', at, { children });
  }

  parsePostfix(target: Expression): Expression {
    let result = target;
    for (;;) {
      const token = this.peek();
      if (token.type === T.TOKEN_OPERATOR && token.value === '.') result = this.parseAttribute(result);
      else if (token.type === T.TOKEN_LEFT_BRACKET) result = this.parseSubscript(result);
      else if (token.type === T.TOKEN_LEFT_PAREN) result = this.parseCallOf(result);
      else return result;
    }
  }

  private parseAttribute(target: Expression): Expression {
    const dot = this.nextToken()!;
    const token = this.nextToken();
    if (token && token.type === T.TOKEN_SYMBOL) {
      const val = node<Literal>('Literal', token, { value: token.value });
      return node<Lookup>('LookupVal', dot, { target, val, attribute: true });
    }
    if (!token || token.type !== T.TOKEN_INT) return this.unexpected('a name or a number', token);
    const val = node<Literal>('Literal', token, { value: { number: token.value, float: false } });
    return node<Lookup>('LookupVal', dot, { target, val, attribute: false });
  }

  private parseSubscript(target: Expression): Expression {
    const at = this.nextToken()!;
    const indices: Expression[] = [];
    while (!this.skip(T.TOKEN_RIGHT_BRACKET!)) {
      if (indices.length > 0) this.take(T.TOKEN_COMMA!, "','");
      indices.push(this.parseIndex());
    }
    const val = indices.length === 1 ? indices[0]! : node<Sequence>('Group', at, { children: indices });
    return node<Lookup>('LookupVal', at, { target, val, attribute: false });
  }

  private parseIndex(): Expression {
    const at = this.here();
    const parts: (Expression | null)[] = [];
    if (this.skip(T.TOKEN_COLON!)) parts.push(null);
    else {
      const index = this.parseExpression();
      if (!this.skip(T.TOKEN_COLON!)) return index;
      parts.push(index);
    }
    parts.push(this.parseSlicePart());
    parts.push(this.skip(T.TOKEN_COLON!) ? this.parseSlicePart() : null);
    return node<Slice>('Slice', at, { start: parts[0]!, stop: parts[1]!, step: parts[2]! });
  }

  private parseSlicePart(): Expression | null {
    const { type } = this.peek();
    const isEmpty = type === T.TOKEN_COLON || type === T.TOKEN_RIGHT_BRACKET || type === T.TOKEN_COMMA;
    return isEmpty ? null : this.parseExpression();
  }

  private parseCallOf(name: Expression): Call {
    const at = this.peek();
    const args = this.parseArguments();
    return node<Call>('FunCall', at, {
      name,
      args,
      start: at.start,
      end: this.tokens.lookAhead(-1)?.end ?? at.end,
    });
  }

  parseArguments(): Arguments {
    const at = this.take(T.TOKEN_LEFT_PAREN!, "'('");
    const args: Arguments = { positional: [], named: [], rest: null, namedRest: null };
    let first = true;
    while (!this.skip(T.TOKEN_RIGHT_PAREN!)) {
      if (!first) {
        this.take(T.TOKEN_COMMA!, "','");
        if (this.skip(T.TOKEN_RIGHT_PAREN!)) break;
      }
      first = false;
      if (!this.parseArgument(args)) this.stop('invalid syntax for function call expression', at);
    }
    return args;
  }

  private parseArgument(args: Arguments): boolean {
    if (this.skipOperator('*')) {
      if (args.rest || args.namedRest) return false;
      args.rest = this.parseExpression();
      return true;
    }
    if (this.skipOperator('**')) {
      if (args.namedRest) return false;
      args.namedRest = this.parseExpression();
      return true;
    }
    if (args.namedRest) return false;
    const token = this.peek();
    const after = this.tokens.lookAhead(0);
    if (token.type === T.TOKEN_SYMBOL && after && after.type === T.TOKEN_OPERATOR && after.value === '=') {
      this.nextToken();
      this.nextToken();
      args.named.push({ name: token.value, value: this.parseExpression() });
      return true;
    }
    if (args.rest || args.named.length > 0) return false;
    args.positional.push(this.parseExpression());
    return true;
  }

  parseFilters(target: Expression): Expression {
    let result = target;
    for (;;) {
      const token = this.peek();
      if (token.type === T.TOKEN_PIPE) {
        this.nextToken();
        result = this.parseFilterCall(result);
      } else if (token.type === T.TOKEN_SYMBOL && token.value === 'is') {
        result = this.parseTest(result);
      } else if (token.type === T.TOKEN_LEFT_PAREN) {
        result = this.parseCallOf(result);
      } else return result;
    }
  }

  parseFilterCall(target: Expression | null): FilterCall {
    const at = this.here();
    const name = this.parseDottedName();
    const args = this.peek().type === T.TOKEN_LEFT_PAREN ? this.parseArguments() : noArguments();
    return node<FilterCall>('FilterCall', at, { target, name, args });
  }

  private parseTest(target: Expression): Expression {
    this.nextToken();
    const negated = this.skipSymbol('not');
    const at = this.here();
    const name = this.parseDottedName();
    const token = this.peek();
    let args = noArguments();
    if (token.type === T.TOKEN_LEFT_PAREN) args = this.parseArguments();
    else if (TEST_ARGUMENT.has(token.type) && !isOneOf(token, 'else', 'or', 'and')) {
      if (isOneOf(token, 'is')) this.stop('tests cannot be chained with "is"', token);
      args.positional.push(this.parsePostfix(this.parsePrimary()));
    }
    const test = node<TestCall>('TestCall', at, { target, name, args });
    return negated ? node<Unary>('Not', at, { target: test }) : test;
  }

  private parseDottedName(): string {
    let name = this.takeName();
    while (this.skipOperator('.')) name += `.${this.takeName()}`;
    return name;
  }

  protected takeName(): string {
    return this.take(T.TOKEN_SYMBOL!, 'a name').value;
  }

  protected take(type: string, what: string): Token {
    const token = this.nextToken();
    if (!token || token.type !== type) return this.unexpected(what, token);
    return token;
  }

  protected skipOperator(value: string): boolean {
    return this.skipValue(T.TOKEN_OPERATOR!, value);
  }

  protected peek(): Token {
    return this.peekToken() ?? this.stop('unexpected end of template', { lineno: 0, colno: 0 });
  }

  protected here(): At {
    return this.peek();
  }

  protected unexpected(wanted: string, token: Token | null | undefined = this.peekToken()): never {
    const isEnd = !token || token.type === T.TOKEN_VARIABLE_END || token.type === T.TOKEN_BLOCK_END;
    const found = isEnd
      ? `the end of the ${token?.type === T.TOKEN_BLOCK_END ? 'statement' : 'expression'}`
      : `'${token.value}'`;
    return this.stop(`expected ${wanted}, found ${found}`, token ?? { lineno: 0, colno: 0 });
  }

  protected stop(message: string, at: At): never {
    throw new SyntaxFault(message).at(at.lineno, at.colno);
  }
}

export function noArguments(): Arguments {
  return { positional: [], named: [], rest: null, namedRest: null };
}

function isOneOf(token: Token, ...names: string[]): boolean {
  return token.type === T.TOKEN_SYMBOL && names.includes(token.value);
}

const MULTIPLICATIVE: Readonly<Record<string, Binary['typename'] | undefined>> = {
  '*': 'Mul',
  '/': 'Div',
  '//': 'FloorDiv',
  '%': 'Mod',
};

const CONSTANTS = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
