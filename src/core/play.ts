import type { Position } from './position.ts';
import type { Secret } from './secret.ts';
import type { Raw, RawDict, TemplateText } from './value.ts';

/** Text that may be a template. */
export type Text = string | TemplateText;

/**
 * What may be said at every level (play, role, block, task) and is inherited downwards. Absent means "not
 * said here"; `inherited` finds the nearest that says it.
 */
export interface Directives {
  readonly position: Position;
  readonly name?: Text;
  readonly parent?: Block | Play;
  readonly vars?: RawDict;
  /** Own tags; `tagsOf` adds those of the parents. */
  readonly tags?: readonly Text[];
  /** Own conditions, all of which must hold, after those of the parents. */
  readonly when?: readonly Raw[];
  /** Own environment (mappings, or templates of one), the nearest wins key by key. */
  readonly environment?: readonly Raw[];
  /** module or group name -> default parameters */
  readonly moduleDefaults?: RawDict;
  readonly become?: Raw;
  readonly becomeUser?: Raw;
  readonly becomeMethod?: Raw;
  readonly becomeFlags?: Raw;
  readonly becomeExe?: Raw;
  readonly remoteUser?: Raw;
  readonly port?: Raw;
  readonly connection?: Raw;
  readonly checkMode?: Raw;
  readonly diff?: Raw;
  readonly noLog?: Raw;
  readonly ignoreErrors?: Raw;
  readonly ignoreUnreachable?: Raw;
  readonly anyErrorsFatal?: Raw;
  readonly runOnce?: Raw;
  readonly throttle?: Raw;
  readonly timeout?: Raw;
  readonly delegateTo?: Raw;
  readonly delegateFacts?: Raw;
}

/** Steps run in order; when one fails, `rescue` runs; `always` runs whatever happened. */
export interface Block extends Directives {
  readonly kind: 'block';
  /** `block:` was written, or the block stands for a role, or for a file that was imported or included. */
  readonly tasks: readonly Step[];
  readonly rescue: readonly Step[];
  readonly always: readonly Step[];
  readonly notify?: readonly Text[];
  /** Set on the block that stands for a role: everything in it runs in that role. */
  readonly role?: RoleUse;
  /** Set on the block that stands for an included file: `vars` of the include, which win over most others. */
  readonly includeParams?: RawDict;
}

export type Step = Task | Block;

export interface Task extends Directives {
  readonly kind: 'task';
  /** The module or action as written, e.g. `ansible.builtin.copy`. */
  readonly action: string;
  readonly args: Arguments;
  readonly loop?: Loop;
  readonly register?: string;
  readonly changedWhen?: readonly Raw[];
  readonly failedWhen?: readonly Raw[];
  readonly until?: readonly Raw[];
  readonly retries?: Raw;
  readonly delay?: Raw;
  readonly notify?: readonly Text[];
  /** Handlers only: further names that a notify may use. */
  readonly listen?: readonly Text[];
  readonly async?: Raw;
  readonly poll?: Raw;
}

export interface Arguments {
  readonly position: Position;
  /** Named parameters, as loaded. */
  readonly named: RawDict;
  /** The text of the free form (`command: ls -l`), for the actions that have one. */
  readonly free?: Text | Secret;
  /** All parameters as one template (`copy: "{{ settings }}"` or `args: "{{ … }}"`); `named` goes over it. */
  readonly template?: TemplateText;
}

export interface Loop {
  readonly position: Position;
  /** Where `loop` or `with_LOOKUP` itself stands. */
  readonly keyword: Position;
  /** `loop`, or the lookup of a `with_LOOKUP`. */
  readonly lookup: 'loop' | string;
  readonly value: Raw;
  readonly control: LoopControl;
}

export interface LoopControl {
  readonly loopVar?: string;
  readonly indexVar?: string;
  readonly label?: Raw;
  readonly pause?: Raw;
  readonly extended?: boolean;
  /** `extended_allitems: false` leaves the list out of `ansible_loop`. */
  readonly extendedAllItems?: boolean;
  readonly breakWhen?: readonly Raw[];
}

/** A role's content, loaded once however often it is used. */
export interface Role {
  /** As written by the user: `users`, `acme.web.users`. */
  readonly name: string;
  /** Absolute folder. */
  readonly path: string;
  readonly defaults: RawDict;
  readonly vars: RawDict;
}

/** One use of a role, with the parameters given there. */
export interface RoleUse {
  readonly role: Role;
  readonly params: RawDict;
  /** The role use that this one was pulled in by (`dependencies`, include_role), nearest first. */
  readonly parents: readonly RoleUse[];
  /** By include_role or import_role, not by `roles:` or as a dependency. */
  readonly included: boolean;
  /** `public` of include_role; roles of a play and imported ones show their vars to later tasks. */
  readonly public: boolean;
  readonly handlers: readonly Step[];
  /**
   * The same for uses that are one to Ansible (same role, parameters, conditions, tags and files): once a host
   * has been through one of them, the others are passed over on it, unless `allowDuplicates`.
   */
  readonly key: string;
  readonly allowDuplicates: boolean;
}

export interface Play extends Directives {
  readonly kind: 'play';
  /** Host patterns. */
  readonly hosts: Raw;
  readonly gatherFacts?: Raw;
  readonly gatherSubset?: Raw;
  readonly gatherTimeout?: Raw;
  readonly preTasks: readonly Step[];
  /** One block for each role. */
  readonly roles: readonly Block[];
  readonly tasks: readonly Step[];
  readonly postTasks: readonly Step[];
  readonly handlers: readonly Step[];
  readonly varsFiles: readonly Raw[];
  readonly varsPrompt: readonly VarsPrompt[];
  readonly serial?: Raw;
  readonly strategy?: Raw;
  readonly order?: Raw;
  readonly maxFailPercentage?: Raw;
  readonly forceHandlers?: Raw;
  /** Folder of the playbook file, absolute: `playbook_dir`. */
  readonly folder: string;
}

export interface VarsPrompt {
  readonly position: Position;
  readonly name: string;
  readonly prompt: Text;
  readonly default?: Raw;
  readonly private: boolean;
  readonly confirm: boolean;
  readonly encrypt?: string;
}

/** The nearest level that says `key`, from the task or block itself upwards. */
export function inherited<K extends Exclude<keyof Directives, 'position'>>(
  level: Step | Play,
  key: K,
): Directives[K] | undefined {
  for (let at: Directives | undefined = level; at; at = at.parent) {
    if (at[key] !== undefined) return at[key];
  }
  return undefined;
}

/** A step's levels from the outermost (the play) to itself. */
export function levels(step: Step | Play): (Step | Play)[] {
  const chain: (Step | Play)[] = [];
  for (let at: Step | Play | undefined = step; at; at = at.parent) chain.unshift(at);
  return chain;
}

/** The innermost role a step runs in. */
export function roleOf(step: Step | Play): RoleUse | undefined {
  for (let at: Step | Play | undefined = step; at; at = at.parent) {
    if (at.kind === 'block' && at.role) return at.role;
  }
  return undefined;
}
