import { misread, type Token, type TokenKind, tokensOf } from './lexer.ts';

export type Comparator = '<' | '<=' | '>' | '>=' | '==' | '!=';

export type Node =
  | { readonly kind: 'current' }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly left: Node; readonly index: number }
  | { readonly kind: 'slice'; readonly left: Node; readonly bounds: Bounds }
  | { readonly kind: 'flatten'; readonly left: Node }
  | { readonly kind: 'project'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'values'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'filter'; readonly left: Node; readonly condition: Node; readonly right: Node }
  /** `a.b` and `a | b`, which differ in how they are read only. */
  | { readonly kind: 'then'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'or' | 'and'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'not'; readonly left: Node }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [string, Node])[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[]; readonly at: number }
  | { readonly kind: 'reference'; readonly left: Node };

export type Bounds = readonly [start: number | null, stop: number | null, step: number | null];

/** The meaning of a JMESPath expression. */
export function parse(text: string): Node {
  return new Parser(text).whole();
}

const CURRENT: Node = { kind: 'current' };

/** How tightly a token binds what stands before it. */
const POWER: Readonly<Partial<Record<TokenKind, number>>> = {
  '|': 1,
  '||': 2,
  '&&': 3,
  '==': 5,
  '>': 5,
  '<': 5,
  '>=': 5,
  '<=': 5,
  '!=': 5,
  '[]': 9,
  '*': 20,
  '[?': 21,
  '.': 40,
  '!': 45,
  '{': 50,
  '[': 55,
  '(': 60,
};

/** What binds less ends a projection. */
const ENDS_PROJECTION = 10;

const DEEPEST = 200;

class Parser {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.tokens = tokensOf(text);
  }

  whole(): Node {
    const node = this.expression();
    if (this.kind !== 'end') this.unexpected();
    return node;
  }

  private get token(): Token {
    return this.tokens[this.next]!;
  }

  private get kind(): TokenKind {
    return this.token.kind;
  }

  private power(kind = this.kind): number {
    return POWER[kind] ?? 0;
  }

  private take(): Token {
    const { token } = this;
    if (this.next < this.tokens.length - 1) this.next++;
    return token;
  }

  private match(...kinds: readonly TokenKind[]): Token {
    if (!kinds.includes(this.kind)) this.unexpected(kinds);
    return this.take();
  }

  private unexpected(wanted: readonly TokenKind[] = [], token = this.token): never {
    const found =
      token.kind === 'end' ? 'the end' : `'${this.text.slice(token.at).split(/[\s.]/)[0] || token.kind}'`;
    const hope = wanted.length > 0 ? `, expected ${wanted.map(kind => `'${kind}'`).join(' or ')}` : '';
    throw misread(this.text, token.at, `unexpected ${found}${hope}`);
  }

  private expression(power = 0): Node {
    if (++this.depth > DEEPEST) throw misread(this.text, this.token.at, 'it is nested too deeply');
    let left = this.first(this.take());
    while (power < this.power()) left = this.continued(this.take(), left);
    this.depth--;
    return left;
  }

  /** What an expression begins with. */
  private first(token: Token): Node {
    switch (token.kind) {
      case 'literal':
        return { kind: 'literal', value: token.value };
      case 'name':
        return { kind: 'field', name: token.value as string };
      case 'quoted':
        if (this.kind === '(') this.unexpected();
        return { kind: 'field', name: token.value as string };
      case '@':
        return CURRENT;
      case '&':
        return { kind: 'reference', left: this.expression() };
      case '!':
        return { kind: 'not', left: this.expression(this.power('!')) };
      case '*': {
        const right = this.kind === ']' ? CURRENT : this.projected('*');
        return { kind: 'values', left: CURRENT, right };
      }
      case '(': {
        const node = this.expression();
        this.match(')');
        return node;
      }
      case '{':
        return this.dict();
      case '[?':
      case '[]':
        return this.continued(token, CURRENT);
      case '[':
        if (this.kind === 'number' || this.kind === ':') return this.indexed(CURRENT);
        if (this.kind === '*' && this.tokens[this.next + 1]?.kind === ']')
          return this.continued(token, CURRENT);
        return this.list();
      default:
        return this.unexpected([], token);
    }
  }

  /** What follows on an expression. */
  private continued(token: Token, left: Node): Node {
    const { kind } = token;
    switch (kind) {
      case '.':
        if (this.kind !== '*') return { kind: 'then', left, right: this.afterDot('.') };
        this.take();
        return { kind: 'values', left, right: this.projected('*') };
      case '|':
        return { kind: 'then', left, right: this.expression(this.power(kind)) };
      case '||':
        return { kind: 'or', left, right: this.expression(this.power(kind)) };
      case '&&':
        return { kind: 'and', left, right: this.expression(this.power(kind)) };
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return { kind: 'compare', operator: kind, left, right: this.expression(this.power(kind)) };
      case '[]':
        return { kind: 'project', left: { kind: 'flatten', left }, right: this.projected('[]') };
      case '[?': {
        const condition = this.expression();
        this.match(']');
        const right = this.kind === '[]' ? CURRENT : this.projected('[?');
        return { kind: 'filter', left, condition, right };
      }
      case '[':
        if (this.kind === 'number' || this.kind === ':') return this.indexed(left);
        this.match('*');
        this.match(']');
        return { kind: 'project', left, right: this.projected('*') };
      case '(':
        if (left.kind !== 'field') return this.unexpected([], token);
        return this.call(left.name, token.at);
      default:
        return this.unexpected([], token);
    }
  }

  /** What is done with each item of a projection. */
  private projected(kind: TokenKind): Node {
    if (this.power() < ENDS_PROJECTION) return CURRENT;
    if (this.kind === '[' || this.kind === '[?') return this.expression(this.power(kind));
    this.match('.');
    return this.afterDot(kind);
  }

  private afterDot(kind: TokenKind): Node {
    if (this.kind === 'name' || this.kind === 'quoted' || this.kind === '*')
      return this.expression(this.power(kind));
    return this.match('[', '{', 'name').kind === '[' ? this.list() : this.dict();
  }

  private indexed(left: Node): Node {
    if (this.kind === 'number' && this.tokens[this.next + 1]?.kind !== ':') {
      const index = this.take().value as number;
      this.match(']');
      return { kind: 'index', left, index };
    }
    const bounds: (number | null)[] = [null, null, null];
    let part = 0;
    while (this.kind !== ']') {
      if (this.kind === ':' && ++part < 3) this.take();
      else bounds[part] = this.match('number').value as number;
    }
    this.take();
    const slice: Node = { kind: 'slice', left, bounds: bounds as unknown as Bounds };
    return { kind: 'project', left: slice, right: this.projected('*') };
  }

  private list(): Node {
    const items = [this.expression()];
    while (this.match(',', ']').kind === ',') items.push(this.expression());
    return { kind: 'list', items };
  }

  private dict(): Node {
    const entries: [string, Node][] = [];
    do {
      const key = this.match('quoted', 'name').value as string;
      this.match(':');
      entries.push([key, this.expression()]);
    } while (this.match(',', '}').kind === ',');
    return { kind: 'dict', entries };
  }

  private call(name: string, at: number): Node {
    const args: Node[] = [];
    while (this.kind !== ')') {
      args.push(this.expression());
      if (this.kind === ',') this.take();
    }
    this.take();
    return { kind: 'call', name, args, at: at - name.length };
  }
}
