import { inspect } from 'node:util';
import { MASK, remember, rememberJoined } from './known-secrets.ts';
import type { Float, Integer } from './number.ts';

export { MASK, redact } from './known-secrets.ts';

export type SecretContent = string | Integer | Float;

/**
 * A value that must not leave the program: decrypted from a vault, typed at a prompt, or a parameter that is
 * a password by nature. It prints as stars in every way JavaScript has of printing a value; only `reveal`
 * gives the text.
 *
 * Every secret is known to `redact` from the moment it exists, so that output is clean even where the value
 * was revealed and mixed into other text.
 */
export class Secret {
  readonly #content: SecretContent;

  /** @param isJoined text in which secrets stand as they are, beside text that is none */
  constructor(content: SecretContent, isJoined = false) {
    this.#content = content;
    if (isJoined) rememberJoined(String(content));
    else remember(String(content));
  }

  /** The text, for the one place that hands it to a host or a cipher. */
  reveal(): string {
    return String(this.#content);
  }

  /** The value in its own type, for computing with it. */
  get content(): SecretContent {
    return this.#content;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** What a secret holds; anything else as it is. */
export function revealed<T>(value: T): Exclude<T, Secret> | SecretContent {
  return (value instanceof Secret ? value.content : value) as Exclude<T, Secret> | SecretContent;
}
