import { UserError } from '../core/error.ts';
import { bytesOfText } from '../core/escaped-bytes.ts';
import type { Secret } from '../core/secret.ts';

/** The file, program or keyring that a password was to come from does not give it. */
export class NoPassword extends UserError {
  override readonly name = 'NoPassword';
}

/** A password under its label, and the keys that were derived from it in this run. */
export class Identity {
  readonly #password: () => Secret;
  readonly #keys = new Map<string, Buffer>();
  readonly #underway = new Map<string, Promise<void>>();
  #salt: Uint8Array | undefined;
  #findSalt: (() => void) | undefined;

  constructor(
    readonly label: string,
    /** Where the password comes from, for messages: `file ~/.vault_pass`, `prompt`. */
    readonly source: string,
    password: () => Secret,
    /** The password is asked for when it is needed: better not, if there is another way. */
    readonly asks = false,
  ) {
    this.#password = password;
  }

  /** The password's bytes; the first call reads the file or runs the program. Throws NoPassword. */
  password(): Buffer {
    try {
      return bytesOfText(this.#password().reveal());
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
      throw new NoPassword(cause.message, { position: cause.position, hint: cause.hint, cause });
    }
  }

  /** A key for this password and salt: derived once, however many secrets share them. */
  key(purpose: string, salt: Uint8Array, derive: (password: Buffer) => Buffer): Buffer {
    const name = nameOf(purpose, salt);
    let key = this.#keys.get(name);
    if (!key) {
      key = derive(this.password());
      this.#keys.set(name, key);
    }
    return key;
  }

  /** Has a key derived on another thread, for `key` to give out later; undefined when it is there already. */
  keyAhead(
    purpose: string,
    salt: Uint8Array,
    derive: (password: Buffer) => Promise<Buffer>,
  ): Promise<void> | undefined {
    const name = nameOf(purpose, salt);
    if (this.#keys.has(name)) return undefined;
    let underway = this.#underway.get(name);
    if (!underway) {
      underway = derive(this.password()).then(key => {
        this.#keys.set(name, key);
        this.#underway.delete(name);
      });
      this.#underway.set(name, underway);
    }
    return underway;
  }

  /** The salt for what is sealed with this password: one that is in use already, or else a new one for this run. */
  saltForSealing(make: () => Uint8Array): Uint8Array {
    const find = this.#findSalt;
    this.#findSalt = undefined;
    if (!this.#salt) find?.();
    this.#salt ??= make();
    return this.#salt;
  }

  /** Something that this password opens has this salt, and what is sealed from now on may share it. */
  shareSalt(salt: Uint8Array): void {
    this.#salt ??= salt;
  }

  /** What to do before a new salt is made: `find` opens what may have one to share. */
  beforeNewSalt(find: () => void): void {
    this.#findSalt ??= find;
  }

  /** `prod (file ~/.vault_pass)` */
  toString(): string {
    return `${this.label} (${this.source})`;
  }
}

function nameOf(purpose: string, salt: Uint8Array): string {
  return `${purpose} ${Buffer.from(salt).toString('hex')}`;
}
