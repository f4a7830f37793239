import { revealed } from '../core/secret.ts';
import { isList, type Value } from '../core/value.ts';

/** A name that a template gave: of a file, a variable, a handler. It is one also where it comes out of a vault. */
export function plainText(value: Value): string {
  return String(plainWords(value));
}

/** The same for what is no text, or a list: a pattern of hosts, a number of them. */
export function plainWords(value: Value): Value {
  const plain = revealed(value);
  return isList(plain) ? plain.map(plainWords) : plain;
}
