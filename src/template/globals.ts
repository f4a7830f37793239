import type { Engine } from './compile/engine.ts';
import { Fault } from './grammar/fault.ts';
import { lipsum } from './lipsum.ts';
import { callLookup } from './lookups/index.ts';
import { truth } from './python/compare.ts';
import { addAll } from './python/container-methods.ts';
import { DateTime } from './python/dates.ts';
import { index } from './python/numbers.ts';
import { toText } from './python/print.ts';
import { Signature } from './python/signature.ts';
import { Cycler, Joiner, Namespace } from './python/things.ts';
import { type CallArguments, Callable, OMIT, Range, Undefined } from './python/values.ts';

/** Jinja2's and Ansible's global functions; variables of the same name hide them. */
export const GLOBALS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['omit', OMIT],
  ['range', global('range', range)],
  ['dict', global('dict', dict)],
  ['namespace', global('namespace', args => new Namespace(dict(args)))],
  ['cycler', global('cycler', ({ positional }) => new Cycler(positional))],
  ['joiner', global('joiner', args => new Joiner(new Signature("sep='\\s'").bind('joiner', args)[0]))],
  [
    'lipsum',
    global('lipsum', args => lipsum(new Signature('n=5, html=True, min=20, max=100').bind('lipsum', args))),
  ],
  ['now', global('now', now)],
  [
    'undef',
    global('undef', args => {
      const [hint] = new Signature('hint=None').bind('undef', args);
      return new Undefined('undef', () => ({
        text: hint === null ? 'Mandatory variable has not been overridden' : toText(hint),
      }));
    }),
  ],
]);

/** The functions that look things up for one templar. */
export function lookupGlobals(engine: Engine): ReadonlyMap<string, unknown> {
  const lookup = new Callable('lookup', args => callLookup(engine, args, false), true);
  const query = new Callable('query', args => callLookup(engine, args, true), true);
  return new Map([
    ['lookup', lookup],
    ['query', query],
    ['q', query],
  ]);
}

function global(name: string, run: (args: CallArguments) => unknown): Callable {
  return new Callable(name, run);
}

function range({ positional }: CallArguments): Range {
  const parts = positional.map(part => index(part, 'the arguments of range'));
  if (parts.length === 0 || parts.length > 3) throw new Fault('range expects one to three arguments');
  const [start, stop, step] = parts.length === 1 ? [0, parts[0]!, 1] : [parts[0]!, parts[1]!, parts[2] ?? 1];
  if (step === 0) throw new Fault('range() arg 3 must not be zero');
  return new Range(start, stop, step);
}

function dict({ positional, named }: CallArguments): Map<unknown, unknown> {
  if (positional.length > 1) throw new Fault('dict takes one mapping, or list of pairs');
  const made = new Map<unknown, unknown>();
  for (const source of positional) addAll(made, source);
  addAll(made, named);
  return made;
}

function now(args: CallArguments): unknown {
  const [utc, format] = new Signature('utc=False, fmt=None').bind('now', args);
  const time = DateTime.now(truth(utc));
  return format === null ? time : time.format(toText(format));
}
