import { didYouMean, UserError } from '../../core/error.ts';
import { type Position, recordPositions, type Source } from '../../core/position.ts';
import { Float, type Raw, type RawDict, type Value } from '../../core/value.ts';
import { UnclosedQuote, wordsOf } from '../../core/words.ts';
import { parsePythonLiteral } from '../python-literal.ts';
import { textValue } from '../yaml/build.ts';
import type { Draft } from './draft.ts';
import { type HostNames, readHostNames } from './host-name.ts';
import { RangeMistake } from './ranges.ts';

/** Reads an INI inventory into the draft; `file` is the absolute path that its hosts report. */
export function readIni(source: Source, file: string, draft: Draft): void {
  new IniReader(source, file, draft).read();
}

const KINDS = ['hosts', 'children', 'vars'];

interface Section {
  readonly name: string;
  readonly kind: string;
  readonly vars: Variables;
}

class IniReader {
  /** Groups that a `:vars` or `:children` spoke of before anything made them. */
  readonly #awaited = new Map<string, { kind: string; position: Position }>();
  readonly #declared: Set<string>;
  #section: Section;

  constructor(
    readonly source: Source,
    readonly file: string,
    readonly draft: Draft,
  ) {
    this.#section = this.#open('ungrouped', 'hosts');
    this.#declared = new Set(draft.groups.keys());
  }

  read(): void {
    this.source.text.split(/\r?\n/).forEach((line, index) => {
      const text = line.trim();
      if (text === '' || text.startsWith('#') || text.startsWith(';')) return;
      const column = line.length - line.trimStart().length + 1;
      const at = (offset = 0): Position => ({
        source: this.source,
        line: index + 1,
        column: column + offset,
      });
      if (text.startsWith('[') && this.#header(text, at)) return;
      if (this.#section.kind === 'vars') this.#variable(text, at);
      else if (this.#section.kind === 'children') this.#child(text, at);
      else this.#host(text, at);
    });
    this.#close();
    for (const [name, { kind, position }] of this.#awaited) {
      if (this.#declared.has(name)) continue;
      throw new UserError(
        kind === 'vars'
          ? `[${name}:vars] is about a group that is not defined`
          : `the group "${name}" is not defined`,
        { position, hint: didYouMean(name, this.#declared) ?? `add a section [${name}]` },
      );
    }
  }

  #header(text: string, at: (offset?: number) => Position): boolean {
    const match = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(text);
    if (!match) {
      // A host line may begin with a bracket too: an IPv6 address, or a range.
      if (
        /^\[[^\]]*\]\S*(\s|$)/.test(text) &&
        /^\[[^\]]*:[^\]]*\]/.test(text) &&
        !/^\[[^\]]*\]\s*$/.test(text)
      )
        return false;
      throw new UserError('this is no section header', {
        position: at(),
        hint: 'headers are written [group], [group:vars] or [group:children], without spaces',
      });
    }
    const [, name, kind = 'hosts'] = match;
    if (!KINDS.includes(kind)) {
      throw new UserError(`unknown kind of section "${kind}"`, {
        position: at(match[0].indexOf(':') + 1),
        hint: didYouMean(kind, KINDS) ?? 'there are [group], [group:vars] and [group:children]',
      });
    }
    this.#close();
    if (kind === 'vars') {
      if (!this.#declared.has(name!)) this.#awaited.set(name!, { kind, position: at(1) });
    } else {
      this.#declared.add(name!);
      this.draft.group(name!, at(1));
    }
    this.#section = this.#open(name!, kind);
    return true;
  }

  #open(name: string, kind: string): Section {
    return { name, kind, vars: new Variables() };
  }

  /** A section's variables become one layer when it ends. */
  #close(): void {
    const { name, kind, vars } = this.#section;
    if (kind !== 'vars' || vars.size === 0) return;
    this.draft.addGroupVars(name, { origin: `${this.source.file} [${name}:vars]`, vars: vars.finish() });
  }

  #variable(text: string, at: (offset?: number) => Position): void {
    const equals = text.indexOf('=');
    if (equals < 1)
      throw new UserError('expected "name=value"', { position: at(), hint: sectionHint(this.#section) });
    const value = text.slice(equals + 1);
    const offset = equals + 1 + value.length - value.trimStart().length;
    this.#section.vars.set(text.slice(0, equals).trim(), value.trim(), at(offset));
  }

  #child(text: string, at: (offset?: number) => Position): void {
    const match = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(text);
    if (!match)
      throw new UserError('expected the name of a group', {
        position: at(),
        hint: sectionHint(this.#section),
      });
    const name = match[1]!;
    if (!this.#declared.has(name)) this.#awaited.set(name, { kind: 'children', position: at() });
    this.draft.addChild(this.#section.name, name, at());
  }

  #host(text: string, at: (offset?: number) => Position): void {
    const words = this.#words(text, at);
    const [first, ...rest] = words;
    if (!first) return;
    const { names, port } = this.#names(first.text, at);
    const vars = new Variables();
    for (const word of rest) {
      const equals = word.text.indexOf('=');
      if (equals < 1) {
        // The second word of a password that wanted quotes, perhaps.
        const shown = this.source.secret ? '' : `, not "${word.text}"`;
        throw new UserError(`expected "name=value" behind the host${shown}`, {
          position: at(word.start),
          hint: 'a value with spaces must be in quotes: name="a value"',
        });
      }
      // Quotes are gone from the word; the value begins behind the sign, and behind its quote if it has one.
      const sign = text.indexOf('=', word.start) + 1;
      vars.set(word.text.slice(0, equals), word.text.slice(equals + 1), at(sign));
    }
    const layer = { origin: `${this.source.file}:${at().line}`, vars: vars.finish() };
    for (const name of names) {
      const host = this.draft.addHost(name, this.#section.name, { position: at(), file: this.file, port });
      if (layer.vars.size > 0) host.layers.push(layer);
    }
  }

  #words(text: string, at: (offset?: number) => Position) {
    try {
      return wordsOf(withoutComment(text));
    } catch (error) {
      if (!(error instanceof UnclosedQuote)) throw error;
      throw new UserError(error.message, { position: at(), hint: 'quotes must come in pairs on one line' });
    }
  }

  #names(entry: string, at: (offset?: number) => Position): HostNames {
    if (entry.endsWith(':')) {
      throw new UserError(`a host cannot end in ":"`, {
        position: at(entry.length - 1),
        hint: 'this looks like YAML in a file that is read as INI; name the file .yml',
      });
    }
    try {
      return readHostNames(entry);
    } catch (error) {
      if (error instanceof RangeMistake) throw new UserError(error.message, { position: at() });
      throw error;
    }
  }
}

function sectionHint({ name, kind }: Section): string {
  return kind === 'vars'
    ? `in [${name}:vars] every line is name=value`
    : `in [${name}:children] every line is a group's name`;
}

/** A host line up to its comment: a `#` outside of quotes, wherever it stands. */
function withoutComment(text: string): string {
  if (!text.includes('#')) return text;
  const match = /^(?:'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|[^#'"\\])*/.exec(text);
  return match && text[match[0].length] === '#' ? match[0] : text;
}

/** Variables of one line or section, with their places. */
class Variables {
  readonly #vars = new Map<Value, Raw>();
  readonly #places = new Map<unknown, Position>();
  #first: Position | undefined;

  get size(): number {
    return this.#vars.size;
  }

  /** Adds a variable from its text: a Python literal, or else a string. */
  set(name: string, text: string, position: Position): void {
    const literal = parsePythonLiteral(text);
    this.put(
      name,
      literal === undefined
        ? textValue(text, position, position.source.secret)
        : templates(literal, position),
      position,
    );
  }

  put(name: string, value: Raw, position: Position): void {
    this.#vars.set(name, value);
    this.#places.set(name, position);
    this.#first ??= position;
  }

  finish(): RawDict {
    if (this.#first) recordPositions(this.#vars, this.#first, this.#places);
    return this.#vars;
  }
}

/** Strings within a literal may be templates like any other text of the user's. */
function templates(value: Value, position: Position): Raw {
  if (typeof value === 'string') return textValue(value, position, position.source.secret);
  if (Array.isArray(value)) return value.map((item: Value) => templates(item, position));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, templates(item, position)]));
  return value instanceof Float ? value : (value as Raw);
}
