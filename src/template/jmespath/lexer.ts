import { readJson } from '../filters/json.ts';
import { Fault } from '../grammar/fault.ts';

export type TokenKind =
  | 'name'
  | 'quoted'
  | 'number'
  | 'literal'
  | 'end'
  | '.'
  | '*'
  | ','
  | ':'
  | '@'
  | '('
  | ')'
  | '{'
  | '}'
  | '['
  | ']'
  | '[]'
  | '[?'
  | '|'
  | '||'
  | '&'
  | '&&'
  | '!'
  | '<'
  | '<='
  | '>'
  | '>='
  | '=='
  | '!=';

export interface Token {
  readonly kind: TokenKind;
  /** What a name, number or literal says. */
  readonly value: unknown;
  /** Where it begins, counted from 0. */
  readonly at: number;
}

/** The tokens of a JMESPath expression. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const [whole, space, name, number, sign] = matchAt(SIMPLE, text, at) ?? [];
    if (name !== undefined) tokens.push({ kind: 'name', value: name, at });
    else if (number !== undefined) tokens.push({ kind: 'number', value: Number(number), at });
    else if (sign !== undefined) tokens.push({ kind: sign as TokenKind, value: sign, at });
    else if (space === undefined) {
      const token = enclosed(text, at);
      tokens.push(token.token);
      at = token.end;
      continue;
    }
    at += whole!.length;
  }
  tokens.push({ kind: 'end', value: '', at: text.length });
  return tokens;
}

/** A fault with its place in the expression. */
export function misread(text: string, at: number, what: string): Fault {
  return new Fault(
    `the JMESPath expression is wrong: ${what} at column ${at + 1} of ${JSON.stringify(text)}`,
  );
}

const SIMPLE =
  /([ \t\r\n]+)|([A-Za-z_][A-Za-z0-9_]*)|(-?\d+)|(\[\?|\[\]|\|\||&&|==|!=|<=|>=|[.*,:@(){}[\]|&!<>])/y;
const QUOTED = /"(?:[^"\\]|\\[\s\S])*"/y;
const RAW = /'((?:[^'\\]|\\[\s\S])*)'/y;
const LITERAL = /`((?:[^`\\]|\\[\s\S])*)`/y;

function enclosed(text: string, at: number): { token: Token; end: number } {
  const quoted = matchAt(QUOTED, text, at);
  if (quoted) {
    const value = json(quoted[0]);
    if (value === undefined) throw misread(text, at, 'the quoted name is no JSON text');
    return { token: { kind: 'quoted', value, at }, end: at + quoted[0].length };
  }
  const raw = matchAt(RAW, text, at);
  if (raw) {
    const value = raw[1]!.replaceAll("\\'", "'");
    return { token: { kind: 'literal', value, at }, end: at + raw[0].length };
  }
  const literal = matchAt(LITERAL, text, at);
  if (literal) {
    const value = literalValue(literal[1]!.replaceAll('\\`', '`'));
    if (value === undefined) throw misread(text, at, 'the literal is no JSON');
    return { token: { kind: 'literal', value, at }, end: at + literal[0].length };
  }
  const character = text[at]!;
  if ('\'"`'.includes(character)) throw misread(text, at, `the ${character} is not closed`);
  throw misread(text, at, `unexpected '${character}'`);
}

/** JSON; what is none is text, as in older versions of the language. */
function literalValue(text: string): unknown {
  const value = json(text);
  return value === undefined ? json(`"${text.trimStart()}"`) : value;
}

function json(text: string): unknown {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
