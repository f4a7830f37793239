import type { Secret } from '../core/secret.ts';

/** A password under its label, and the keys that were derived from it in this run. */
export class Identity {
  readonly #password: () => Secret;
  readonly #keys = new Map<string, Buffer>();
  #salt: Uint8Array | undefined;

  constructor(
    readonly label: string,
    /** Where the password comes from, for messages: `file ~/.vault_pass`, `prompt`. */
    readonly source: string,
    password: () => Secret,
  ) {
    this.#password = password;
  }

  /** The password's bytes; the first call reads the file or runs the program. Throws UserError. */
  password(): Buffer {
    return Buffer.from(this.#password().reveal(), 'utf8');
  }

  /** A key for this password and salt: derived once, however many secrets share them. */
  key(purpose: string, salt: Uint8Array, derive: (password: Buffer) => Buffer): Buffer {
    const name = `${purpose} ${Buffer.from(salt).toString('hex')}`;
    let key = this.#keys.get(name);
    if (!key) {
      key = derive(this.password());
      this.#keys.set(name, key);
    }
    return key;
  }

  /** The salt for what is sealed with this password in this run. */
  newSalt(make: () => Uint8Array): Uint8Array {
    this.#salt ??= make();
    return this.#salt;
  }

  /** `prod (file ~/.vault_pass)` */
  toString(): string {
    return `${this.label} (${this.source})`;
  }
}
