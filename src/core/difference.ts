/** One thing that differs between what is and what should be, as the user sees it with --diff. */
export type Difference = TextDifference | AttributeDifference;

export interface TextDifference {
  readonly type: 'text';
  /** What it is about: a path, or something named like one. */
  readonly header: string;
  /** null: it is not there (on that side). */
  readonly before: string | null;
  readonly after: string | null;
  /** Shown instead of the texts: binary, too large, secret. */
  readonly omitted?: string;
}

export interface AttributeDifference {
  readonly type: 'attribute';
  readonly header: string;
  readonly attribute: string;
  /** null: not there. */
  readonly before: string | null;
  readonly after: string | null;
}
