import { Signature } from './signature.ts';
import type { CallArguments } from './values.ts';

/** A method of a Python type: `run` gets the object and its bound arguments. */
export interface Method<Self> {
  signature: Signature;
  run(self: Self, args: unknown[]): unknown;
}

export type Methods<Self> = ReadonlyMap<string, Method<Self>>;

export type MethodTable<Self> = readonly (readonly [
  string,
  string,
  (self: Self, args: unknown[]) => unknown,
])[];

/** Methods by name; a Map, so that no name of JavaScript's own objects is one of them. */
export function methods<Self>(table: MethodTable<Self>): Methods<Self> {
  return new Map(table.map(([name, text, run]) => [name, { signature: new Signature(text), run }]));
}

export function callMethod<Self>(
  method: Method<Self>,
  name: string,
  self: Self,
  args: CallArguments,
): unknown {
  return method.run(self, method.signature.bind(`the method ${name}`, args));
}
