import { UserError } from '../core/error.ts';
import { beginningOf, secretsIn } from '../core/known-secrets.ts';
import type { Position } from '../core/position.ts';
import { revealed, Secret } from '../core/secret.ts';
import {
  LazyDict,
  type Raw,
  Sealed,
  TemplateText,
  Unknown,
  UnknownValue,
  type Value,
} from '../core/value.ts';
import { isWritten } from '../core/written-text.ts';
import { type CompiledExpression, compileBareExpression, compileCondition } from './compile/template.ts';
import { asExpression, isWholeTemplate } from './conditions.ts';
import { guarded } from './errors.ts';
import { Fault } from './grammar/fault.ts';
import type { LexerOptions } from './grammar/lexer.ts';
import { takeHeader } from './header.ts';
import { Interpreter, layered } from './interpreter.ts';
import { spend } from './limits.ts';
import { truth } from './python/compare.ts';
import { DateTime } from './python/dates.ts';
import { toRepr } from './python/print.ts';
import { iterate } from './python/sequences.ts';
import { Blank, hideWhole, Omit, Range, Thing, Tuple, Undefined } from './python/values.ts';
import { holdsTemplate } from './reading.ts';
import { OMITTED, RAW, traits, UNDEFINED } from './traits.ts';
import type { RenderOptions, Scope, Surroundings, Templar } from './types.ts';

/** See `Templar`: renders the values of one task on one host. */
export function createTemplar(scope: Scope, surroundings: Surroundings): Templar {
  return new ScopedTemplar(scope, surroundings);
}

class ScopedTemplar implements Templar {
  private readonly interpreter: Interpreter;

  constructor(
    private readonly scope: Scope,
    private readonly surroundings: Surroundings,
  ) {
    this.interpreter = new Interpreter(scope, surroundings);
  }

  render(raw: Raw): Value {
    return this.final(raw) as Value;
  }

  evaluate(expression: string | TemplateText, position?: Position): Value {
    const text = typeof expression === 'string' ? new TemplateText(expression, position) : expression;
    if (isWholeTemplate(text.text)) return this.final(text) as Value;
    return guarded(text, () => this.final(this.evaluateBare(text, compileBareExpression))) as Value;
  }

  private evaluateBare(text: TemplateText, compile: (text: string) => CompiledExpression): unknown {
    const expression = asExpression(text.text);
    if (expression !== text.text) this.surroundings.warn(BRACES, text.position);
    const compiled = guarded(text, () => compile(expression));
    return this.interpreter.evaluateExpression(compiled, text);
  }

  holds(condition: Raw, position?: Position): boolean {
    if (typeof condition === 'boolean') return condition;
    if (Array.isArray(condition)) return condition.every(part => this.holds(part as Raw, position));
    if (condition === null) return true;
    if (typeof condition === 'string' || condition instanceof TemplateText) {
      const text =
        typeof condition === 'string'
          ? new TemplateText(condition, position, position?.source.secret)
          : condition;
      if (text.text.trim() === '') return true;
      if (isWholeTemplate(text.text)) return this.resultHolds(this.final(text), text);
      return this.truthOf(this.evaluateBare(text, compileCondition), text);
    }
    const value = this.final(condition);
    // In an encrypted playbook; a secret is nothing that just holds.
    if (value instanceof Secret && typeof value.content === 'string')
      return this.resultHolds(value, new TemplateText('', position, true));
    return this.truthOf(value, new TemplateText('', position));
  }

  /** What a condition in `{{ }}` gave: its truth, or text that is the condition proper. */
  private resultHolds(result: unknown, text: TemplateText): boolean {
    const value = revealed(result);
    if (typeof value !== 'string') {
      this.surroundings.warn(BRACES, text.position);
      return this.truthOf(value, text);
    }
    const trimmed = value.trim();
    const word = WORDS.get(trimmed.toLowerCase());
    if (word !== undefined) return word;
    // What came from a host or out of a filter is never evaluated.
    if (trimmed !== '' && (isWritten(value) || isWritten(trimmed))) {
      const secret = text.secret || result instanceof Secret || secretsIn(value).length > 0;
      const inner = new TemplateText(trimmed, text.position, secret);
      return this.truthOf(this.evaluateBare(inner, compileCondition), inner);
    }
    const shown = result instanceof Secret || text.secret ? '' : `: ${toRepr(beginningOf(value, 60))}`;
    throw new UserError(`the condition gave text, which is neither true nor false${shown}`, {
      position: text.position,
      hint: 'write the condition without {{ }}, such as: x | bool, x | length > 0, x == "yes"',
    });
  }

  private truthOf(value: unknown, text: TemplateText): boolean {
    return guarded(text, () => {
      if (value instanceof Omit) throw new Fault('omit is no condition');
      return truth(this.finalTop(value));
    });
  }

  renderText(template: TemplateText, options: RenderOptions = {}): string | Secret {
    const { text, header } = takeHeader(template);
    const { managed = false, ...given } = options;
    const all: LexerOptions = { trimBlocks: true, ...given, ...header };
    if (text === template && !holdsTemplate(text.text, all))
      return template.secret ? new Secret(text.text) : text.text;
    // Ansible puts back what keep_trailing_newline in the #jinja2 line has taken away.
    const keepNewlines = options.keepTrailingNewline ?? true;
    const read = { ...all, keepTrailingNewline: false };
    const value = this.interpreter.renderFile(text, read, JSON.stringify(read), keepNewlines, managed);
    if (value instanceof Undefined && !(value instanceof Blank)) return guarded(template, () => value.fail());
    if (value instanceof Unknown) throw new UnknownValue(value.reason);
    if (value instanceof Omit)
      throw new UserError('a template file cannot be omitted', { position: template.position });
    return guarded(template, () => this.interpreter.printed(this.finalTop(value)));
  }

  with(more: ReadonlyMap<string, Raw>): Templar {
    return new ScopedTemplar(layered(this.scope, more), this.surroundings);
  }

  /** A value as it leaves the engine: rendered at any depth, of the types of core/value.ts only, nothing omitted in it. */
  private final(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof TemplateText) {
      const result = this.interpreter.apart(() =>
        guarded(value, () => this.finalTop(this.interpreter.evaluateTemplate(value))),
      );
      return value.secret ? hideWhole(result) : result;
    }
    return this.finalTop(value);
  }

  private finalTop(given: unknown): unknown {
    if (typeof given !== 'object' || given === null) return given;
    const value = this.interpreter.current(given);
    if (value instanceof Sealed || value instanceof TemplateText)
      return this.final(this.interpreter.settle(value));
    if (value instanceof Undefined) return value instanceof Blank ? '' : value.fail();
    if (Array.isArray(value) || value instanceof Map) {
      if (
        !this.interpreter.hasCopies &&
        (traits(value) & (RAW | UNDEFINED | OMITTED)) === 0 &&
        isPlain(value)
      )
        return value;
      return value instanceof Map ? this.finalDict(value.entries()) : this.finalList(value);
    }
    if (value instanceof Tuple) return this.finalList(value.items);
    if (value instanceof Range) return [...iterate(value)];
    if (value instanceof LazyDict) return this.finalDict([...value.keys()].map(key => [key, value.get(key)]));
    return leaving(value);
  }

  private finalList(items: readonly unknown[]): unknown[] {
    spend(1 + items.length);
    const list: unknown[] = [];
    for (const item of items) {
      const value = this.final(item);
      if (!(value instanceof Omit)) list.push(value);
    }
    return list;
  }

  private finalDict(entries: Iterable<[unknown, unknown]>): Map<unknown, unknown> {
    const dict = new Map<unknown, unknown>();
    for (const [key, item] of entries) {
      spend(1);
      const value = this.final(item);
      if (key instanceof Tuple)
        throw new Fault('a tuple cannot be the key of a mapping outside of templates');
      if (!(value instanceof Omit)) dict.set(key, value);
    }
    return dict;
  }
}

/** A value that is not of the engine's own. Dates leave as text: playbooks have no type for them. */
function leaving(value: unknown): unknown {
  if (value instanceof DateTime) return value.print();
  if (value instanceof Thing) throw new Fault(`a value of type '${value.type}' cannot leave a template`);
  return value;
}

/** Whether a container has only data in it, so that it can leave as it is. */
function isPlain(value: readonly unknown[] | ReadonlyMap<unknown, unknown>): boolean {
  const items = Array.isArray(value) ? value : (value as ReadonlyMap<unknown, unknown>).values();
  spend(1);
  if (value instanceof Map && [...value.keys()].some(key => key instanceof Tuple)) return false;
  for (const item of items) {
    if (typeof item !== 'object' || item === null) continue;
    if (Array.isArray(item) || item instanceof Map) {
      if (!isPlain(item)) return false;
    } else if (item instanceof Tuple || item instanceof Range || item instanceof Thing) return false;
  }
  return true;
}

const BRACES = 'a condition is an expression already: it needs no {{ }} or {% %} around its parts';

/** Booleans that were written as text. */
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1', 'y', 't'].map(word => [word, true] as const),
  ...['false', 'no', 'off', '0', 'n', 'f', 'none'].map(word => [word, false] as const),
]);
