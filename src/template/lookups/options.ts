import { toBoolean } from '../filters/basic.ts';
import { Fault } from '../grammar/fault.ts';
import { toInteger } from '../python/format.ts';
import { toText } from '../python/print.ts';
import { itemsOf } from '../python/sequences.ts';
import { pythonType, Tuple } from '../python/values.ts';

/** The options of a lookup, read as Ansible reads those of a plugin: text that says yes is true, and so on. */
export class Options {
  constructor(private readonly given: ReadonlyMap<string, unknown>) {}

  value(name: string): unknown {
    const value = this.given.get(name);
    return value === null ? undefined : value;
  }

  flag(name: string, usual: boolean): boolean {
    const value = this.value(name);
    return value === undefined ? usual : toBoolean(value);
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : toText(value);
  }

  integer(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const whole = toInteger(value, 10) ?? toInteger(value, 0);
    if (whole === undefined)
      throw new Fault(`the option ${name} is a whole number, not ${pythonType(value)} '${toText(value)}'`);
    return Number(whole);
  }

  /** A list, also where it was written as one text with commas. */
  list(name: string): readonly unknown[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value === '' ? [] : value.split(',').map(part => part.trim());
    return Array.isArray(value) || value instanceof Tuple ? itemsOf(value) : [value];
  }
}

/** `key=value` words of a term, as older content writes options, and what is left of it. */
export function inlineOptions(term: string): { rest: string; options: Map<string, string> } {
  const options = new Map<string, string>();
  const rest: string[] = [];
  for (const [word] of term.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)) {
    const pair = /^(\w+)=([\s\S]*)$/.exec(word);
    if (pair) options.set(pair[1]!, pair[2]!.replace(/^(['"])([\s\S]*)\1$/, '$2'));
    else rest.push(word);
  }
  return { rest: rest.join(' '), options };
}
