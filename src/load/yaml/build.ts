import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import { didYouMean, UserError } from '../../core/error.ts';
import { type Position, positionAt, recordPositions, type Source } from '../../core/position.ts';
import { Secret } from '../../core/secret.ts';
import { Float, type Raw, Sealed, TemplateText, type Value } from '../../core/value.ts';
import { noteWritten } from '../../core/written-text.ts';
import {
  type PlainScalar,
  parseBoolean,
  parseFloating,
  parseInteger,
  resolvePlain,
} from '../../core/yaml-scalars.ts';
import type { LoadContext } from '../context.ts';
import { resolveJson } from './json-scalars.ts';
import { recordKeys } from './key-places.ts';

/** Turns a parser's events into values with positions. */
export function buildDocuments(
  events: readonly Event[],
  source: Source,
  context: LoadContext,
  json: boolean,
): Raw[] {
  return new Builder(events, source, context, json).documents();
}

/** Text of the user's: a template when it holds Jinja2, and a secret where its file was encrypted. */
export function textValue(text: string, position: Position | undefined, secret = false): Raw {
  if (holdsTemplate(text)) return new TemplateText(text, position, secret);
  if (secret) return new Secret(text);
  noteWritten(text);
  return text;
}

export function holdsTemplate(text: string): boolean {
  return text.includes('{') && /\{[{%#]/.test(text);
}

type NodeEvent = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT } | { type: typeof EVENT_ID.POP }>;
type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;
type MappingEvent = Extract<Event, { type: typeof EVENT_ID.MAPPING }>;
type SequenceEvent = Extract<Event, { type: typeof EVENT_ID.SEQUENCE }>;
type TaggedEvent = ScalarEvent | MappingEvent | SequenceEvent;

const CORE = 'tag:yaml.org,2002:';
const TAGS = ['!unsafe', '!vault', '!vault-encrypted'];
const ABSENT = -1;

/** In JSON, which has no tags, Ansible writes `{"__ansible_vault": "$ANSIBLE_VAULT;…"}`. */
const VAULT = '__ansible_vault';
const UNSAFE = '__ansible_unsafe';

class Builder {
  readonly #anchors = new Map<string, Raw>();
  #handles = new Map<string, string>();
  #next = 0;
  /** Depth of `!unsafe` containers around the current node. */
  #unsafe = 0;

  constructor(
    readonly events: readonly Event[],
    readonly source: Source,
    readonly context: LoadContext,
    readonly json: boolean,
  ) {}

  documents(): Raw[] {
    const documents: Raw[] = [];
    while (this.#next < this.events.length) {
      const event = this.events[this.#next++]!;
      if (event.type !== EVENT_ID.DOCUMENT) continue;
      this.#anchors.clear();
      this.#handles = new Map(
        event.directives.flatMap(line => (line.kind === 'tag' ? [[line.handle, line.prefix] as const] : [])),
      );
      documents.push(this.#node(this.#take()));
    }
    return documents;
  }

  #take(): NodeEvent {
    return this.events[this.#next++] as NodeEvent;
  }

  #node(event: NodeEvent): Raw {
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event.anchorStart, event.anchorEnd);
    const tag = this.#tag(event);
    const unsafe = tag === '!unsafe';
    if (unsafe) this.#unsafe++;
    const value =
      event.type === EVENT_ID.SCALAR
        ? this.#scalar(event, tag)
        : event.type === EVENT_ID.MAPPING
          ? this.#mapping(event, tag)
          : this.#sequence(event, tag);
    if (unsafe) this.#unsafe--;
    if (event.anchorStart !== ABSENT) {
      this.#anchors.set(this.source.text.slice(event.anchorStart, event.anchorEnd), value);
    }
    return value;
  }

  #alias(start: number, end: number): Raw {
    const name = this.source.text.slice(start, end);
    const value = this.#anchors.get(name);
    if (value !== undefined) return value;
    // In an encrypted file this may be a password that begins with *.
    const shown = this.source.secret ? '' : ` "&${name}"`;
    const nearest = this.source.secret ? undefined : didYouMean(name, this.#anchors.keys());
    throw new UserError(`there is no anchor${shown} for this alias`, {
      position: positionAt(this.source, start - 1),
      hint: nearest ?? 'a value that begins with * must be quoted',
    });
  }

  #scalar(event: ScalarEvent, tag: string): Raw {
    const { secret } = this.source;
    if (event.valueStart === ABSENT && (tag === '' || tag === `${CORE}null`)) return null;
    const text = getScalarValue(this.source.text, event);
    if (tag === '') {
      if (event.style !== SCALAR_STYLE.PLAIN) return this.#text(text, event);
      const value = this.json ? resolveJson(text) : resolvePlain(text);
      if (typeof value === 'string') return this.#text(value, event);
      return secret ? asSecret(value) : value;
    }
    if (tag === '!unsafe' || tag === '!' || tag === `${CORE}str`) return this.#text(text, event);
    if (tag === '!vault' || tag === '!vault-encrypted') {
      this.context.sealed?.(text);
      return new Sealed(text, this.#placeOf(event));
    }
    const value = explicit(tag, text);
    if (value === undefined)
      throw this.#unknownTag(tag, event, `not a valid ${tag.slice(CORE.length)}${secret ? '' : `: ${text}`}`);
    return secret ? asSecret(value) : value;
  }

  #text(text: string, event: ScalarEvent): Raw {
    const { secret } = this.source;
    if (this.#unsafe === 0) {
      if (holdsTemplate(text)) return new TemplateText(text, this.#placeOf(event), secret);
      noteWritten(text);
    }
    return secret ? new Secret(text) : text;
  }

  #sequence(event: SequenceEvent, tag: string): Raw {
    if (tag !== '' && !LIST_TAGS.has(tag)) throw this.#unknownTag(tag, event);
    const items: Raw[] = [];
    const places = new Map<unknown, Position>();
    for (let child = this.#take() as Event; child.type !== EVENT_ID.POP; child = this.#take() as Event) {
      places.set(items.length, this.#placeOf(child as NodeEvent, event));
      items.push(this.#node(child as NodeEvent));
    }
    recordPositions(items, positionAt(this.source, event.start), places);
    return items;
  }

  #mapping(event: MappingEvent, tag: string): Raw {
    if (tag !== '' && !MAP_TAGS.has(tag)) throw this.#unknownTag(tag, event);
    const own = new Map<Value, Raw>();
    const merged: ReadonlyMap<Value, Raw>[] = [];
    const places = new Map<unknown, Position>();
    const keys = new Map<unknown, Position>();
    for (let child = this.#take() as Event; child.type !== EVENT_ID.POP; child = this.#take() as Event) {
      const keyEvent = child as NodeEvent;
      const keyPlace = this.#placeOf(keyEvent, event);
      if (this.#isMergeKey(keyEvent)) {
        const valueEvent = this.#take();
        merged.push(...this.#mergeSources(valueEvent, this.#placeOf(valueEvent, keyEvent)));
        continue;
      }
      const key = this.#key(keyEvent, own);
      if (own.has(key)) this.#warnOfDuplicate(key, keyPlace);
      const valueEvent = this.#take();
      keys.set(key, keyPlace);
      places.set(key, this.#placeOf(valueEvent, keyEvent));
      if (this.json && key === UNSAFE) this.#unsafe++;
      own.set(key, this.#node(valueEvent));
      if (this.json && key === UNSAFE) this.#unsafe--;
    }
    if (this.json && own.size === 1) {
      if (own.has(UNSAFE)) return own.get(UNSAFE)!;
      if (own.has(VAULT)) return this.#sealed(own.get(VAULT)!, places.get(VAULT)!);
    }
    const self = positionAt(this.source, event.start);
    if (tag === `${CORE}set`) {
      const members = [...own.keys()];
      recordPositions(members, self, new Map([...keys.values()].map((place, i) => [i, place])));
      return members;
    }
    const whole = merged.length > 0 ? new Map([...merged.flatMap(map => [...map]), ...own]) : own;
    recordPositions(whole, self, places);
    recordKeys(whole, keys);
    return whole;
  }

  #sealed(envelope: Raw, position: Position): Raw {
    const text = envelope instanceof Secret ? envelope.reveal() : envelope;
    if (typeof text !== 'string') throw new UserError(`"${VAULT}" holds no text`, { position });
    this.context.sealed?.(text);
    return new Sealed(text, position);
  }

  #isMergeKey(event: NodeEvent): boolean {
    return (
      event.type === EVENT_ID.SCALAR &&
      event.style === SCALAR_STYLE.PLAIN &&
      event.valueEnd - event.valueStart === 2 &&
      this.source.text.startsWith('<<', event.valueStart) &&
      event.tagStart === ABSENT &&
      !this.json
    );
  }

  /** The mappings of a `<<`, lowest precedence first: of a list, the first wins. */
  #mergeSources(event: NodeEvent, position: Position): ReadonlyMap<Value, Raw>[] {
    const value = this.#node(event);
    const list = Array.isArray(value) ? [...(value as readonly Raw[])].reverse() : [value];
    return list.map(item => {
      if (item instanceof Map) return item as ReadonlyMap<Value, Raw>;
      throw new UserError('"<<" merges mappings, and this is none', { position });
    });
  }

  #key(event: NodeEvent, known: ReadonlyMap<Value, Raw>): Value {
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      const template = this.source.text.startsWith('{{', event.start - 1);
      throw new UserError(
        template ? 'a value that begins with "{{" is not quoted' : 'a key must be a scalar',
        {
          position: positionAt(this.source, template ? event.start - 1 : event.start),
          hint: template ? UNQUOTED : undefined,
        },
      );
    }
    if (event.type === EVENT_ID.ALIAS) return this.#node(event) as Value;
    const tag = this.#tag(event);
    const text = event.valueStart === ABSENT ? '' : getScalarValue(this.source.text, event);
    if (event.style !== SCALAR_STYLE.PLAIN || (tag !== '' && explicit(tag, text) === undefined)) return text;
    const key = tag === '' ? (this.json ? resolveJson(text) : resolvePlain(text)) : explicit(tag, text)!;
    if (!(key instanceof Float)) return key;
    // Equal floats are one key, as in Python.
    for (const other of known.keys()) if (other instanceof Float && other.value === key.value) return other;
    return key;
  }

  #warnOfDuplicate(key: Value, position: Position): void {
    this.context.warn(
      `the key "${String(key)}" occurs twice in one mapping; its last value counts`,
      position,
    );
  }

  /** Where a node's content begins; for an empty value, where the node before it stands. */
  #placeOf(event: NodeEvent, before?: NodeEvent): Position {
    return positionAt(this.source, this.#offsetOf(event) ?? (before && this.#offsetOf(before)) ?? 0);
  }

  #offsetOf(event: NodeEvent): number | undefined {
    if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
    if (event.type !== EVENT_ID.SCALAR) return event.start;
    if (event.valueStart === ABSENT) return event.tagStart === ABSENT ? undefined : event.tagStart;
    // A block scalar's content begins behind its indentation.
    return event.indent > 0 ? event.valueStart + event.indent : event.valueStart;
  }

  /** The full name of a node's tag; empty when it has none. */
  #tag(event: TaggedEvent): string {
    if (event.tagStart === ABSENT) return '';
    const text = this.source.text.slice(event.tagStart, event.tagEnd);
    if (text.startsWith('!<')) return text.slice(2, -1);
    const [, handle, name] = /^(!(?:[\w-]*!)?)(.*)$/.exec(text)!;
    const prefix = this.#handles.get(handle!) ?? (handle === '!!' ? CORE : handle);
    return prefix + name!;
  }

  #unknownTag(tag: string, event: TaggedEvent, message?: string): UserError {
    const core = tag.startsWith(CORE);
    const name = core ? `!!${tag.slice(CORE.length)}` : tag;
    const known = core && message !== undefined && SCALAR_TAGS.has(tag);
    const shown = this.source.secret ? '' : ` "${name}"`;
    return new UserError(known ? message : `unknown tag${shown}`, {
      position: positionAt(this.source, event.tagStart),
      hint: known ? undefined : (didYouMean(name, TAGS) ?? 'quote the value if it is to begin with "!"'),
    });
  }
}

const UNQUOTED = 'quote the whole value: key: "{{ … }}"';
const LIST_TAGS = new Set([`${CORE}seq`, `${CORE}omap`, `${CORE}pairs`, '!unsafe', '!']);
const MAP_TAGS = new Set([`${CORE}map`, `${CORE}set`, '!unsafe', '!']);
const SCALAR_TAGS = new Set(['int', 'float', 'bool', 'null'].map(name => CORE + name));

/** The value that a tag of YAML's own asks for; undefined when the text cannot be that. */
function explicit(tag: string, text: string): PlainScalar | undefined {
  if (!tag.startsWith(CORE)) return undefined;
  const name = tag.slice(CORE.length);
  if (name === 'str' || name === 'timestamp') return text;
  if (name === 'int') return parseInteger(text);
  if (name === 'float') return parseFloating(text) ?? wholeFloat(text);
  if (name === 'bool') return parseBoolean(text);
  if (name === 'null') return null;
  if (name === 'binary') return Buffer.from(text, 'base64').toString('utf8');
  return undefined;
}

function wholeFloat(text: string): Float | undefined {
  const value = Number(text.replaceAll('_', ''));
  return text === '' || Number.isNaN(value) ? undefined : new Float(value);
}

/** Numbers of an encrypted file are secrets like its texts; yes, no and nothing tell too little. */
function asSecret(value: PlainScalar): Raw {
  return value === null || typeof value === 'boolean' ? value : new Secret(value);
}
