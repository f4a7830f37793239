import lexer from 'nunjucks/src/lexer.js';
import { didYouMean } from '../../core/error.ts';
import { BindingParser } from './bindings.ts';
import { SyntaxFault } from './fault.ts';
import { statementHint } from './hints.ts';
import { Lexer, type LexerOptions, type Token } from './lexer.ts';
import {
  type Assign,
  type AssignBlock,
  type At,
  type Block,
  type Body,
  type CallBlock,
  type Data,
  type Do,
  type Expression,
  type Extends,
  type Extent,
  type FilterBlock,
  type FilterCall,
  type For,
  type FromImport,
  type If,
  type Import,
  type Include,
  type LoopControl,
  type Macro,
  node,
  type Output,
  type Scoped,
  type Statement,
  type Target,
  type With,
} from './nodes.ts';

const T = lexer;

/** The tree of a template; `text` must be normalized. */
export function parseTemplate(text: string, options?: LexerOptions): Body {
  return new TemplateParser(Lexer.template(text, options)).parseRoot();
}

/** The tree of a bare expression. */
export function parseExpressionText(text: string, options?: LexerOptions): Expression {
  return new TemplateParser(Lexer.expression(text, options)).parseWhole();
}

/** Jinja2's statements on nunjucks' parser: blocks are found and ended its way, their insides are Jinja2's. */
class TemplateParser extends BindingParser {
  /** Block names that end a surrounding statement, for "unknown tag" errors that say what is open. */
  private readonly open: { tag: string; at: At; ends: readonly string[] }[] = [];

  parseRoot(): Body {
    const children = this.parseStatements([]);
    return node<Body>('Root', { lineno: 0, colno: 0 }, { children });
  }

  parseWhole(): Expression {
    const expression = this.parseExpression();
    const token = this.nextToken();
    if (token?.type !== T.TOKEN_VARIABLE_END) this.unexpected('the end of the expression', token);
    return expression;
  }

  /** Statements up to (and with the name of) a block tag of `ends`, which stays to be read. */
  private parseStatements(ends: readonly string[]): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      const token = this.nextToken();
      if (!token) {
        const unclosed = this.open.at(-1);
        if (unclosed && ends.length > 0) {
          const fault = new SyntaxFault(
            `'${unclosed.tag}' is not closed, expected ${quoted(ends)}`,
            `close it with {% ${unclosed.ends.at(-1)} %}`,
          );
          throw fault.at(unclosed.at.lineno, unclosed.at.colno);
        }
        return statements;
      }
      if (token.type === T.TOKEN_DATA) statements.push(dataOutput(token));
      else if (token.type === T.TOKEN_VARIABLE_START) statements.push(this.parseOutput(token));
      else {
        const name = this.peek();
        if (name.type === T.TOKEN_SYMBOL && ends.includes(name.value)) return statements;
        statements.push(...this.parseTag(token));
      }
    }
  }

  private parseOutput(start: Token): Output {
    const expression = this.parseTuple();
    const token = this.nextToken();
    if (!token || token.type !== T.TOKEN_VARIABLE_END)
      return this.unexpected('the end of the expression', token);
    return node<Output>('Output', start, { children: [expression], start: start.start, end: token.end });
  }

  private parseTag(start: Token): Statement[] {
    const name = this.nextToken();
    if (!name || name.type !== T.TOKEN_SYMBOL) return this.unexpected('a statement', name);
    const parse = TemplateParser.statements.get(name.value);
    if (!parse) return this.unknownTag(name);
    return parse.call(this, name, start.start);
  }

  private unknownTag(name: Token): never {
    const inner = this.open.at(-1);
    const fault = new SyntaxFault(
      inner
        ? `unexpected '${name.value}' inside of '${inner.tag}', which needs ${quoted(inner.ends)}`
        : `unknown statement '${name.value}'`,
      statementHint(name.value, this.peek().value, inner?.ends ?? []) ??
        didYouMean(name.value, [...TemplateParser.statements.keys(), ...(inner?.ends ?? [])]),
    );
    throw fault.at(name.lineno, name.colno);
  }

  private parseForLoop(name: Token, start: number): Statement[] {
    const at = this.peek();
    const target = this.parseTarget();
    if (bindsLoop(target)) this.stop("can't assign to the special variable 'loop' in a for", at);
    if (!this.skipSymbol('in')) this.unexpected("'in'");
    const iterable = this.parseTuple({ withInlineIf: false });
    const test = this.skipSymbol('if') ? this.parseExpression() : null;
    const recursive = this.skipSymbol('recursive');
    const end = this.endTag();
    const body = this.parseBody(name, ['else', 'endfor']);
    const else_ = this.closeOr(name, 'else', 'endfor');
    return [node<For>('Loop', name, { target, iterable, test, recursive, body, else_, start, end })];
  }

  private parseCondition(name: Token, start: number): Statement[] {
    const cond = this.parseTuple({ withInlineIf: false });
    const end = this.endTag();
    const body = this.parseBody(name, ['elif', 'else', 'endif']);
    const tag = this.nextToken()!;
    let else_: Body | If | null = null;
    if (tag.value === 'elif') else_ = this.parseCondition(tag, tag.start)[0] as If;
    else {
      this.endTag();
      if (tag.value === 'else') {
        else_ = this.parseBody(name, ['endif']);
        this.nextToken();
        this.endTag();
      }
    }
    return [node<If>('If', name, { cond, body, else_, start, end })];
  }

  private parseAssign(name: Token, start: number): Statement[] {
    const target = this.parseTarget(true);
    if (this.skipOperator('=')) {
      const value = this.parseTuple();
      return [node<Assign>('Assign', name, { target, value, start, end: this.endTag() })];
    }
    let filters: FilterCall | null = null;
    while (this.skip(T.TOKEN_PIPE!)) filters = this.parseFilterCall(filters);
    const end = this.endTag();
    const body = this.parseBodyTo(name, 'endset');
    return [node<AssignBlock>('AssignBlock', name, { target, filters, body, start, end })];
  }

  private parseMacroDef(name: Token, start: number): Statement[] {
    const macro = this.takeName();
    const parameters = this.parseParameters();
    const end = this.endTag();
    const body = this.parseBodyTo(name, 'endmacro');
    return [node<Macro>('MacroDef', name, { name: macro, parameters, body, start, end })];
  }

  private parseCallBlock(name: Token, start: number): Statement[] {
    const parameters = this.peek().type === T.TOKEN_LEFT_PAREN ? this.parseParameters() : [];
    const call = this.parseExpression();
    if (call.typename !== 'FunCall') return this.stop('expected a call', name);
    const end = this.endTag();
    const body = this.parseBodyTo(name, 'endcall');
    return [node<CallBlock>('CallBlock', name, { parameters, call, body, start, end })];
  }

  private parseFilterBlock(name: Token, start: number): Statement[] {
    let filters = this.parseFilterCall(null);
    while (this.skip(T.TOKEN_PIPE!)) filters = this.parseFilterCall(filters);
    const end = this.endTag();
    const body = this.parseBodyTo(name, 'endfilter');
    return [node<FilterBlock>('FilterBlock', name, { filters, body, start, end })];
  }

  private parseDo(name: Token, start: number): Statement[] {
    const value = this.parseTuple();
    return [node<Do>('Do', name, { value, start, end: this.endTag() })];
  }

  private parseWith(name: Token, start: number): Statement[] {
    const targets: { target: Target; value: Expression }[] = [];
    while (this.peek().type !== T.TOKEN_BLOCK_END) {
      if (targets.length > 0) this.take(T.TOKEN_COMMA!, "','");
      const target = this.parseTarget();
      if (!this.skipOperator('=')) this.unexpected("'='");
      targets.push({ target, value: this.parseExpression() });
    }
    const end = this.endTag();
    const body = this.parseBodyTo(name, 'endwith');
    return [node<With>('With', name, { targets, body, start, end })];
  }

  private parsePrint(name: Token, start: number): Statement[] {
    const printed: Expression[] = [];
    while (this.peek().type !== T.TOKEN_BLOCK_END) {
      if (printed.length > 0) this.take(T.TOKEN_COMMA!, "','");
      printed.push(this.parseExpression());
    }
    const end = this.endTag();
    return printed.map(child => node<Output>('Output', name, { children: [child], start, end }));
  }

  /** Escaping is never on in configuration files, so the block is only a scope. */
  private parseAutoescape(name: Token, start: number): Statement[] {
    this.parseExpression();
    const end = this.endTag();
    const body = this.parseBodyTo(name, 'endautoescape');
    return [node<Scoped>('Scoped', name, { body, start, end })];
  }

  private parseBlockDef(name: Token, start: number): Statement[] {
    const block = this.takeName();
    const scoped = this.skipSymbol('scoped');
    const required = this.skipSymbol('required');
    const end = this.endTag();
    const body = this.parseBody(name, ['endblock']);
    this.nextToken();
    this.skipSymbol(block);
    this.endTag();
    return [node<Block>('BlockDef', name, { name: block, scoped, required, body, start, end })];
  }

  private parseExtendsOf(name: Token, start: number): Statement[] {
    const template = this.parseExpression();
    return [node<Extends>('Extends', name, { template, start, end: this.endTag() })];
  }

  private parseIncludeOf(name: Token, start: number): Statement[] {
    const template = this.parseExpression();
    const ignoreMissing = this.skipSymbols('ignore', 'missing');
    const withContext = this.parseContext() ?? true;
    return [
      node<Include>('IncludeOf', name, { template, ignoreMissing, withContext, start, end: this.endTag() }),
    ];
  }

  private parseImportOf(name: Token, start: number): Statement[] {
    const template = this.parseExpression();
    if (!this.skipSymbol('as')) this.unexpected("'as'");
    const target = this.takeName();
    const withContext = this.parseContext() ?? false;
    return [node<Import>('ImportOf', name, { template, target, withContext, start, end: this.endTag() })];
  }

  private parseFromImport(name: Token, start: number): Statement[] {
    const template = this.parseExpression();
    if (!this.skipSymbol('import')) this.unexpected("'import'");
    const names: { name: string; as: string }[] = [];
    let withContext: boolean | undefined;
    do {
      if (this.peek().type === T.TOKEN_BLOCK_END) break;
      withContext = names.length > 0 ? this.parseContext() : undefined;
      if (withContext !== undefined) break;
      const at = this.peek();
      const imported = this.takeName();
      if (imported.startsWith('_')) this.stop('names that start with an underscore cannot be imported', at);
      names.push({ name: imported, as: this.skipSymbol('as') ? this.takeName() : imported });
      withContext = this.parseContext();
    } while (withContext === undefined && this.skip(T.TOKEN_COMMA!));
    if (names.length === 0) this.unexpected('a name');
    const end = this.endTag();
    return [
      node<FromImport>('FromImportOf', name, {
        template,
        names,
        withContext: withContext ?? false,
        start,
        end,
      }),
    ];
  }

  private parseLoopControl(name: Token, start: number): Statement[] {
    const kind = name.value === 'break' ? 'break' : 'continue';
    if (!this.open.some(({ tag }) => tag === 'for')) this.stop(`'${kind}' outside of a loop`, name);
    return [node<LoopControl>('LoopControl', name, { kind, start, end: this.endTag() })];
  }

  private parseContext(): boolean | undefined {
    if (this.skipSymbols('with', 'context')) return true;
    if (this.skipSymbols('without', 'context')) return false;
    return undefined;
  }

  private skipSymbols(first: string, second: string): boolean {
    const token = this.peek();
    const after = this.second();
    if (token.type !== T.TOKEN_SYMBOL || token.value !== first || after?.value !== second) return false;
    this.nextToken();
    this.nextToken();
    return true;
  }

  private parseBody(name: Token, ends: readonly string[]): Body {
    this.open.push({ tag: name.value, at: name, ends });
    const children = this.parseStatements(ends);
    this.open.pop();
    return node<Body>('NodeList', name, { children });
  }

  private parseBodyTo(name: Token, end: string): Body {
    const body = this.parseBody(name, [end]);
    this.nextToken();
    this.endTag();
    return body;
  }

  private closeOr(name: Token, middle: string, end: string): Body | null {
    const tag = this.nextToken()!;
    this.endTag();
    return tag.value === middle ? this.parseBodyTo(name, end) : null;
  }

  private endTag(): number {
    return this.take(T.TOKEN_BLOCK_END!, 'the end of the statement').end;
  }

  private static readonly statements: ReadonlyMap<
    string,
    (this: TemplateParser, name: Token, start: number) => Statement[]
  > = new Map([
    ['for', TemplateParser.prototype.parseForLoop],
    ['if', TemplateParser.prototype.parseCondition],
    ['set', TemplateParser.prototype.parseAssign],
    ['macro', TemplateParser.prototype.parseMacroDef],
    ['call', TemplateParser.prototype.parseCallBlock],
    ['filter', TemplateParser.prototype.parseFilterBlock],
    ['do', TemplateParser.prototype.parseDo],
    ['with', TemplateParser.prototype.parseWith],
    ['print', TemplateParser.prototype.parsePrint],
    ['autoescape', TemplateParser.prototype.parseAutoescape],
    ['block', TemplateParser.prototype.parseBlockDef],
    ['extends', TemplateParser.prototype.parseExtendsOf],
    ['include', TemplateParser.prototype.parseIncludeOf],
    ['import', TemplateParser.prototype.parseImportOf],
    ['from', TemplateParser.prototype.parseFromImport],
    ['break', TemplateParser.prototype.parseLoopControl],
    ['continue', TemplateParser.prototype.parseLoopControl],
  ]);
}

function dataOutput(token: Token): Output {
  const extent: Extent = { start: token.start, end: token.end };
  const data = node<Data>('TemplateData', token, { value: token.value });
  return node<Output>('Output', token, { children: [data], ...extent });
}

function quoted(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(' or ');
}

function bindsLoop(target: Target): boolean {
  if (target.typename === 'Targets') return target.children.some(bindsLoop);
  return target.typename === 'Symbol' && target.value === 'loop';
}
