import { floatText } from '../../core/number.ts';
import { Float, Sealed } from '../../core/value.ts';
import { spend } from '../limits.ts';
import { compare } from '../python/compare.ts';
import { DateTime } from '../python/dates.ts';
import { toText } from '../python/print.ts';
import { plainData } from './json.ts';
import { ScalarWriter, type Style } from './yaml-text.ts';

export interface YamlOptions {
  /** null: containers of scalars only are written in flow style. */
  flow: boolean | null;
  indent: number;
  width: number;
  sortKeys: boolean;
  /** For all scalars, numbers too. */
  style: Style | undefined;
  explicitStart: boolean;
  explicitEnd: boolean;
  lineBreak: string;
  version: string | undefined;
}

/** YAML as PyYAML's emitter lays it out, but for anchors: what occurs twice is written twice. */
export function writeYaml(value: unknown, options: YamlOptions): string {
  const writer = new YamlWriter(options);
  return writer.document(value);
}

class YamlWriter extends ScalarWriter {
  constructor(private readonly options: YamlOptions) {
    super(
      options.width > options.indent * 2 ? options.width : 80,
      options.indent > 1 && options.indent < 10 ? options.indent : 2,
    );
  }

  document(value: unknown): string {
    const { explicitStart, explicitEnd, version, lineBreak } = this.options;
    if (version !== undefined) this.text = `%YAML ${version}\n`;
    if (explicitStart || version !== undefined) this.write('---', true);
    const plain = yamlData(value);
    this.node(plain, -1, { mapping: false, simpleKey: false, root: true });
    const end = explicitEnd || this.isOpenEnded ? '...\n' : '';
    const text = this.text.endsWith('\n') ? this.text : `${this.text}\n`;
    return `${text}${end}`.replaceAll('\n', lineBreak);
  }

  private node(
    value: unknown,
    indent: number,
    place: { mapping: boolean; simpleKey: boolean; root?: boolean; sequence?: boolean },
  ): void {
    spend(2);
    if (Array.isArray(value)) {
      if (this.flowLevel > 0 || value.length === 0 || this.isFlow(value)) this.flowSequence(value, indent);
      else this.blockSequence(value, indent, place.mapping);
    } else if (value instanceof Map) {
      if (this.flowLevel > 0 || value.size === 0 || this.isFlow([...value.keys(), ...value.values()]))
        this.flowMapping(value, indent);
      else this.blockMapping(value, indent);
    } else if (value instanceof DateTime) this.word(value.iso(' '));
    else if (value instanceof Sealed) {
      this.write('!vault', true);
      this.scalar(value.envelope, this.deeper(indent), false, 'literal');
    } else {
      const { style } = this.options;
      const inner = indent < 0 ? this.step : this.deeper(indent);
      if (typeof value === 'string') this.scalar(value, inner, place.simpleKey, style ?? 'plain');
      else if (style === undefined) this.word(scalarText(value));
      else {
        this.write('!', true);
        this.scalar(scalarText(value), inner, place.simpleKey, style);
      }
    }
  }

  private isFlow(parts: readonly unknown[]): boolean {
    const { flow } = this.options;
    if (flow !== null) return flow;
    if (this.options.style !== undefined) return false;
    return parts.every(part => {
      const plain = yamlData(part);
      // PyYAML keeps block style only below containers and text that is not plain.
      return !isContainer(plain);
    });
  }

  private deeper(indent: number): number {
    if (indent < 0) return this.flowLevel > 0 ? this.step : 0;
    return indent + this.step;
  }

  private blockSequence(items: readonly unknown[], indent: number, inMapping: boolean): void {
    const inner = inMapping && !this.indented ? Math.max(indent, 0) : this.deeper(indent);
    for (const item of items) {
      this.newline(inner);
      this.write('-', true, true);
      this.node(yamlData(item), inner, { mapping: false, simpleKey: false, sequence: true });
    }
  }

  private blockMapping(dict: ReadonlyMap<unknown, unknown>, indent: number): void {
    const inner = this.deeper(indent);
    for (const [key, item] of this.entries(dict)) {
      this.newline(inner);
      const value = yamlData(item);
      if (isSimpleKey(key)) {
        this.node(key, inner, { mapping: true, simpleKey: true });
        this.write(':', false);
      } else {
        this.write('?', true, true);
        this.node(key, inner, { mapping: true, simpleKey: false });
        this.newline(inner);
        this.write(':', true, true);
      }
      this.node(value, inner, { mapping: true, simpleKey: false });
    }
  }

  private flowSequence(items: readonly unknown[], indent: number): void {
    this.write('[', true);
    this.flowLevel++;
    const inner = this.deeper(indent);
    items.forEach((item, i) => {
      if (i > 0) this.write(',', false);
      if (this.column > this.width) this.newline(inner);
      this.node(yamlData(item), inner, { mapping: false, simpleKey: false });
    });
    this.flowLevel--;
    this.write(']', false);
  }

  private flowMapping(dict: ReadonlyMap<unknown, unknown>, indent: number): void {
    this.write('{', true);
    this.flowLevel++;
    const inner = this.deeper(indent);
    let first = true;
    for (const [key, item] of this.entries(dict)) {
      if (!first) this.write(',', false);
      first = false;
      if (this.column > this.width) this.newline(inner);
      if (isSimpleKey(key)) {
        this.node(key, inner, { mapping: true, simpleKey: true });
        this.write(':', false);
      } else {
        this.write('?', true);
        this.node(key, inner, { mapping: true, simpleKey: false });
        this.write(':', true);
      }
      this.node(yamlData(item), inner, { mapping: true, simpleKey: false });
    }
    this.flowLevel--;
    this.write('}', false);
  }

  private entries(dict: ReadonlyMap<unknown, unknown>): [unknown, unknown][] {
    const entries = [...dict];
    if (!this.options.sortKeys) return entries;
    try {
      return entries.sort(([a], [b]) => compare(a, b));
    } catch {
      // Keys of several types have no order: PyYAML leaves them as they are.
      return [...dict];
    }
  }
}

/** Times have a form of their own in YAML. */
function yamlData(value: unknown): unknown {
  return value instanceof DateTime || value instanceof Sealed ? value : plainData(value);
}

/** A key that fits on its line; longer ones need `? `. */
function isSimpleKey(key: unknown): boolean {
  return typeof key !== 'string' || (key.length < 128 && !key.includes('\n'));
}

function isContainer(value: unknown): boolean {
  return Array.isArray(value) || value instanceof Map;
}

function scalarText(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Float) return floatScalar(value.value);
  return toText(value);
}

function floatScalar(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = floatText(value);
  return !text.includes('.') && text.includes('e') ? text.replace('e', '.0e') : text;
}
