import { Secret } from '../../core/secret.ts';
import type { Sealed } from '../../core/value.ts';
import type { SecretsAhead } from '../../execute/secrets-ahead.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { deriveKeysAhead } from '../../vault/keys-ahead.ts';
import { openText } from '../../vault/seal.ts';

/** The encrypted values of a run: each is opened once, when it is needed, for all tasks and hosts. */
export class InlineSecrets implements SecretsAhead {
  readonly #opened = new WeakMap<Sealed, Secret>();
  readonly #ready = new WeakSet<Sealed>();
  #count = 0;

  constructor(
    private readonly identities: VaultIdentities,
    /** How many there are that need a key of their own, as far as was loaded. */
    private readonly met: () => number,
  ) {}

  get pays(): boolean {
    return this.met() - this.#count > 1;
  }

  open(sealed: Sealed): Secret {
    let secret = this.#opened.get(sealed);
    if (!secret) {
      secret = new Secret(openText(sealed.envelope, this.identities, sealed.position));
      this.#opened.set(sealed, secret);
      this.#isReady(sealed);
    }
    return secret;
  }

  async prepare(sealed: readonly Sealed[]): Promise<void> {
    const wanted = sealed.filter(one => !this.#ready.has(one));
    if (wanted.length === 0) return;
    await deriveKeysAhead(
      wanted.map(({ envelope }) => envelope),
      this.identities,
    );
    for (const one of wanted) this.#isReady(one);
  }

  #isReady(sealed: Sealed): void {
    if (this.#ready.has(sealed)) return;
    this.#ready.add(sealed);
    this.#count++;
  }
}
