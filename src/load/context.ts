import type { Position } from '../core/position.ts';

/** Opens encrypted text; whoever starts a run has the passwords. */
export interface Opener {
  /** The text in an envelope (`$ANSIBLE_VAULT;…` or `$TSIBLE_VAULT;…`); throws UserError when it cannot be opened. */
  open(envelope: string, position?: Position): string;
  /** Does what takes long in opening them, for all at once. */
  prepare?(envelopes: readonly string[]): Promise<void>;
}

/** What every loader needs from outside. */
export interface LoadContext {
  readonly opener?: Opener;
  /** Told of encrypted values, which are opened when they are needed. */
  sealed?(envelope: string): void;
  /** Something that is probably not meant, and does not stop the run. */
  warn(message: string, position?: Position): void;
}

/** A context without vault passwords whose warnings go nowhere: for text that is known to be harmless. */
export const QUIET: LoadContext = { warn: () => {} };
