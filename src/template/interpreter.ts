import { dirname, isAbsolute, join } from 'node:path';
import { didYouMean } from '../core/error.ts';
import { Source } from '../core/position.ts';
import { Secret } from '../core/secret.ts';
import { withoutPieces } from '../core/secret-pieces.ts';
import { Float, LazyDict, type Raw, TemplateText, Unknown, UnknownValue, type Value } from '../core/value.ts';
import { noteWritten } from '../core/written-text.ts';
import type { Engine } from './compile/engine.ts';
import { pathOf } from './compile/expressions.ts';
import { Loaded } from './compile/loaded.ts';
import { MacroFunction } from './compile/macros.ts';
import { type Context, Frame, Run } from './compile/run.ts';
import { type CompiledExpression, compileTemplate } from './compile/template.ts';
import { guarded, locate } from './errors.ts';
import type { Filter } from './filters/filter.ts';
import { filterHint, findFilter } from './filters/index.ts';
import { GLOBALS, lookupGlobals } from './globals.ts';
import { Fault } from './grammar/fault.ts';
import type { LexerOptions } from './grammar/lexer.ts';
import type { At, Expression } from './grammar/nodes.ts';
import { spend, spendOn, spendOnMade } from './limits.ts';
import { managedText } from './managed.ts';
import { describeMissing, findMethod, getAttribute, getItem, refuse } from './python/attributes.ts';
import { truth } from './python/compare.ts';
import { dictChanges, dictMethods } from './python/container-methods.ts';
import { toOutput, toText } from './python/print.ts';
import { SliceOf } from './python/sequences.ts';
import {
  Blank,
  type CallArguments,
  Callable,
  deferred,
  hide,
  hideWhole,
  pythonType,
  Thing,
  Tuple,
  Undefined,
  undefinedArgument,
} from './python/values.ts';
import { holdsTemplate, IN_YAML } from './reading.ts';
import { ScopeValues } from './scope-values.ts';
import { findTest, testHint } from './tests/index.ts';
import type { Test } from './tests/test.ts';
import { openedArguments, RAW, SECRET, traits, UNDEFINED, unwrap } from './traits.ts';
import type { Scope } from './types.ts';

const EMBEDDED =
  'a template stands in a string literal and is rendered first; Ansible is going to stop doing that. ' +
  "Write lookup('file', name) for lookup('file', '{{ name }}'), and a == b for a == '{{ b }}'.";

/** Renders templates in one scope, and does all that they call for. */
export class Interpreter extends ScopeValues implements Engine {
  /** Templates in string literals: they see the variables of the scope only, so that one rendering is enough. */
  private readonly embeddedTexts = new Map<string, TemplateText>();
  private includeOptions: LexerOptions = { trimBlocks: true };
  private includeKey = 'yt';
  /** `ansible_managed` in what is being rendered, where no variable of that name is set. */
  private managed: string | undefined;
  private ownGlobals: ReadonlyMap<string, unknown> | undefined;
  readonly context: Context = { get: name => this.variable(name), names: () => this.variableNames() };

  nearestName(name: string): string | undefined {
    return FOREIGN_NAMES.get(name) ?? didYouMean(name, new Set([...this.scope.names(), ...GLOBALS.keys()]));
  }

  global(name: string): unknown {
    const value = GLOBALS.get(name);
    if (value !== undefined) return value;
    if (name === 'ansible_managed' && this.managed !== undefined) return this.managed;
    this.ownGlobals ??= lookupGlobals(this);
    return this.ownGlobals.get(name);
  }

  evaluateTemplate(text: TemplateText): unknown {
    if (!holdsTemplate(text.text)) {
      noteWritten(text.text);
      return text.secret ? hideWhole(text.text) : text.text;
    }
    return this.renderWith(text, IN_YAML, 'y', true);
  }

  /** Renders with given delimiters; `key` names the options in the cache of compiled templates. */
  renderWith(text: TemplateText, options: LexerOptions, key: string, keepNewlines: boolean): unknown {
    const hidden = (value: unknown): unknown => (text.secret ? hideWhole(value) : value);
    const value = this.load(text, text.text, options, key, hidden).start(this, this.context).value;
    if (!keepNewlines) return value;
    if (typeof value === 'string') return withNewlinesOf(text.text, value, options);
    if (!(value instanceof Secret) || typeof value.content !== 'string') return value;
    return new Secret(withNewlinesOf(text.text, value.content, options), !text.secret);
  }

  /** A template file's text; what it includes is read with the same options. */
  renderFile(
    text: TemplateText,
    options: LexerOptions,
    key: string,
    keepNewlines: boolean,
    isManaged: boolean,
  ): unknown {
    const before = [this.includeOptions, this.includeKey, this.managed] as const;
    [this.includeOptions, this.includeKey] = [options, key];
    this.managed = isManaged ? managedText(this.surroundings.managed, text.position?.source.file) : undefined;
    try {
      return this.renderWith(text, options, key, keepNewlines);
    } finally {
      [this.includeOptions, this.includeKey, this.managed] = before;
    }
  }

  private load(
    text: TemplateText,
    source: string,
    options: LexerOptions,
    key: string,
    hidden: (value: unknown) => unknown,
  ): Loaded {
    const guard = <T>(work: () => T): T => guarded(text, work);
    const compiled = guard(() => compileTemplate(source, options, key));
    return new Loaded(text, compiled, guard, hidden);
  }

  evaluateExpression(compiled: CompiledExpression, text: TemplateText): unknown {
    return guarded(text, () => {
      try {
        const frame = new Frame(new Run(this, this.context, text), compiled.size, undefined);
        const value = compiled.code(frame);
        if (value instanceof Undefined && !(value instanceof Blank)) value.fail();
        return text.secret ? hideWhole(value) : value;
      } catch (error) {
        if (error instanceof Fault) error.expression ??= compiled.text;
        throw error;
      }
    });
  }

  loadTemplate(name: string, from: string | undefined): Loaded | undefined {
    const folders = [...this.surroundings.searchPath('templates')];
    if (from !== undefined) folders.push(dirname(from));
    for (const path of isAbsolute(name) ? [name] : folders.map(folder => join(folder, name))) {
      const file = this.surroundings.readFile(path);
      if (!file) continue;
      const source = new Source(path, file.text, file.secret);
      const text = new TemplateText(file.text, { source, line: 1, column: 1 }, file.secret);
      return this.load(text, file.text, this.includeOptions, this.includeKey, value =>
        file.secret ? hideWhole(value) : value,
      );
    }
    return undefined;
  }

  embedded(text: string, inside: TemplateText, at: At): unknown {
    let template = this.embeddedTexts.get(text);
    if (!template) {
      const position = inside.position && locate(inside.position, inside.text, at.lineno, at.colno);
      template = new TemplateText(text, position, inside.secret);
      this.embeddedTexts.set(text, template);
      this.surroundings.warn(EMBEDDED, position);
    }
    return this.settle(template);
  }

  renderUserText(text: TemplateText, more: ReadonlyMap<string, unknown>, options: LexerOptions): unknown {
    const scope = layered(this.scope, more as ReadonlyMap<string, Raw>);
    return new Interpreter(scope, this.surroundings).renderFile(
      text,
      options,
      JSON.stringify(options),
      true,
      true,
    );
  }

  printed(value: unknown): string | Secret {
    return this.print(value, toOutput);
  }

  text(value: unknown): string | Secret {
    return this.print(value, toText);
  }

  private print(given: unknown, how: (value: unknown) => string): string | Secret {
    let value = this.whole(given);
    if (value instanceof LazyDict) value = this.listed(value);
    if ((traits(value) & SECRET) === 0) return how(value);
    if (value instanceof Secret && typeof value.content === 'string') return value;
    return new Secret(how(unwrap(value)));
  }

  private listed(dict: LazyDict): ReadonlyMap<unknown, unknown> {
    return new Map([...dict.keys()].map(key => [key, this.whole(dict.get(key))]));
  }

  reach(value: unknown, key: unknown, isAttribute: boolean, node?: Expression): unknown {
    if (value instanceof Map && typeof key === 'string') {
      if (!isAttribute || !(dictMethods.has(key) || dictChanges.has(key))) {
        const item = value.get(key);
        if (item !== undefined) return typeof item === 'object' ? this.settle(item) : item;
      }
    }
    if (value instanceof Undefined) return value;
    refuse(value);
    if (value instanceof Secret && !isAttribute) {
      const item = getItem(value.content, key);
      if (item !== undefined) return hide(item);
    }
    let found = isAttribute ? this.attribute(value, key as string) : getItem(value, key);
    if (found === undefined)
      found = isAttribute
        ? getItem(value, key)
        : typeof key === 'string'
          ? this.attribute(value, key)
          : undefined;
    return found === undefined ? this.missing(value, key, node) : this.settle(found);
  }

  private attribute(value: unknown, name: string): unknown {
    const attribute = getAttribute(value, name);
    if (attribute !== undefined) return attribute;
    const method = findMethod(value, name, this);
    return method && new Callable(name, args => method(this.prepared(args)));
  }

  private missing(value: unknown, key: unknown, node: Expression | undefined): Undefined {
    const keyName = key instanceof SliceOf ? 'slice' : toText(unwrap(key));
    const path = node ? pathOf(node) : keyName;
    const message = () => ({
      text: `'${path}' is undefined: ${describeMissing(value, keyName)}`,
      hint:
        value instanceof Map || value instanceof LazyDict ? didYouMean(keyName, textKeys(value)) : undefined,
    });
    return new Undefined(path, message, undefined, node?.lineno, node?.colno);
  }

  call(callee: unknown, args: CallArguments): unknown {
    if (callee instanceof Undefined) return callee;
    refuse(callee);
    const takesUndefined =
      callee instanceof MacroFunction || (callee instanceof Callable && callee.takesUndefined);
    return (takesUndefined ? undefined : undefinedArgument(args)) ?? this.computed(callee, args);
  }

  private computed(callee: unknown, args: CallArguments): unknown {
    try {
      if (callee instanceof MacroFunction) return callee.call(args);
      if (callee instanceof Thing) return callee.call(this.prepared(args));
      throw new Fault(`a value of type '${pythonType(callee)}' cannot be called`);
    } catch (error) {
      return deferred(withoutPieces(error, [...args.positional, ...args.named.values()]));
    }
  }

  callMethod(target: unknown, name: string, args: CallArguments, node?: Expression): unknown {
    if (target instanceof Undefined) return target;
    refuse(target);
    if (target instanceof Thing) {
      const attribute = target.attribute(name);
      if (attribute !== undefined) return this.call(attribute, args);
    }
    const method = findMethod(target, name, this);
    if (!method) return this.call(this.reach(target, name, true, node), args);
    const gone = undefinedArgument(args);
    if (gone) return gone;
    const given = this.prepared(args);
    spendOn(target);
    try {
      if (typeof target === 'string' && hasSecret(given)) return hide(method(openedArguments(given)));
      const made = method(given);
      spendOnMade(made);
      return made;
    } catch (error) {
      return deferred(withoutPieces(error, [target, ...given.positional, ...given.named.values()]));
    }
  }

  private prepared(args: CallArguments): CallArguments {
    const { positional, named } = args;
    for (let i = 0; i < positional.length; i++) positional[i] = this.argument(positional[i]);
    for (const [name, value] of named) {
      if (typeof value === 'object') named.set(name, this.argument(value));
    }
    return args;
  }

  private argument(value: unknown): unknown {
    if (value instanceof Unknown) throw new UnknownValue(value.reason);
    return this.whole(value);
  }

  applyFilter(filter: Filter, args: unknown[]): unknown {
    const bits = this.prepare(args);
    if ((bits & UNDEFINED) !== 0) {
      const gone = filter.takesUndefined ? undefined : firstUndefined(args, filter);
      if (gone) return gone;
    }
    try {
      spendOn(args[0]);
      const isComputed = (bits & SECRET) !== 0 && (!filter.opaque || isTakenApart(args, filter));
      const made = filter.run(isComputed ? args.map(unwrap) : args, this);
      spendOnMade(made);
      return isComputed ? hide(made) : made;
    } catch (error) {
      return deferred(withoutPieces(error, args));
    }
  }

  applyTest(test: Test, args: unknown[]): unknown {
    const bits = this.prepare(args);
    if ((bits & UNDEFINED) !== 0 && !test.takesUndefined) {
      const gone = args.find(value => value instanceof Undefined);
      if (gone) return gone;
    }
    try {
      spendOn(args[0]);
      return test.run((bits & SECRET) === 0 ? args : args.map(unwrap), this);
    } catch (error) {
      return deferred(withoutPieces(error, args));
    }
  }

  /** Settles arguments in their place; what is in them, as bits. */
  private prepare(args: unknown[]): number {
    let bits = 0;
    for (let i = 0; i < args.length; i++) {
      const value = args[i];
      if (typeof value !== 'object' || value === null || value instanceof Float) continue;
      if (value instanceof Unknown) throw new UnknownValue(value.reason);
      let own = traits(value);
      if ((own & RAW) !== 0 || this.hasCopies) {
        args[i] = this.whole(value);
        own = traits(args[i]);
      }
      bits |= own;
    }
    return bits;
  }

  filter(name: string, args: CallArguments): unknown {
    const filter = findFilter(name);
    if (!filter) throw new Fault(`there is no filter '${name}'`, filterHint(name));
    return this.applyFilter(filter, filter.signature.bind(`the filter ${name}`, args));
  }

  test(name: string, args: CallArguments): boolean {
    const test = findTest(name);
    if (!test) throw new Fault(`there is no test '${name}'`, testHint(name));
    return truth(this.applyTest(test, test.signature.bind(`the test ${name}`, args)));
  }

  tick(): void {
    spend(1);
  }
}

/** Names that are values in other languages. */
const FOREIGN_NAMES: ReadonlyMap<string, string> = new Map([
  ['null', 'use none'],
  ['nil', 'use none'],
  ['NULL', 'use none'],
  ['undefined', 'use "is defined" or "is not defined"'],
  ['TRUE', 'use true'],
  ['FALSE', 'use false'],
  ['yes', 'use true'],
  ['no', 'use false'],
]);

/** A scope that sees `more` in front. */
export function layered(scope: Scope, more: ReadonlyMap<string, Raw>): Scope {
  return {
    get: name => (more.has(name) ? more.get(name) : scope.get(name)),
    names: () => new Set([...more.keys(), ...scope.names()]),
  };
}

/** The line breaks at the template's end, which Jinja2 drops and Ansible puts back. */
function withNewlinesOf(source: string, result: string, { newlineSequence = '\n' }: LexerOptions): string {
  const count = (text: string): number => {
    let end = text.length;
    while (end > 0 && text[end - 1] === '\n') end--;
    return text.length - end;
  };
  const wanted = count(source);
  // The common case: V8 then need not put the result together to look at its end.
  if (wanted === 0) return result;
  const missing = wanted - count(result);
  return missing > 0 ? result + newlineSequence.repeat(missing) : result;
}

function hasSecret(args: CallArguments): boolean {
  return (
    args.positional.some(value => traits(value) & SECRET) ||
    [...args.named.values()].some(value => traits(value) & SECRET)
  );
}

function textKeys(dict: ReadonlyMap<unknown, unknown> | LazyDict): string[] {
  return [...(dict.keys() as Iterable<Value>)].filter(key => typeof key === 'string');
}

function gathered(value: unknown): readonly unknown[] {
  return value instanceof Map ? [...value.values()] : elements(value);
}

/** Whether a secret is itself what the filter goes through, by characters, or names things with. */
function isTakenApart(args: readonly unknown[], { signature, takesUndefined, picks }: Filter): boolean {
  // `default` and its like hand on one of their arguments as it is; what `map` gathers is another filter's.
  if (takesUndefined) return false;
  const given = picks
    ? args
    : args.flatMap((value, at) => (signature.gathersAt(at) ? gathered(value) : [value]));
  return given.some(value => value instanceof Secret);
}

/** What makes a filter's value undefined: an argument, or an element where the filter goes through them all. */
function firstUndefined(
  args: readonly unknown[],
  { signature, opaque, picks }: Filter,
): Undefined | undefined {
  const given = args.flatMap((value, at) => (signature.gathersAt(at) ? gathered(value) : [value]));
  const read = opaque && !picks ? [...given, ...given.flatMap(elements)] : given;
  return read.find(value => value instanceof Undefined);
}

function elements(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value instanceof Tuple ? value.items : [];
}
