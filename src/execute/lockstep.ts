/**
 * Where in a play a host is: numbers from the outside in (section, step, part of a block, …). Places are
 * compared like words in a dictionary.
 */
export type Place = readonly number[];

export function comparePlaces(a: Place, b: Place): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}

/** The hosts that take one step together, and what they share in doing so. */
export class Turn<H> {
  readonly #shared = new Map<unknown, unknown>();
  readonly #gatherings = new Map<string, Gathering<H, unknown>>();
  readonly #gone = new Set<H>();

  constructor(
    readonly place: Place,
    /** Those who were there when the step began, in the play's order. */
    readonly hosts: readonly H[],
    /** Hosts wait for one another; without that, each one is on its own in `gather`. */
    readonly together = true,
  ) {}

  /** The value under `key`, made by whoever asks first. */
  share<T>(key: unknown, make: () => T): T {
    if (!this.#shared.has(key)) this.#shared.set(key, make());
    return this.#shared.get(key) as T;
  }

  /** A number for `key`, the same for every host of the turn: what was first seen first. */
  order(key: string): number {
    return this.share(`order ${key}`, () => {
      const next = this.share('orders', () => ({ count: 0 }));
      return next.count++;
    });
  }

  /**
   * What every host of the turn has brought under `key`, in the turn's order: resolves when each has brought
   * something or has left the play. A host that comes late finds what it brings itself.
   */
  gather<V>(key: string, host: H, value: V): Promise<ReadonlyMap<H, V>> {
    const gathering = (this.#gatherings.get(key) ?? new Gathering(this.hosts, this.#gone)) as Gathering<H, V>;
    this.#gatherings.set(key, gathering as Gathering<H, unknown>);
    if (!this.together || !gathering.awaits(host)) return Promise.resolve(new Map([[host, value]]));
    return gathering.bring(host, value);
  }

  /** The host has left the play and brings nothing more. */
  leave(host: H): void {
    this.#gone.add(host);
    for (const gathering of this.#gatherings.values()) gathering.leave(host);
  }
}

class Gathering<H, V> {
  readonly #brought = new Map<H, V>();
  readonly #missing: Set<H>;
  #complete: (all: ReadonlyMap<H, V>) => void = () => {};
  readonly #all = new Promise<ReadonlyMap<H, V>>(resolve => {
    this.#complete = resolve;
  });

  constructor(
    private readonly hosts: readonly H[],
    gone: ReadonlySet<H>,
  ) {
    this.#missing = new Set(hosts.filter(host => !gone.has(host)));
  }

  awaits(host: H): boolean {
    return this.#missing.has(host);
  }

  bring(host: H, value: V): Promise<ReadonlyMap<H, V>> {
    this.#brought.set(host, value);
    this.leave(host);
    return this.#all;
  }

  leave(host: H): void {
    if (!this.#missing.delete(host) || this.#missing.size > 0) return;
    const present = this.hosts.filter(one => this.#brought.has(one));
    this.#complete(new Map(present.map(one => [one, this.#brought.get(one)!])));
  }
}

/** How the hosts of a play wait for one another. */
export interface Pace<H> {
  /** Resolves when the host may take the step at `place`. */
  arrive(host: H, place: Place): Promise<Turn<H>>;
  /** The host takes no further steps. */
  leave(host: H): void;
  /** The host does not answer: nobody waits for it until it has caught up. */
  leaveBehind(host: H): void;
}

/** Strategy `free`: nobody waits for anybody. */
export class Free<H> implements Pace<H> {
  readonly #turns = new Map<string, Turn<H>>();
  constructor(readonly hosts: readonly H[]) {}

  arrive(_host: H, place: Place): Promise<Turn<H>> {
    return Promise.resolve(turnAt(this.#turns, place, this.hosts, false));
  }

  leave(): void {}
  leaveBehind(): void {}
}

interface Waiting<H> {
  readonly place: Place;
  readonly go: (turn: Turn<H>) => void;
}

/**
 * Strategy `linear`: a step begins when no host is still busy with an earlier one. Only hosts that do not
 * answer are not waited for: they come behind on their own and fall in again where they have caught up.
 */
export class Linear<H> implements Pace<H> {
  /** Present, not behind, and not waiting: as long as there is one, nobody goes further. */
  readonly #busy: Set<H>;
  readonly #behind = new Set<H>();
  readonly #waiting = new Map<H, Waiting<H>>();
  readonly #turns = new Map<string, Turn<H>>();
  #reached: Place = [];

  /** @param beforeStep called as a new step begins, with the hosts that take it */
  constructor(
    readonly hosts: readonly H[],
    private readonly beforeStep: (hosts: readonly H[]) => void = () => {},
  ) {
    this.#busy = new Set(hosts);
  }

  arrive(host: H, place: Place): Promise<Turn<H>> {
    if (comparePlaces(place, this.#reached) <= 0) {
      return Promise.resolve(turnAt(this.#turns, place, [host]));
    }
    return new Promise(go => {
      this.#waiting.set(host, { place, go });
      this.#busy.delete(host);
      this.#behind.delete(host);
      this.#advance();
    });
  }

  leave(host: H): void {
    this.#turns.get(this.#reached.join('.'))?.leave(host);
    this.#busy.delete(host);
    this.#behind.delete(host);
    this.#waiting.delete(host);
    this.#advance();
  }

  leaveBehind(host: H): void {
    if (!this.#busy.delete(host)) return;
    this.#behind.add(host);
    this.#advance();
  }

  #advance(): void {
    if (this.#busy.size > 0 || this.#waiting.size === 0) return;
    let next: Place | undefined;
    for (const { place } of this.#waiting.values()) {
      if (!next || comparePlaces(place, next) < 0) next = place;
    }
    this.#reached = next!;
    const together = this.hosts.filter(host => {
      const waiting = this.#waiting.get(host);
      return waiting && comparePlaces(waiting.place, next!) === 0;
    });
    this.beforeStep(together);
    const turn = new Turn(next!, together);
    this.#turns.set(next!.join('.'), turn);
    const leaving = together.map(host => {
      const { go } = this.#waiting.get(host)!;
      this.#waiting.delete(host);
      this.#busy.add(host);
      return go;
    });
    // Not before the last to arrive waits like the others: so they go on in the play's order.
    queueMicrotask(() => {
      for (const go of leaving) go(turn);
    });
  }
}

function turnAt<H>(turns: Map<string, Turn<H>>, place: Place, hosts: readonly H[], together = true): Turn<H> {
  const key = place.join('.');
  const turn = turns.get(key) ?? new Turn(place, hosts, together);
  turns.set(key, turn);
  return turn;
}
