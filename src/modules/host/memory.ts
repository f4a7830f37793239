import type { Kind, Predictions } from '../kind.ts';

/**
 * What is known about one host: answers, valid until something on the host is changed; and, in a check run,
 * predictions, which hold for every identity and to the end of the run.
 */
export class Memory implements Predictions {
  readonly #answers = new Map<string, Promise<unknown>>();
  readonly #expected = new Map<string, unknown>();
  readonly #revisions = new Map<string, ((state: unknown) => unknown)[]>();
  readonly #revised = new Map<string, Revised>();
  readonly #clouds: string[] = [];

  recall<Id, State>(
    kind: Kind<Id, State>,
    id: Id,
    identity: string,
    read: () => Promise<State>,
  ): Promise<State> {
    if (kind.composed) return read();
    const thing = `${kind.name}\0${kind.key(id)}`;
    if (this.#expected.has(thing)) return Promise.resolve(this.#expected.get(thing) as State);
    const key = `${thing}\0${identity}`;
    let answer = this.#answers.get(key) as Promise<State> | undefined;
    if (!answer) {
      answer = read();
      this.#answers.set(key, answer);
      // A question that failed may be asked again.
      answer.catch(() => this.#answers.delete(key));
    }
    const revisions = this.#revisions.get(thing);
    return revisions ? (this.#revise(key, answer, revisions) as Promise<State>) : answer;
  }

  /** Each revision is made once for each answer, however often that is asked for. */
  #revise(
    key: string,
    answer: Promise<unknown>,
    revisions: readonly ((state: unknown) => unknown)[],
  ): Promise<unknown> {
    let known = this.#revised.get(key);
    if (known?.answer !== answer) known = { answer, upTo: 0, state: answer };
    const more = revisions.slice(known.upTo);
    if (more.length > 0) {
      const state = known.state.then(from => more.reduce((revised, change) => change(revised), from));
      state.catch(() => {});
      known = { answer, upTo: revisions.length, state };
    }
    this.#revised.set(key, known);
    return known.state;
  }

  /** Something on the host was changed, or may have been. */
  forget(): void {
    this.#answers.clear();
    this.#revised.clear();
  }

  expect<Id, State>(kind: Kind<Id, State>, id: Id, state: State): void {
    if (kind.expect) kind.expect(this, id, state);
    else this.#expected.set(`${kind.name}\0${kind.key(id)}`, state);
  }

  revise<Id, State>(kind: Kind<Id, State>, id: Id, change: (state: State) => State): void {
    const thing = `${kind.name}\0${kind.key(id)}`;
    if (this.#expected.has(thing)) {
      this.#expected.set(thing, change(this.#expected.get(thing) as State));
      return;
    }
    const revisions = this.#revisions.get(thing) ?? [];
    revisions.push(change as (state: unknown) => unknown);
    this.#revisions.set(thing, revisions);
  }

  clouded(reason: string): void {
    this.#clouds.push(reason);
  }

  /** Why what is missing now may be there in a real run; undefined when it would not. */
  get cloud(): string | undefined {
    return this.#clouds.at(-1);
  }
}

interface Revised {
  readonly answer: Promise<unknown>;
  /** How many revisions are in `state`. */
  readonly upTo: number;
  readonly state: Promise<unknown>;
}
