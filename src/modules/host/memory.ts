import type { Kind, Predictions } from '../kind.ts';

/**
 * What is known about one host: answers, valid until something on the host is changed; and, in a check run,
 * predictions, which hold for every identity and to the end of the run.
 */
export class Memory implements Predictions {
  readonly #answers = new Map<string, Promise<unknown>>();
  readonly #expected = new Map<string, unknown>();
  readonly #revisions = new Map<string, ((state: unknown) => unknown)[]>();
  readonly #clouds: string[] = [];

  recall<Id, State>(
    kind: Kind<Id, State>,
    id: Id,
    identity: string,
    read: () => Promise<State>,
  ): Promise<State> {
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
    if (!revisions) return answer;
    const upTo = revisions.length;
    return answer.then(
      state => revisions.slice(0, upTo).reduce<unknown>((revised, change) => change(revised), state) as State,
    );
  }

  /** Something on the host was changed, or may have been. */
  forget(): void {
    this.#answers.clear();
  }

  expect<Id, State>(kind: Kind<Id, State>, id: Id, state: State): void {
    this.#expected.set(`${kind.name}\0${kind.key(id)}`, state);
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
