/** Those parts of nunjucks that the grammar is built upon; its own type package covers only the outside. */

declare module 'nunjucks/src/lexer.js' {
  const lexer: { readonly [name: `TOKEN_${string}`]: string };
  export default lexer;
}

declare module 'nunjucks/src/parser.js' {
  class Parser<Token> {
    constructor(tokens: readonly Token[]);
    readonly tokens: readonly Token[];
    nextToken(): Token | null;
    peekToken(): Token | null;
    skip(type: string): boolean;
    skipValue(type: string, value: string): boolean;
    skipSymbol(value: string): boolean;
  }
  const parser: { Parser: typeof Parser };
  export default parser;
}
