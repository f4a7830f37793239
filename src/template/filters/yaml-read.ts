import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE } from 'js-yaml';
import { Float } from '../../core/value.ts';
import { resolvePlain } from '../../core/yaml-scalars.ts';
import { Fault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { setKey } from '../python/compare.ts';
import { toText } from '../python/print.ts';

/** The documents of a YAML text that is data: nothing in it is a template, and tags other than YAML's own are refused. */
export function readYaml(text: string): unknown[] {
  // Reading YAML takes many times as long as other ways of going through a text.
  spend(text.length);
  try {
    return new Reader(text, parseEvents(text, {}) as Event[]).documents();
  } catch (error) {
    if (error instanceof Fault || error instanceof RangeError) throw error;
    throw new Fault(`from_yaml: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}

const CORE = 'tag:yaml.org,2002:';
const ABSENT = -1;

class Reader {
  private next = 0;
  private readonly anchors = new Map<string, unknown>();

  constructor(
    private readonly text: string,
    private readonly events: readonly Event[],
  ) {}

  documents(): unknown[] {
    const documents: unknown[] = [];
    while (this.next < this.events.length) {
      if (this.events[this.next++]!.type !== EVENT_ID.DOCUMENT) continue;
      this.anchors.clear();
      documents.push(this.node(this.events[this.next++]!));
    }
    return documents;
  }

  private node(event: Event): unknown {
    if (event.type === EVENT_ID.ALIAS) {
      const name = this.text.slice(event.anchorStart, event.anchorEnd);
      if (!this.anchors.has(name)) throw new Fault(`from_yaml: found undefined alias '${name}'`);
      return this.anchors.get(name);
    }
    if (event.type !== EVENT_ID.SCALAR && event.type !== EVENT_ID.MAPPING && event.type !== EVENT_ID.SEQUENCE)
      return null;
    const tag =
      event.tagStart === ABSENT ? '' : this.text.slice(event.tagStart, event.tagEnd).replace(/^!!/, CORE);
    const value =
      event.type === EVENT_ID.SCALAR
        ? this.scalar(event, tag)
        : event.type === EVENT_ID.MAPPING
          ? this.mapping(tag)
          : this.sequence();
    if (event.anchorStart !== ABSENT)
      this.anchors.set(this.text.slice(event.anchorStart, event.anchorEnd), value);
    return value;
  }

  private scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>, tag: string): unknown {
    if (event.valueStart === ABSENT) return tag === '' || tag === `${CORE}null` ? null : '';
    const text = getScalarValue(this.text, event);
    if (tag === '') return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text;
    if (tag === `${CORE}str` || tag === '!' || tag === '!unsafe') return text;
    if (tag === `${CORE}binary`) return Buffer.from(text, 'base64').toString('utf8');
    const value = resolvePlain(text);
    if (tag === `${CORE}float` && typeof value === 'number') return new Float(value);
    if (!tag.startsWith(CORE))
      throw new Fault(`from_yaml: could not determine a constructor for the tag '${tag}'`);
    return value;
  }

  private sequence(): unknown[] {
    const items: unknown[] = [];
    for (
      let child = this.events[this.next++]!;
      child.type !== EVENT_ID.POP;
      child = this.events[this.next++]!
    )
      items.push(this.node(child));
    return items;
  }

  private mapping(tag: string): unknown {
    const own = new Map<unknown, unknown>();
    const merged: unknown[] = [];
    for (
      let child = this.events[this.next++]!;
      child.type !== EVENT_ID.POP;
      child = this.events[this.next++]!
    ) {
      const isMerge =
        child.type === EVENT_ID.SCALAR &&
        child.style === SCALAR_STYLE.PLAIN &&
        getScalarValue(this.text, child) === '<<';
      const key = this.node(child);
      const value = this.node(this.events[this.next++]!);
      if (isMerge) merged.push(...(Array.isArray(value) ? [...value].reverse() : [value]));
      else setKey(own, Array.isArray(key) || key instanceof Map ? toText(key) : key, value);
    }
    if (tag === `${CORE}set`) return [...own.keys()];
    if (merged.length === 0) return own;
    const whole = new Map<unknown, unknown>();
    for (const map of [...merged, own])
      if (map instanceof Map) for (const [key, value] of map) setKey(whole, key, value);
    return whole;
  }
}
