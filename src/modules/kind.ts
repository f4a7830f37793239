import type { Difference } from '../core/difference.ts';
import type { Reader, Writer } from './host/access.ts';

export type { AttributeDifference, Difference, TextDifference } from '../core/difference.ts';

/**
 * A kind of thing on a host that has a state: a file, an account, a package, a unit, a kernel setting.
 * Modules only say which state a thing should have; the kind knows how to ask for it, how to compare, and how
 * to change what differs. Reads go through the host's memory, so that a thing asked for twice is read once,
 * and a check run sees what its earlier tasks would have left behind.
 */
export interface Kind<Id, State> {
  readonly name: string;
  /**
   * Its answers are made from those of other kinds, which are remembered in its stead: so it is read anew
   * each time, and sees what was foreseen in between.
   */
  readonly composed?: boolean;
  /** One text for one thing: what the memory files it under. */
  key(id: Id): string;
  read(host: Reader, id: Id): Promise<State>;
  /** Whether this is the state of a thing that is not there. */
  isMissing?(state: State): boolean;
  /** What differs between the two states; nothing when they are the same. The one judge of "changed". */
  compare(id: Id, before: State, after: State): readonly Difference[];
  /** Makes it so, touching only what differs. Never called in a check run. */
  apply(host: Writer, id: Id, before: State, after: State): Promise<void>;
  /**
   * A check run asks the host itself whether it would accept the state (`validate: visudo -cf %s`), leaving
   * nothing behind. Throws `Failure` as `apply` would.
   */
  rehearse?(host: Writer, id: Id, before: State, after: State): Promise<void>;
  /** A check run: what else would be different afterwards, told to the host's memory. */
  foresee?(memory: Predictions, id: Id, before: State, after: State): void;
  /** Keeps an expected state elsewhere than under the thing's own key: for kinds that are `composed`. */
  expect?(memory: Predictions, id: Id, state: State): void;
}

/** Where a check run keeps what would be there if its tasks had been run. */
export interface Predictions {
  expect<Id, State>(kind: Kind<Id, State>, id: Id, state: State): void;
  /**
   * Changes a part of what is there, or is expected to be: for a thing that many tasks touch, such as the
   * table of all accounts. `change` must be pure; it may be applied to several identities' views.
   */
  revise<Id, State>(kind: Kind<Id, State>, id: Id, change: (state: State) => State): void;
  /**
   * From here on more may be different than can be told (a package brings files, users and units): what then
   * fails or is missing is unknown rather than a failure.
   */
  clouded(reason: string): void;
}

/** A thing with the state it has and the one it should have. */
export interface Target {
  differences(): readonly Difference[];
  /** It is not there, and should not be: what a check run cannot be sure of once more may come to be there. */
  readonly missing?: boolean;
  apply(host: Writer): Promise<void>;
  rehearse(host: Writer): Promise<void>;
  foresee(memory: Predictions): void;
}

export function target<Id, State>(kind: Kind<Id, State>, id: Id, before: State, after: State): Target {
  return {
    missing: kind.isMissing?.(before) === true && kind.isMissing(after),
    differences: () => kind.compare(id, before, after),
    apply: host => kind.apply(host, id, before, after),
    rehearse: async host => kind.rehearse?.(host, id, before, after),
    foresee: memory => {
      memory.expect(kind, id, after);
      kind.foresee?.(memory, id, before, after);
    },
  };
}
