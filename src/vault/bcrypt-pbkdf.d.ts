declare module 'bcrypt-pbkdf' {
  /** Fills `key`; 0 when it could, -1 for parameters that cannot be. */
  export function pbkdf(
    passphrase: Uint8Array,
    passphraseLength: number,
    salt: Uint8Array,
    saltLength: number,
    key: Uint8Array,
    keyLength: number,
    rounds: number,
  ): 0 | -1;
}
