import lexer from 'nunjucks/src/lexer.js';
import type { Token } from './lexer.ts';
import {
  type Arguments,
  type At,
  type Call,
  type DictLiteral,
  type Expression,
  type FilterCall,
  type Literal,
  type Lookup,
  type Name,
  node,
  type Pair,
  type Sequence,
  type Slice,
  type TestCall,
  type Unary,
} from './nodes.ts';
import { TokenParser } from './token-parser.ts';

const T = lexer;

/** What operators stand between: literals and names, and the attributes, calls, filters and tests behind them. */
export abstract class OperandParser extends TokenParser {
  abstract parseExpression(withInlineIf?: boolean): Expression;
  /** An expression, or several with commas between them: a tuple. */
  abstract parseTuple(options?: TupleOptions): Expression;

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
    return this.unexpected('an expression', token);
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
      end: this.last()?.end ?? at.end,
    });
  }

  parseArguments(): Arguments {
    const at = this.take(T.TOKEN_LEFT_PAREN!, "'('");
    const args = noArguments();
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
    const after = this.second();
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
}

export interface TupleOptions {
  readonly withInlineIf?: boolean;
  readonly inParentheses?: boolean;
}

function noArguments(): Arguments {
  return { positional: [], named: [], rest: null, namedRest: null };
}

function isOneOf(token: Token, ...names: string[]): boolean {
  return token.type === T.TOKEN_SYMBOL && names.includes(token.value);
}

const TEST_ARGUMENT = new Set([
  T.TOKEN_SYMBOL,
  T.TOKEN_STRING,
  T.TOKEN_INT,
  T.TOKEN_FLOAT,
  T.TOKEN_LEFT_PAREN,
  T.TOKEN_LEFT_BRACKET,
  T.TOKEN_LEFT_CURLY,
]);

const CONSTANTS = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
