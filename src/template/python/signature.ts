import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import type { CallArguments } from './values.ts';

interface Parameter {
  name: string;
  required: boolean;
  fallback: unknown;
}

interface Parsed {
  parameters: Parameter[];
  rest: boolean;
  /** Those after `*rest`, which can only be given by name. */
  options: Parameter[];
  named: boolean;
  names: ReadonlySet<string>;
}

/**
 * The parameters of a filter, test or method, written as Python would: `s, old, new, count=None, *rest, by=1, **named`.
 * Arguments are bound to them in order, so that a run function gets one array with a place for each.
 */
export class Signature {
  private parsed: Parsed | undefined;

  constructor(readonly text: string) {}

  bind(name: string, args: CallArguments): unknown[] {
    this.parsed ??= parse(this.text);
    const { parameters, rest, options, named, names } = this.parsed;
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
    for (const option of options)
      bound.push(args.named.has(option.name) ? args.named.get(option.name) : option.fallback);
    if (named) bound.push(new Map([...args.named].filter(([key]) => !names.has(key))));
    else if (args.named.size > 0)
      for (const key of args.named.keys()) if (!names.has(key)) this.wrong(name, `has no parameter '${key}'`);
    return bound;
  }

  /** Whether the bound array has there what `*rest` or `**named` gathered. */
  gathersAt(at: number): boolean {
    this.parsed ??= parse(this.text);
    const { parameters, rest, options, named } = this.parsed;
    const afterRest = parameters.length + (rest ? 1 : 0);
    return (rest && at === parameters.length) || (named && at === afterRest + options.length);
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

  private wrong(name: string, what: string): never {
    throw new Fault(`${name} ${what}`, `${name.replace(/^.* /, '')}(${this.text})`);
  }
}

function parse(text: string): Parsed {
  const parameters: Parameter[] = [];
  const options: Parameter[] = [];
  let rest = false;
  let named = false;
  for (const part of text === '' ? [] : text.split(', ')) {
    if (part.startsWith('**')) named = true;
    else if (part.startsWith('*')) rest = true;
    else {
      const equals = part.indexOf('=');
      const name = equals === -1 ? part : part.slice(0, equals);
      (rest ? options : parameters).push({
        name,
        required: equals === -1,
        fallback: equals === -1 ? undefined : constant(part.slice(equals + 1)),
      });
    }
  }
  const names = new Set([...parameters, ...options].map(one => one.name));
  return { parameters, rest, options, named, names };
}

function constant(text: string): unknown {
  if (text === 'None') return null;
  if (text === 'True') return true;
  if (text === 'False') return false;
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll('\\n', '\n').replaceAll('\\s', ', ');
  return text.includes('.') ? new Float(Number(text)) : Number(text);
}
