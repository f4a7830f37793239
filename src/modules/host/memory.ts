import type { Kind, Predictions } from '../kind.ts';

/**
 * What is known about one host: answers, valid until something on the host is changed; and, in a check run,
 * predictions, which hold for every identity and to the end of the run.
 */
export class Memory implements Predictions {
  readonly #answers = new Map<string, Promise<unknown>>();
  readonly #expected = new Map<string, unknown>();
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
    return answer;
  }

  /** Something on the host was changed, or may have been. */
  forget(): void {
    this.#answers.clear();
  }

  expect<Id, State>(kind: Kind<Id, State>, id: Id, state: State): void {
    this.#expected.set(`${kind.name}\0${kind.key(id)}`, state);
  }

  clouded(reason: string): void {
    this.#clouds.push(reason);
  }

  /** Why what is missing now may be there in a real run; undefined when it would not. */
  get cloud(): string | undefined {
    return this.#clouds.at(-1);
  }
}
