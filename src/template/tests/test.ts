import type { Engine } from '../compile/engine.ts';
import { Signature } from '../python/signature.ts';

export interface Test {
  signature: Signature;
  run: (args: unknown[], engine: Engine) => boolean;
  /** Gets undefined values as they are: `is defined`. */
  takesUndefined?: boolean;
}

export type TestTable = Readonly<Record<string, Test>>;

/** A test; whether it holds is no secret, so it gets what secrets hold. */
export function test(signature: string, run: Test['run']): Test {
  return { signature: new Signature(signature), run };
}
