import { UserError } from '../../../core/error.ts';
import { positionAt, type Source } from '../../../core/position.ts';
import { lineEnd, outlineYaml, type YamlNode, type YamlScalar } from '../../../load/yaml/outline.ts';
import type { Written } from './scalar-text.ts';

/** One change of a text: what stands between two offsets gives way to something else. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A YAML file's text, and what is needed for writing more of it in the way the rest is written. */
export class YamlText {
  readonly roots: readonly YamlNode[];
  /** The text without a byte order mark; all offsets are into this. */
  readonly text: string;
  readonly lineBreak: string;

  constructor(readonly source: Source) {
    this.text = source.text;
    this.lineBreak = this.text.includes('\r\n') ? '\r\n' : '\n';
    this.roots = outlineYaml(source);
  }

  /** How much deeper than their key the lines of a block stand here. */
  step(node: YamlNode | undefined = this.roots[0]): number {
    for (const [parent, child] of nested(node)) {
      const step = this.column(child.start) - this.column(parent.start);
      if (step > 0) return Math.min(step, 9);
    }
    return 2;
  }

  column(offset: number): number {
    return offset - (this.text.lastIndexOf('\n', offset - 1) + 1);
  }

  error(message: string, offset: number, hint?: string): UserError {
    return new UserError(message, { position: positionAt(this.source, offset), hint });
  }

  /** Puts a value in the place of a scalar; tag and anchor before it and a comment behind it stay. */
  replace(node: YamlScalar, written: Written, indent: number): Splice[] {
    return this.replaceRaw(node, written.head, this.body(written, indent));
  }

  /** As `replace`, with the lines below the head as they are to stand there, line breaks before them included. */
  replaceRaw(node: YamlScalar, head: string, body: string): Splice[] {
    const space = node.style === 'absent' && !/\s$/.test(this.text.slice(0, node.head.start)) ? ' ' : '';
    const end = lineEnd(this.text, node.end);
    return [
      { ...node.head, text: space + head },
      { ...(node.body ?? { start: end, end }), text: body },
    ];
  }

  body({ lines = [] }: Written, indent: number): string {
    const margin = ' '.repeat(indent);
    return lines.map(line => this.lineBreak + (line === '' ? '' : margin + line)).join('');
  }
}

/** The text with all changes made; they must not overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, text: replacement } of [...splices].sort((a, b) => a.start - b.start)) {
    result += text.slice(from, start) + replacement;
    from = end;
  }
  return result + text.slice(from);
}

/** Every collection in block style with its parent mapping. */
function* nested(node: YamlNode | undefined): Generator<readonly [YamlNode, YamlNode]> {
  if (node?.kind === 'mapping' && !node.flow) {
    for (const { value } of node.entries) {
      if (value.kind === 'mapping' && !value.flow) yield [node, value];
      yield* nested(value);
    }
  }
  if (node?.kind === 'sequence') for (const item of node.items) yield* nested(item);
}
