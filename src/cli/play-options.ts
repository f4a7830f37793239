import type { VaultPasswordFlags } from './vault/password-options.ts';

/** What `tsible play` was asked for. Undefined: not said, so the settings decide. */
export interface PlayOptions {
  readonly playbooks: readonly string[];
  /** `-i`: files, folders or `host1,host2,` lists, in the order given. */
  readonly inventory: readonly string[];
  /** `-l`, as written; several are joined as one pattern. */
  readonly limit?: string;
  readonly user?: string;
  readonly become?: true;
  readonly becomeUser?: string;
  readonly askPass: boolean;
  readonly askBecomePass: boolean;
  readonly check: boolean;
  readonly diff?: true;
  /** `-e`, as written: `k=v`, JSON, YAML or `@file`, in the order given. */
  readonly extraVars: readonly string[];
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly forks?: number;
  /** How many times -v was given. */
  readonly verbosity: number;
  readonly privateKey?: string;
  readonly vault: VaultPasswordFlags;
  readonly listHosts: boolean;
  readonly listTasks: boolean;
  readonly listTags: boolean;
  readonly syntaxCheck: boolean;
  /** One event a line instead of text for people. */
  readonly json: boolean;
}
