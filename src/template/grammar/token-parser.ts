import lexer from 'nunjucks/src/lexer.js';
import parser from 'nunjucks/src/parser.js';
import { SyntaxFault } from './fault.ts';
import type { Token } from './lexer.ts';
import type { At } from './nodes.ts';

const T = lexer;

/**
 * nunjucks' parser as far as single tokens go, with errors that say what was expected. Tokens are taken by their
 * place: nunjucks takes and puts back, which was a quarter of the time that compiling takes.
 */
export class TokenParser extends parser.Parser<Token> {
  private at = 0;

  override nextToken(): Token | null {
    return this.tokens[this.at++] ?? null;
  }

  override peekToken(): Token | null {
    return this.tokens[this.at] ?? null;
  }

  /** The token behind the one that is taken next. */
  protected second(): Token | undefined {
    return this.tokens[this.at + 1];
  }

  /** The token taken last. */
  protected last(): Token | undefined {
    return this.tokens[this.at - 1];
  }

  override skip(type: string): boolean {
    if (this.tokens[this.at]?.type !== type) return false;
    this.at++;
    return true;
  }

  override skipValue(type: string, value: string): boolean {
    const token = this.tokens[this.at];
    if (token?.type !== type || token.value !== value) return false;
    this.at++;
    return true;
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
