import type { Position } from '../core/position.ts';
import type { Secret } from '../core/secret.ts';
import type { Raw, Sealed, TemplateText, Value } from '../core/value.ts';

/** The variables a template can see; values are as loaded and are rendered when they are used. */
export interface Scope {
  /** undefined: there is no such variable. */
  get(name: string): Raw | undefined;
  /** All names, for "did you mean" and for `vars`. */
  names(): Iterable<string>;
}

/** Sealing and opening under passwords that templates themselves name. */
export interface VaultByPassword {
  isSealed(text: string): boolean;
  /** @param salt for a result that stays the same; there is a new one where it is left out */
  seal(text: string, password: string, label: string, salt?: string): string;
  /** Throws a UserError when the password does not fit. */
  open(text: string, password: string): string;
}

/** What templates reach outside of themselves, given by the engine. */
export interface Surroundings {
  /** Opens an encrypted value. */
  open(sealed: Sealed): Secret;
  /** Folders of the controller in which relative names are looked for, first match wins. */
  searchPath(kind: 'files' | 'templates' | 'vars'): readonly string[];
  /** The text of a controller's file, decrypted when it is a vault; null when there is none. */
  readFile(path: string): { text: string; secret: boolean } | null;
  warn(message: string, position?: Position): void;
  /** What a command on the controller wrote to its standard error. */
  said?(text: string): void;
  /** For the filters `vault` and `unvault`, once a run is under way. */
  readonly vault?: VaultByPassword | undefined;
  /** The setting `ansible_managed`. */
  readonly managed?: string | undefined;
  /** Settings by the names that Ansible has for them. */
  readonly settings?: ReadonlyMap<string, Value> | undefined;
  /** The hosts of the inventory that a pattern means, where there is an inventory. */
  hostsOf?(pattern: readonly string[]): readonly string[];
}

export interface RenderOptions {
  trimBlocks?: boolean;
  lstripBlocks?: boolean;
  keepTrailingNewline?: boolean;
  newlineSequence?: '\n' | '\r' | '\r\n';
  blockStart?: string;
  blockEnd?: string;
  variableStart?: string;
  variableEnd?: string;
  commentStart?: string;
  commentEnd?: string;
  /** `ansible_managed` is there, also where no variable of that name is set. */
  managed?: boolean;
}

/**
 * Renders values in one scope. Made anew for every task and host: within its life each variable is rendered
 * at most once.
 */
export interface Templar {
  /** A value with every template in it rendered and every secret opened, at any depth; `omit`ted keys are gone. */
  render(raw: Raw): Value;
  /** A bare expression (`when`, `until`, `that`, `changed_when`); text that holds `{{ }}` is rendered as a template. */
  evaluate(expression: string | TemplateText, position?: Position): Value;
  /** The truth of a condition: an expression, a list of them (all must hold), or a boolean. */
  holds(condition: Raw, position?: Position): boolean;
  /** The text of a template file; always text, never a native type. A Secret if any secret went into it. */
  renderText(template: TemplateText, options?: RenderOptions): string | Secret;
  /** A templar that sees `more` in front of this scope (loop item, task vars). */
  with(more: ReadonlyMap<string, Raw>): Templar;
}
