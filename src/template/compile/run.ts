import { Secret } from '../../core/secret.ts';
import type { TemplateText } from '../../core/value.ts';
import { Fault, LimitFault } from '../grammar/fault.ts';
import type { At } from '../grammar/nodes.ts';
import { allowText, spend } from '../limits.ts';
import { Module } from '../python/things.ts';
import { Blank, deferred, Undefined } from '../python/values.ts';
import { asFault } from '../thrown.ts';
import { isPutOutAsItIs } from '../traits.ts';
import type { Engine } from './engine.ts';

/** Compiled expression and statement. */
export type Code = (frame: Frame) => unknown;
export type Step = (frame: Frame) => void;

/** Where a template finds what it does not define itself. */
export interface Context {
  /** undefined: there is no such variable. */
  get(name: string): unknown;
  /** The template's text, for including others that stand beside it. */
  names(): Iterable<string>;
}

/** Variables of one call of a function: slots as `Names` gave them out; JavaScript's undefined is "not set". */
export class Frame {
  readonly slots: unknown[];
  constructor(
    readonly run: Run,
    size: number,
    readonly up: Frame | undefined,
  ) {
    this.slots = new Array(size).fill(undefined);
  }
}

/** One template being rendered: its output so far. */
export class Run {
  private out = '';
  private aside: string[] = [];
  private asideLength = 0;
  private first: unknown;
  private count = 0;
  private gone: Undefined | undefined;
  private secret = false;
  /** Set by `extends`: what to render when this template's own statements are done. */
  parent: unknown;
  blocks: unknown;
  depth = 0;

  constructor(
    readonly engine: Engine,
    readonly context: Context,
    /** What is rendered: errors are placed in it, and what it includes is looked for beside it. */
    public template: TemplateText,
  ) {}

  /** Adds to the output. A single value keeps its type; with a second one all becomes text. */
  emit(value: unknown): void {
    if (value === null) return;
    if (value instanceof Module) {
      this.emit(value.output);
      return;
    }
    if (value instanceof Undefined && !(value instanceof Blank)) {
      this.gone ??= value;
      return;
    }
    if (this.count === 0) {
      this.count = 1;
      // A list that the template changes later is printed as it is now.
      this.first = typeof value === 'object' && isPutOutAsItIs(value) ? snapshot(value) : value;
      return;
    }
    if (this.count === 1) {
      this.count = 2;
      this.out = this.text(this.first);
    }
    this.out += typeof value === 'string' ? value : this.text(value);
    if (this.out.length > LONG) this.putAside();
  }

  /** A text made of many pieces takes many times its length until it is asked for a character. */
  private putAside(): void {
    this.out.charCodeAt(0);
    this.aside.push(this.out);
    this.asideLength += this.out.length;
    allowText(this.asideLength);
    this.out = '';
  }

  /** What the steps put out, as a value; the output outside stays as it is. */
  capture(steps: Step, frame: Frame): unknown {
    const { out, aside, asideLength, first, count, gone, secret, parent } = this;
    this.out = '';
    this.aside = [];
    this.asideLength = 0;
    this.first = undefined;
    this.count = 0;
    this.gone = undefined;
    this.secret = false;
    this.parent = undefined;
    spend(CALL);
    if (++this.depth > DEEPEST) throw new LimitFault('macros or includes are nested without end');
    try {
      steps(frame);
      return this.result();
    } finally {
      this.depth--;
      this.out = out;
      this.aside = aside;
      this.asideLength = asideLength;
      this.first = first;
      this.count = count;
      this.gone = gone;
      this.secret = secret;
      this.parent = parent;
    }
  }

  /** What has been put out so far: None if nothing was, and undefined if a part of it is. */
  result(): unknown {
    if (this.gone) return this.gone;
    if (this.count === 0) return null;
    if (this.count === 1) return this.first;
    const text = this.asideLength === 0 ? this.out : this.aside.join('') + this.out;
    return this.secret ? new Secret(text, true) : text;
  }

  private text(value: unknown): string {
    if (typeof value === 'string') return value;
    let printed: string | Secret;
    try {
      printed = this.engine.printed(value);
    } catch (error) {
      this.gone ??= deferred(error);
      return '';
    }
    if (typeof printed === 'string') return printed;
    this.secret = true;
    return printed.reveal();
  }
}

function snapshot(value: object): unknown {
  return value instanceof Map ? new Map(value) : Array.isArray(value) ? [...value] : value;
}

const DEEPEST = 400;

const LONG = 100_000;

/** A macro's call takes as long as so many turns of a loop. */
const CALL = 10;

/** Gives an error from inside of a computation the place of the node it happened in. */
export function placed(error: unknown, at: At): unknown {
  const fault = error instanceof Fault ? error : asFault(error);
  return fault instanceof Fault ? fault.at(at.lineno, at.colno) : fault;
}

/** The value, unless it is undefined: then the error that says so. */
export function defined(value: unknown): unknown {
  return value instanceof Undefined ? value.fail() : value;
}
