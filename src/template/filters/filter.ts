import type { Engine } from '../compile/engine.ts';
import { Fault } from '../grammar/fault.ts';
import { Signature } from '../python/signature.ts';
import { pythonType } from '../python/values.ts';

export type RunFilter = (args: unknown[], engine: Engine) => unknown;

export interface Filter {
  signature: Signature;
  run: RunFilter;
  /** Gets undefined values as they are, to catch them. */
  takesUndefined?: boolean;
  /**
   * Passes elements along without looking into them, or compares them only. Secrets in its arguments stay
   * wrapped one by one; the arguments of any other filter are unwrapped, and all its result is hidden.
   */
  opaque?: boolean;
  /** Looks at no more elements than it needs, so that undefined ones among them are no fault. */
  picks?: boolean;
}

export type FilterTable = Readonly<Record<string, Filter>>;

/** A filter that computes with its arguments. The signature names the filtered value first. */
export function filter(signature: string, run: RunFilter): Filter {
  return { signature: new Signature(signature), run };
}

/** A filter that picks, orders or gathers elements and leaves each as it is. */
export function opaque(signature: string, run: RunFilter): Filter {
  return { signature: new Signature(signature), run, opaque: true };
}

/** An opaque filter for which it is no fault when there are undefined elements in what it goes through. */
export function picking(signature: string, run: RunFilter): Filter {
  return { ...opaque(signature, run), picks: true };
}

/** An opaque filter that is given undefined values too. */
export function catching(signature: string, run: RunFilter): Filter {
  return { ...picking(signature, run), takesUndefined: true };
}

/** A filter's argument that has to be text. */
export function textIn(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Fault(`${name} takes text, not ${pythonType(value)}`);
}
