/** Those parts of nunjucks that the grammar is built upon; its own type package covers only the outside. */

declare module 'nunjucks/src/lexer.js' {
  const lexer: { readonly [name: `TOKEN_${string}`]: string };
  export default lexer;
}

declare module 'nunjucks/src/nodes.js' {
  interface NodeClass {
    new (
      lineno: number,
      colno: number,
      ...fields: unknown[]
    ): { lineno: number; colno: number; typename: string };
    extend(name: string, properties: { fields: readonly string[] }): NodeClass;
  }
  const nodes: Readonly<Record<string, NodeClass>>;
  export default nodes;
}

declare module 'nunjucks/src/parser.js' {
  interface ParserToken {
    type: string;
    value: string;
    lineno: number;
    colno: number;
  }
  class Parser<Token extends ParserToken = ParserToken> {
    constructor(tokens: { nextToken(): Token | null });
    tokens: { nextToken(): Token | null };
    breakOnBlocks: string[] | null;
    peeked: Token | null;
    nextToken(withWhitespace?: boolean): Token | null;
    peekToken(): Token | null;
    pushToken(token: Token | null): void;
    skip(type: string): boolean;
    skipValue(type: string, value: string): boolean;
    skipSymbol(value: string): boolean;
    error(message: string, lineno?: number, colno?: number): Error;
    fail(message: string, lineno?: number, colno?: number): never;
  }
  const parser: { Parser: typeof Parser };
  export default parser;
}
