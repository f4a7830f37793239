import type { Play, Step } from '../../core/play.ts';
import type { TemplateText } from '../../core/value.ts';
import type { LoadContext } from '../context.ts';

/** What loading playbooks, tasks and roles needs. */
export interface PlaybookContext extends LoadContext {
  /** Folders of roles, looked through after `roles/` beside the playbook and `./roles`. */
  readonly rolesPath?: readonly string[];
  /** tsible's own roles, looked through last. */
  readonly ownRoles?: string;
  /** Folders that hold `ansible_collections/`, after `collections/` beside the playbook. */
  readonly collectionsPath?: readonly string[];
  /** Tells modules from misspelt keywords when a task has both. */
  readonly knownAction?: (name: string) => boolean;
  /**
   * Renders names that must be known before any host is (`import_tasks: "{{ file }}"`), with extra vars and
   * the `vars` of the levels above.
   */
  readonly renderStatic?: (text: TemplateText, at: Step | Play | undefined) => string;
}

/** Where in a play the steps being read stand. */
export interface Scene {
  readonly context: PlaybookContext;
  /** Folder of the playbook. */
  readonly folder: string;
  /** Steps are handlers: `listen` is allowed, blocks are not. */
  readonly handlers: boolean;
  /** Files being read, outermost first: an import of one of them would never end. */
  readonly files: readonly string[];
}
