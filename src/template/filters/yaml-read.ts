import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE } from 'js-yaml';
import { Float } from '../../core/value.ts';
import { resolvePlain } from '../../core/yaml-scalars.ts';
import { Fault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { setKey } from '../python/compare.ts';
import { isInteger, Tuple } from '../python/values.ts';

/** The documents of a YAML text that is data: nothing in it is a template, and tags other than YAML's own are refused. */
export function readYaml(text: string): unknown[] {
  // Reading YAML takes many times as long as other ways of going through a text.
  spend(text.length);
  if (/^[ \r\n]*\t/.test(text)) throw new Fault('from_yaml: a tab stands where a value should');
  try {
    return new Reader(text, parseEvents(text, {}) as Event[]).documents();
  } catch (error) {
    if (error instanceof Fault || error instanceof RangeError) throw error;
    throw new Fault(`from_yaml: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}

const CORE = 'tag:yaml.org,2002:';
const ABSENT = -1;

/** What the tags of plain values make of what the text says by itself; undefined where that is something else. */
const CONVERSIONS = new Map<string, (value: unknown) => unknown>([
  [`${CORE}int`, value => (isInteger(value) ? value : undefined)],
  [
    `${CORE}float`,
    value => (isInteger(value) ? new Float(Number(value)) : value instanceof Float ? value : undefined),
  ],
  [`${CORE}bool`, value => (typeof value === 'boolean' ? value : undefined)],
  [`${CORE}timestamp`, value => (typeof value === 'string' ? value : undefined)],
]);

function refuseTag(tag: string): never {
  throw new Fault(`from_yaml: could not determine a constructor for the tag '${tag}'`);
}

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
          : this.sequence(tag);
    if (event.anchorStart !== ABSENT) {
      const name = this.text.slice(event.anchorStart, event.anchorEnd);
      if (!/^[\w-]+$/.test(name)) throw new Fault(`from_yaml: '${name}' is no name of an anchor`);
      this.anchors.set(name, value);
    }
    return value;
  }

  private scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>, tag: string): unknown {
    if (event.valueStart === ABSENT) return tag === '' || tag === `${CORE}null` ? null : '';
    const text = getScalarValue(this.text, event);
    if (tag === '' && event.style === SCALAR_STYLE.PLAIN && text === '=') refuseTag(`${CORE}value`);
    if (tag === '') return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text;
    if (tag === `${CORE}str` || tag === '!') return text;
    if (tag === `${CORE}binary`) return Buffer.from(text, 'base64').toString('utf8');
    if (tag === `${CORE}null`) return null;
    const value = resolvePlain(text);
    const convert = CONVERSIONS.get(tag);
    const converted = convert ? convert(value) : refuseTag(tag);
    if (converted === undefined) throw new Fault(`from_yaml: '${text}' is no ${tag.slice(CORE.length)}`);
    return converted;
  }

  private sequence(tag: string): unknown[] {
    const hasPairs = tag === `${CORE}omap` || tag === `${CORE}pairs`;
    if (tag !== '' && tag !== `${CORE}seq` && !hasPairs) refuseTag(tag);
    const items: unknown[] = [];
    for (
      let child = this.events[this.next++]!;
      child.type !== EVENT_ID.POP;
      child = this.events[this.next++]!
    )
      items.push(this.node(child));
    return hasPairs ? items.map(item => new Tuple(item instanceof Map ? [...item][0]! : [])) : items;
  }

  private mapping(tag: string): unknown {
    if (tag !== '' && tag !== `${CORE}map` && tag !== `${CORE}set`) refuseTag(tag);
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
      else if (Array.isArray(key) || key instanceof Map)
        throw new Fault(
          'from_yaml: a list or mapping cannot be a key',
          'a value that starts with { needs quotes',
        );
      else setKey(own, key, value);
    }
    if (tag === `${CORE}set`) return [...own.keys()];
    if (merged.length === 0) return own;
    const whole = new Map<unknown, unknown>();
    for (const map of [...merged, own])
      if (map instanceof Map) for (const [key, value] of map) setKey(whole, key, value);
      else throw new Fault('from_yaml: only mappings can be merged with <<');
    return whole;
  }
}
