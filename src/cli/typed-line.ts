import { Interrupted } from './exit-status.ts';

/** A line as it is typed at a terminal in raw mode, which neither shows nor edits: as far as a password needs it. */
export class TypedLine {
  readonly #typed: string[] = [];

  constructor(
    private readonly shown: boolean,
    private readonly say: (text: string) => void,
  ) {}

  /** The line once it is complete. Throws Interrupted. */
  take(character: string): string | undefined {
    const typed = this.#typed;
    if (character === '\r' || character === '\n') return typed.join('');
    if (character === CTRL_C) throw new Interrupted();
    if (character === CTRL_D) {
      if (typed.length === 0) throw new Interrupted();
      return typed.join('');
    }
    if (character === '\x7f' || character === '\b') {
      if (typed.pop() !== undefined && this.shown) this.say('\b \b');
    } else if (character === CTRL_U) {
      if (this.shown) this.say('\b \b'.repeat(typed.length));
      typed.length = 0;
    } else if (character >= ' ') {
      typed.push(character);
      if (this.shown) this.say(character);
    }
    return undefined;
  }
}

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_U = '\x15';
