import { UserError } from '../core/error.ts';
import { Secret } from '../core/secret.ts';
import { DEFAULT_LABEL } from './envelope.ts';
import { Identity } from './identity.ts';
import { isKeyring, passwordFromKeyring } from './keyring.ts';
import { isPrompt, passwordFrom } from './password-source.ts';
import { NO_KEYS, type PrivateKeys } from './private-keys.ts';
import { openEnvelope } from './seal.ts';

/** Where vault passwords come from: the command line's flags, after those of the settings. */
export interface VaultOptions {
  readonly passwordFiles: readonly string[];
  /** `LABEL@SOURCE` or `SOURCE`; a source is a file, a program, `prompt` or `keyring`. */
  readonly ids: readonly string[];
  readonly ask: boolean;
  /** The label of passwords that are given without one. */
  readonly label?: string | undefined;
}

/** Asks at the terminal without showing what is typed. */
export type AskSecret = (question: string) => Secret;

export interface IdentitySettings {
  /** Only a password with the label that a secret names may open it (`vault_id_match`). */
  readonly strict?: boolean;
  /** What is typed may be a new password, and is asked for twice. */
  readonly confirm?: boolean;
  /** Where no password was given, one is asked for as soon as a secret turns out to need it. */
  readonly askWhenNeeded?: boolean;
  readonly keys?: PrivateKeys;
}

/** The passwords of a run, in the order in which they are tried, and the private keys. */
export class VaultIdentities {
  readonly #all: readonly Identity[];

  constructor(
    identities: readonly Identity[],
    /** Only a password with the label that a secret names may open it (`vault_id_match`). */
    readonly strict = false,
    readonly keys: PrivateKeys = NO_KEYS,
    /** The label of what names none (`vault_identity`). */
    readonly unnamed = DEFAULT_LABEL,
  ) {
    this.#all = identities;
  }

  /** Whether there is a password with which anything could be opened. */
  get any(): boolean {
    return this.#all.length > 0;
  }

  /**
   * Asks for passwords that are to be typed, now, as Ansible's users expect. Files are read and programs run
   * when the first secret is opened.
   */
  static from(options: VaultOptions, ask: AskSecret, settings: IdentitySettings = {}): VaultIdentities {
    const without = options.label ?? DEFAULT_LABEL;
    const sources = [
      ...options.ids.map(id => splitId(id, without)),
      ...options.passwordFiles.map(source => ({ label: without, source })),
    ];
    if (options.ask) sources.push({ label: without, source: 'prompt_ask_vault_pass' });
    const identities: Identity[] = [];
    const asked = (label: string) => askFor(label, ask, settings.confirm === true);
    for (const { label, source } of sources) {
      identities.push(
        isPrompt(source)
          ? typed(label, asked(label))
          : isKeyring(source)
            ? new Identity(
                label,
                'keyring',
                once(() => passwordFromKeyring(label)),
              )
            : fromFile(label, source, identities),
      );
    }
    if (identities.length === 0 && settings.askWhenNeeded) identities.push(askedWhenNeeded(without, asked));
    return new VaultIdentities(identities, settings.strict, settings.keys, without);
  }

  get all(): readonly Identity[] {
    return this.#all;
  }

  /** Those that may open a secret with this label, the likeliest first. */
  candidates(label: string): readonly Identity[] {
    const wanted = label === DEFAULT_LABEL ? this.unnamed : label;
    const named = this.#all.filter(identity => identity.label === wanted);
    return this.strict ? named : [...named, ...this.#all.filter(identity => identity.label !== wanted)];
  }

  /** The one to seal with: the label's, or the only one there is. Throws UserError when that is not clear. */
  forSealing(label?: string): Identity {
    const labels = [...new Set(this.#all.map(identity => identity.label))];
    if (this.#all.length === 0) {
      throw new UserError('no vault password was given', {
        hint: 'use --vault-password-file, --vault-id or --ask-vault-pass',
      });
    }
    if (label !== undefined) {
      const match = this.#all.find(identity => identity.label === label);
      if (match) return match;
      throw new UserError(`no password was given for the vault id "${label}"`, {
        hint: `passwords were given for: ${labels.join(', ')}`,
      });
    }
    if (this.#all.length > 1) {
      throw new UserError(`passwords were given for several vault ids: ${this.#all.map(String).join(', ')}`, {
        hint: 'say which one to encrypt with: --encrypt-vault-id',
      });
    }
    return this.#all[0]!;
  }
}

function typed(label: string, password: Secret): Identity {
  return new Identity(label, 'prompt', () => password);
}

function askedWhenNeeded(label: string, asked: (label: string) => Secret): Identity {
  const password = once(() => asked(label));
  return new Identity(label, 'prompt', password, true);
}

/** A password file may itself be encrypted with one of the other passwords. */
function fromFile(label: string, source: string, all: readonly Identity[]): Identity {
  let opening = false;
  const password = once(() => {
    if (opening) throw new UserError(`vault password file ${source} is encrypted with itself`);
    opening = true;
    try {
      return passwordFrom(source, label, (sealed, position) => {
        const others = new VaultIdentities(all.filter(each => each !== identity));
        return openEnvelope(sealed, others, position).content;
      });
    } finally {
      opening = false;
    }
  });
  const identity: Identity = new Identity(label, `file ${source}`, password);
  return identity;
}

function splitId(id: string, without: string): { label: string; source: string } {
  const at = id.indexOf('@');
  const [label, source] = at === -1 ? [without, id] : [id.slice(0, at) || without, id.slice(at + 1)];
  if (source === '') {
    throw new UserError(`the vault id "${id}" names no source of its password`, {
      hint: `write it as ${label}@FILE or ${label}@prompt`,
    });
  }
  if (/[;\r\n]/.test(label))
    throw new UserError(`"${label}" cannot be a vault id: it holds ";" or a line break`);
  return { label, source };
}

function askFor(label: string, ask: AskSecret, confirm: boolean): Secret {
  const of = label === DEFAULT_LABEL ? '' : ` (${label})`;
  const password = trimmed(ask(`${confirm ? 'New vault' : 'Vault'} password${of}: `));
  if (password.reveal() === '') throw new UserError('the vault password is empty');
  if (confirm && trimmed(ask(`Confirm new vault password${of}: `)).reveal() !== password.reveal()) {
    throw new UserError('the two passwords are not the same');
  }
  return password;
}

/** As Ansible does: ASCII's white space around a typed password is not part of it, and other kinds are. */
function trimmed(password: Secret): Secret {
  const text = password.reveal();
  const inner = text.replace(/^[ \t\r\n\v\f]+|[ \t\r\n\v\f]+$/g, '');
  return inner === text ? password : new Secret(inner);
}

/** What went wrong once is not tried again either: a program that fails would run for every secret. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | { error: UserError } | undefined;
  return () => {
    if (!made) {
      try {
        made = { value: make() };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        made = { error };
      }
    }
    if ('error' in made) throw made.error;
    return made.value;
  };
}
