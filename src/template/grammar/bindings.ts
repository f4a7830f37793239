import lexer from 'nunjucks/src/lexer.js';
import { ExpressionParser } from './expressions.ts';
import { type Name, type NamespaceTarget, node, type Parameter, type Target } from './nodes.ts';

const T = lexer;

/** The names that statements bind: what is assigned to, and the parameters of macros. */
export class BindingParser extends ExpressionParser {
  protected parseParameters(): Parameter[] {
    this.take(T.TOKEN_LEFT_PAREN!, "'('");
    const parameters: Parameter[] = [];
    while (!this.skip(T.TOKEN_RIGHT_PAREN!)) {
      if (parameters.length > 0) this.take(T.TOKEN_COMMA!, "','");
      const at = this.peek();
      const name = this.takeName();
      if (parameters.some(one => one.name === name)) this.stop(`the parameter '${name}' is there twice`, at);
      const fallback = this.skipOperator('=') ? this.parseExpression() : null;
      if (!fallback && parameters.at(-1)?.fallback)
        this.stop('a parameter without default follows one that has one', at);
      parameters.push({ name, fallback });
    }
    return parameters;
  }

  protected parseTarget(withNamespace = false): Target {
    const first = this.parseOneTarget(withNamespace);
    if (this.peek().type !== T.TOKEN_COMMA) return first;
    const children = [first];
    while (this.skip(T.TOKEN_COMMA!)) {
      const { type, value } = this.peek();
      if (type !== T.TOKEN_SYMBOL && type !== T.TOKEN_LEFT_PAREN) break;
      if (value === 'in') break;
      children.push(this.parseOneTarget(withNamespace));
    }
    return { typename: 'Targets', children };
  }

  protected parseOneTarget(withNamespace = false): Target {
    const token = this.peek();
    if (this.skip(T.TOKEN_LEFT_PAREN!)) {
      const inside = this.parseTarget(withNamespace);
      this.take(T.TOKEN_RIGHT_PAREN!, "')'");
      return inside;
    }
    const name = this.takeName();
    if (RESERVED.has(name)) this.stop(`can't assign to '${name}'`, token);
    if (withNamespace && this.skipOperator('.')) {
      return node<NamespaceTarget>('NamespaceTarget', token, { name, attribute: this.takeName() });
    }
    return node<Name>('Symbol', token, { value: name });
  }
}

const RESERVED = new Set(['true', 'True', 'false', 'False', 'none', 'None']);
