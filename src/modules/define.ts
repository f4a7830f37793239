import type { Position } from '../core/position.ts';
import type { Secret } from '../core/secret.ts';
import type { Dict, TemplateText, Value } from '../core/value.ts';
import type { Reader, Writer } from './host/access.ts';
import type { Target } from './kind.ts';
import type { Constraint, Infer, Schema } from './parameters.ts';

/**
 * A module that brings something on a host into a state. It asks (`probe`) and answers what should be there
 * (`want`); whether that is a change, what the diff looks like and how a check run behaves is the engine's
 * business, so that a check run and a real run cannot disagree. How a change is made is the kind's business
 * (`kind.ts`).
 */
export interface StateModule<S extends Schema = Schema, Now = unknown> extends Description<S> {
  /**
   * In a real run, before anything is asked: what the answers depend on and is no change in itself (fresh
   * package lists, a service manager that has read its files). Says whether it did anything.
   */
  prepare?(host: Writer, p: Infer<S>, context: ModuleContext): Promise<boolean>;
  /** Read-only questions to the host. Everything asked for in one turn travels together. */
  probe(host: Reader, p: Infer<S>, context: ModuleContext): Promise<Now>;
  /** Pure: what should be there. Throws `Failure` (failure.ts) for what cannot be. */
  want(now: Now, p: Infer<S>, context: ModuleContext): Wanted;
}

export interface Wanted {
  /** Brought about in this order; those that already hold are left alone. */
  readonly targets: readonly Target[];
  /** What `register` sees besides changed, failed, diff, msg. */
  readonly result?: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly warnings?: readonly string[];
  /**
   * After a real run's changes: what could not be known before (the number a new user got). It joins
   * `result`, which may say `Unknown` for it meanwhile.
   */
  resultAfter?(host: Reader): Promise<Readonly<Record<string, unknown>>>;
}

/** A module that does something of which the engine cannot compare before and after: `command`, `wait_for`. */
export interface ActModule<S extends Schema = Schema> extends Description<S> {
  /** Check mode: what can be said beforehand, from read-only questions. */
  foresee(host: Reader, p: Infer<S>, context: ModuleContext): Promise<Acted | 'unknown'>;
  act(host: Writer, p: Infer<S>, context: ModuleContext): Promise<Acted>;
}

export interface Acted {
  readonly changed: boolean;
  readonly skipped?: boolean;
  readonly failed?: boolean;
  readonly message?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
  /** Facts to remember for the host, as `ansible_facts` in a result does. */
  readonly facts?: Dict;
}

interface Description<S extends Schema> {
  /** Short name first, then every fully qualified one under which content knows it. */
  readonly names: readonly [string, ...string[]];
  /** One line for the docs. */
  readonly summary: string;
  readonly parameters: S;
  readonly constraints?: readonly Constraint[];
  /** The parameter that text without a name belongs to (`command: ls -l`). */
  readonly freeForm?: string;
  /** Questions only: it never changes a host, so what was read before stays valid. */
  readonly readOnly?: boolean;
  /** Facts in the result of a StateModule (`setup`): the key of `result` that holds them. */
  readonly factsFrom?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of modules holds every schema; each module itself is typed.
type AnyAct = ActModule<any>;
// biome-ignore lint/suspicious/noExplicitAny: see above.
export type AnyState = StateModule<any, any>;
export type Module = AnyState | AnyAct;

/** What a module may use besides the host itself. */
export interface ModuleContext {
  readonly check: boolean;
  /** Files of the controller: what `src` means. */
  readonly local: LocalFiles;
  /** Renders a template file in the task's variables. */
  render(
    template: TemplateText,
    options: RenderSettings,
    extra?: ReadonlyMap<string, Value>,
  ): string | Secret;
  /** Where the task's parameters stand, or one of them. */
  positionOf(parameter?: string): Position | undefined;
  readonly environment: ReadonlyMap<string, string | Secret>;
}

export interface RenderSettings {
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
  readonly newlineSequence?: '\n' | '\r' | '\r\n';
  readonly blockStart?: string;
  readonly blockEnd?: string;
  readonly variableStart?: string;
  readonly variableEnd?: string;
  readonly commentStart?: string;
  readonly commentEnd?: string;
  /** `ansible_managed` is there, also where no variable of that name is set. */
  readonly managed?: boolean;
}

export interface LocalFiles {
  /**
   * The absolute path that a relative name stands for: the role's folder first, then the playbook's, each
   * with and without `kind`. Throws a UserError that lists where it was looked for.
   */
  find(name: string, kind: 'files' | 'templates'): string;
  /** The bytes of a file, decrypted when it is a vault (`secret` then says so), unless `decrypt` is false. */
  read(path: string, decrypt?: boolean): { content: Buffer; secret: boolean };
  /** A template file's text with its place, ready for `render`. */
  template(path: string): TemplateText;
  /** null: there is none. Permissions as 0o7777 bits; mtime in milliseconds. */
  stat(path: string): { directory: boolean; mode: number; size: number; mtime: number } | null;
  /** Everything below a folder, relative, parents before children, sorted. */
  walk(folder: string): { path: string; directory: boolean; link?: string }[];
}

export function stateModule<const S extends Schema, Now>(module: StateModule<S, Now>): StateModule<S, Now> {
  return module;
}

export function actModule<const S extends Schema>(module: ActModule<S>): ActModule<S> {
  return module;
}

export function isActModule(module: Module): module is AnyAct {
  return 'act' in module;
}
