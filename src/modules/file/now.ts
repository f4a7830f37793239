import type { AttributeWishes, Owners } from '../file-attributes.ts';
import type { FileState, Found, NewTimes } from '../kinds/file.ts';
import type { ProcessDefaults } from '../kinds/process-defaults.ts';

/** What the module `file` finds on a host. */
export interface FileNow {
  readonly path: string;
  /** As asked for, or, where nothing was asked, what stands there. */
  readonly state: 'absent' | 'directory' | 'file' | 'hard' | 'link' | 'touch';
  readonly own: FileState;
  /** What is managed: with `follow` what a link leads to. */
  readonly through: Found;
  /** The folder in which the path, or the first missing folder above it, would be made. */
  readonly parent: FileState;
  /** Folders to make, outermost first. */
  readonly missing: readonly Found[];
  /** What `src` says, and what stands there. */
  readonly source?: { readonly text: string; readonly found: Found } | undefined;
  readonly owners: Owners;
  readonly linkDefaults?: ProcessDefaults | undefined;
  readonly wishes: AttributeWishes;
  readonly times: NewTimes;
  readonly below?: ReadonlyMap<string, FileState> | undefined;
  /** The directory that a link is to replace. */
  readonly empty: boolean;
}
