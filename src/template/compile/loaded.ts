import type { TemplateText } from '../../core/value.ts';
import { LimitFault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { Module } from '../python/things.ts';
import type { Engine } from './engine.ts';
import { type Blocks, Layer, SelfBlocks } from './inheritance.ts';
import { type Context, Frame, Run } from './run.ts';
import type { Compiled } from './template.ts';

/** A compiled template together with where it came from, ready to be rendered, included, imported or extended. */
export class Loaded {
  constructor(
    private readonly template: TemplateText,
    private readonly compiled: Compiled,
    /** Turns faults inside of this template into errors that name its file. */
    private readonly guard: <T>(work: () => T) => T,
    /** It stood in an encrypted file: what it renders to is a secret. */
    private readonly hidden: (value: unknown) => unknown,
  ) {}

  /** What the template puts out, for one that includes it. */
  render(from: Run, context: Context): unknown {
    return this.start(from.engine, context, from.depth + 1).value;
  }

  /** As the template that imports it has it, under the name that was asked for. */
  module(name: string, from: Run, context: Context): Module {
    const { frame, value } = this.start(from.engine, context, from.depth + 1);
    const exported = new Map<string, unknown>();
    for (const [name, slot] of this.compiled.exported) {
      if (frame.slots[slot] !== undefined) exported.set(name, frame.slots[slot]);
    }
    return new Module(name, exported, value);
  }

  /** Renders from the start; `depth` counts templates inside of templates. */
  start(engine: Engine, context: Context, depth = 0): { frame: Frame; value: unknown } {
    spend(20);
    if (depth > DEEPEST) throw new LimitFault('templates include one another without end');
    const run = new Run(engine, context, this.template);
    run.depth = depth;
    const frame = new Frame(run, this.compiled.size, undefined);
    if (this.compiled.blocks.size > 0) run.blocks = this.addBlocks(new Map());
    const value = this.guard(() => this.hidden(this.finish(run, frame, context)));
    return { frame, value };
  }

  private finish(run: Run, frame: Frame, context: Context): unknown {
    this.compiled.body(frame);
    if (!run.parent) return run.result();
    const exported = new Map<string, unknown>();
    for (const [name, slot] of this.compiled.exported) {
      if (frame.slots[slot] !== undefined) exported.set(name, frame.slots[slot]);
    }
    const blocks: Blocks = (run.blocks as Blocks | undefined) ?? new Map();
    // What came before `extends` has been put out.
    run.emit((run.parent as Loaded).asParent(run, new Layer(exported, context), blocks));
    return run.result();
  }

  /** Renders this template as the one that another extends, whose blocks come first. */
  private asParent(child: Run, context: Context, blocks: Blocks): unknown {
    if (child.depth > DEEPEST) throw new LimitFault('templates extend one another without end');
    const run = new Run(child.engine, context, this.template);
    run.depth = child.depth + 1;
    run.blocks = this.addBlocks(blocks);
    const frame = new Frame(run, this.compiled.size, undefined);
    return this.guard(() => this.hidden(this.finish(run, frame, context)));
  }

  private addBlocks(blocks: Blocks): Blocks {
    for (const [name, step] of this.compiled.blocks) {
      const versions = blocks.get(name);
      const guarded = (frame: Frame): void => {
        // A block is of the template that defines it, whichever renders it.
        frame.run.template = this.template;
        this.guard(() => step(frame));
      };
      if (versions) versions.push(guarded);
      else blocks.set(name, [guarded]);
    }
    return blocks;
  }
}

/** `self` in a template with blocks. */
export function selfOf(run: Run, context: Context): unknown {
  return run.blocks ? new SelfBlocks(run, context) : undefined;
}

const DEEPEST = 100;
