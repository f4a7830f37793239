import { COLLECTION_STYLE, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import type { Source } from '../../core/position.ts';
import { readEvents } from './events.ts';

/**
 * A YAML text as it is written: what stands where, for changing one value and leaving every other byte. All
 * offsets are into the source's text.
 */
export type YamlNode = YamlScalar | YamlMapping | YamlSequence | YamlAlias;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'absent';
  /** What it says, without quotes and indentation. */
  readonly text: string;
  readonly tag: Span | undefined;
  /** The quotes and what is in them; of a block, the indicators (`|-`). */
  readonly head: Span;
  /** Of a block, its lines with the line break before them, up to the last that is not empty. */
  readonly body: Span | undefined;
  /** How deep the lines of a block are indented; 0 where there are none. */
  readonly indent: number;
  readonly start: number;
  readonly end: number;
}

export interface YamlMapping {
  readonly kind: 'mapping';
  /** `{…}` */
  readonly flow: boolean;
  readonly tag: Span | undefined;
  readonly entries: readonly { readonly key: YamlNode; readonly value: YamlNode }[];
  readonly start: number;
  readonly end: number;
}

export interface YamlSequence {
  readonly kind: 'sequence';
  /** `[…]` */
  readonly flow: boolean;
  readonly tag: Span | undefined;
  readonly items: readonly YamlNode[];
  readonly start: number;
  readonly end: number;
}

export interface YamlAlias {
  readonly kind: 'alias';
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The roots of a text's documents. Throws UserError where it is not YAML. */
export function outlineYaml(source: Source): YamlNode[] {
  return new Outliner(readEvents(source), source.text).documents();
}

/** The values of a mapping under their keys, and of a list under their numbers. */
export function childrenOf(node: YamlMapping | YamlSequence): (readonly [string | number, YamlNode])[] {
  return node.kind === 'mapping'
    ? node.entries.map(({ key, value }) => [keyText(key), value] as const)
    : node.items.map((item, index) => [index, item] as const);
}

/** A key as it is written, without quotes. */
export function keyText(key: YamlNode): string {
  return key.kind === 'scalar' ? key.text : key.kind === 'alias' ? `*${key.name}` : '?';
}

/** The offset of the end of a line: of its `\n` or `\r\n`, or of the text. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at === -1) return text.length;
  return at > offset && text[at - 1] === '\r' ? at - 1 : at;
}

type NodeEvent = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT } | { type: typeof EVENT_ID.POP }>;
type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;
type CollectionEvent = Extract<Event, { type: typeof EVENT_ID.MAPPING } | { type: typeof EVENT_ID.SEQUENCE }>;

const ABSENT = -1;

const STYLES = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
} as const;

class Outliner {
  #next = 0;

  constructor(
    readonly events: readonly Event[],
    readonly text: string,
  ) {}

  documents(): YamlNode[] {
    const roots: YamlNode[] = [];
    while (this.#next < this.events.length) {
      if (this.events[this.#next++]!.type !== EVENT_ID.DOCUMENT) continue;
      roots.push(this.#node(this.#take() as NodeEvent, 0));
    }
    return roots;
  }

  #take(): Event {
    return this.events[this.#next++]!;
  }

  /** @param from the end of what stands before it */
  #node(event: NodeEvent, from: number): YamlNode {
    if (event.type === EVENT_ID.ALIAS) {
      const name = this.text.slice(event.anchorStart, event.anchorEnd);
      return { kind: 'alias', name, start: event.anchorStart - 1, end: event.anchorEnd };
    }
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event, from);
    return event.type === EVENT_ID.SEQUENCE ? this.#sequence(event) : this.#mapping(event);
  }

  #scalar(event: ScalarEvent, from: number): YamlScalar {
    const tag = spanOfTag(event);
    const props = Math.max(event.tagEnd, event.anchorEnd);
    const before = Math.max(props, from);
    const starts = [event.tagStart, event.anchorStart - 1].filter(at => at >= 0);
    if (event.valueStart === ABSENT) {
      const at = props === ABSENT ? from : props;
      const head = { start: at, end: at };
      const start = Math.min(at, ...starts);
      return {
        kind: 'scalar',
        style: 'absent',
        text: '',
        tag,
        head,
        body: undefined,
        indent: 0,
        start,
        end: at,
      };
    }
    const style = STYLES[event.style];
    const text = getScalarValue(this.text, event);
    if (style === 'literal' || style === 'folded') {
      const head = this.#blockHead(event.valueStart, before);
      const body = this.#blockBody(head, event.valueEnd);
      const start = Math.min(head.start, ...starts);
      const indent = Math.max(0, event.indent);
      return { kind: 'scalar', style, text, tag, head, body, indent, start, end: body.end };
    }
    const quote = style === 'plain' ? 0 : 1;
    const head = { start: event.valueStart - quote, end: event.valueEnd + quote };
    const start = Math.min(head.start, ...starts);
    return { kind: 'scalar', style, text, tag, head, body: undefined, indent: 0, start, end: head.end };
  }

  #blockHead(valueStart: number, before: number): Span {
    const lineStart = this.text.lastIndexOf('\n', valueStart - 2) + 1;
    const from = Math.max(before, Math.min(lineStart, valueStart));
    const start = from + this.text.slice(from).search(/[|>]/);
    return { start, end: start + /^[|>][-+\d]*/.exec(this.text.slice(start, start + 4))![0].length };
  }

  #blockBody(head: Span, valueEnd: number): Span {
    const start = lineEnd(this.text, head.end);
    let end = valueEnd;
    while (end > start && /\s/.test(this.text[end - 1]!)) end--;
    // White space at the end of the last line that says something belongs to it.
    return { start, end: end > start ? lineEnd(this.text, end) : start };
  }

  #sequence(event: CollectionEvent): YamlSequence {
    const flow = event.style === COLLECTION_STYLE.FLOW;
    const items: YamlNode[] = [];
    let end = event.start + 1;
    for (let child = this.#take(); child.type !== EVENT_ID.POP; child = this.#take()) {
      const item = this.#node(
        child as NodeEvent,
        flow ? end : this.#behindDash(end, items.length === 0 ? event.start : end),
      );
      items.push(item);
      end = Math.max(end, item.end);
    }
    if (flow) end = this.#behindBracket(end);
    return { kind: 'sequence', flow, tag: spanOfTag(event), items, start: event.start, end };
  }

  #mapping(event: CollectionEvent): YamlMapping {
    const flow = event.style === COLLECTION_STYLE.FLOW;
    const entries: { key: YamlNode; value: YamlNode }[] = [];
    let end = flow ? event.start + 1 : event.start;
    for (let child = this.#take(); child.type !== EVENT_ID.POP; child = this.#take()) {
      const key = this.#node(child as NodeEvent, end);
      const value = this.#node(this.#take() as NodeEvent, this.#behindColon(key.end));
      entries.push({ key, value });
      end = Math.max(end, key.end, value.end);
    }
    if (flow) end = this.#behindBracket(end);
    return { kind: 'mapping', flow, tag: spanOfTag(event), entries, start: event.start, end };
  }

  #behindColon(keyEnd: number): number {
    const colon = /^\s*:/.exec(this.text.slice(keyEnd, keyEnd + 1000));
    return colon ? keyEnd + colon[0].length : keyEnd;
  }

  #behindDash(end: number, from: number): number {
    const pattern = /(?:^|\n)?[ \t]*-(?=\s|$)/g;
    pattern.lastIndex = from;
    const found = pattern.exec(this.text);
    return found ? found.index + found[0].length : end;
  }

  /** What may stand between the last part of `{…}` or `[…]` and its end: space, a comma, comments. */
  #behindBracket(from: number): number {
    let at = from;
    while (at < this.text.length && !/[}\]]/.test(this.text[at]!)) {
      at = this.text[at] === '#' && /\s/.test(this.text[at - 1]!) ? lineEnd(this.text, at) : at + 1;
    }
    return Math.min(at + 1, this.text.length);
  }
}

function spanOfTag(event: ScalarEvent | CollectionEvent): Span | undefined {
  return event.tagStart === ABSENT ? undefined : { start: event.tagStart, end: event.tagEnd };
}
