import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import type { CallArguments } from './values.ts';

interface Parameter {
  name: string;
  required: boolean;
  fallback: unknown;
}

/**
 * The parameters of a filter, test or method, written as Python would: `s, old, new, count=None, *rest, **named`.
 * Arguments are bound to them in order, so that a run function gets one array with a place for each.
 */
export class Signature {
  private parsed: { parameters: Parameter[]; rest: boolean; named: boolean } | undefined;

  constructor(readonly text: string) {}

  bind(name: string, args: CallArguments): unknown[] {
    this.parsed ??= parse(this.text);
    const { parameters, rest, named } = this.parsed;
    const { positional } = args;
    const bound: unknown[] = new Array(parameters.length);
    if (positional.length > parameters.length && !rest)
      this.wrong(name, `takes at most ${parameters.length} arguments`);
    for (let i = 0; i < parameters.length; i++) {
      const parameter = parameters[i]!;
      if (i < positional.length) {
        if (args.named.size > 0 && args.named.has(parameter.name))
          this.wrong(name, `got '${parameter.name}' twice`);
        bound[i] = positional[i];
      } else if (args.named.size > 0 && args.named.has(parameter.name))
        bound[i] = args.named.get(parameter.name);
      else if (parameter.required) this.wrong(name, `needs the argument '${parameter.name}'`);
      else bound[i] = parameter.fallback;
    }
    if (rest) bound.push(positional.slice(parameters.length));
    if (named)
      bound.push(new Map([...args.named].filter(([key]) => !parameters.some(one => one.name === key))));
    else if (args.named.size > 0) this.refuseUnknown(name, args, parameters);
    return bound;
  }

  /** Whether the bound array has there what `*rest` or `**named` gathered. */
  gathersAt(at: number): boolean {
    this.parsed ??= parse(this.text);
    return at >= this.parsed.parameters.length;
  }

  /** What to append to so many positional arguments; undefined when they do not fit, or `bind` is needed. */
  defaultsAfter(count: number): unknown[] | undefined {
    this.parsed ??= parse(this.text);
    const { parameters, rest, named } = this.parsed;
    if (rest || named || count > parameters.length) return undefined;
    const missing = parameters.slice(count);
    return missing.some(parameter => parameter.required)
      ? undefined
      : missing.map(({ fallback }) => fallback);
  }

  private refuseUnknown(name: string, args: CallArguments, parameters: readonly Parameter[]): void {
    for (const key of args.named.keys()) {
      if (!parameters.some(parameter => parameter.name === key))
        this.wrong(name, `has no parameter '${key}'`);
    }
  }

  private wrong(name: string, what: string): never {
    throw new Fault(`${name} ${what}`, `${name.replace(/^.* /, '')}(${this.text})`);
  }
}

function parse(text: string): { parameters: Parameter[]; rest: boolean; named: boolean } {
  const parameters: Parameter[] = [];
  let rest = false;
  let named = false;
  for (const part of text === '' ? [] : text.split(', ')) {
    if (part.startsWith('**')) named = true;
    else if (part.startsWith('*')) rest = true;
    else {
      const equals = part.indexOf('=');
      const name = equals === -1 ? part : part.slice(0, equals);
      parameters.push({
        name,
        required: equals === -1,
        fallback: equals === -1 ? undefined : constant(part.slice(equals + 1)),
      });
    }
  }
  return { parameters, rest, named };
}

function constant(text: string): unknown {
  if (text === 'None') return null;
  if (text === 'True') return true;
  if (text === 'False') return false;
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll('\\n', '\n').replaceAll('\\s', ', ');
  return text.includes('.') ? new Float(Number(text)) : Number(text);
}
