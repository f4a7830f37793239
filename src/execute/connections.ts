import { openSession } from '../connection/open.ts';
import { type Endpoint, type Session, STALLED_AFTER } from '../connection/types.ts';

/** Milliseconds: connecting takes a tenth of this on a healthy network. */
const SLOW_TO_CONNECT = 2000;

/** The sessions of a run: one for each host and way of reaching it, opened when first needed. */
export class Connections {
  readonly #open = new Map<string, Entry>();

  #over = false;

  open(endpoint: Endpoint): Promise<Session> {
    if (this.#over) return Promise.reject(new Error('no connection is opened any more'));
    const key = JSON.stringify([
      endpoint.name,
      endpoint.transport,
      endpoint.address,
      endpoint.port,
      endpoint.user,
    ]);
    const known = this.#open.get(key);
    if (known) return known.session;
    const session = openSession(endpoint);
    const entry: Entry = { host: endpoint.name, session, since: performance.now() };
    this.#open.set(key, entry);
    session.then(
      opened => {
        entry.opened = opened;
      },
      () => this.#open.delete(key),
    );
    return session;
  }

  /** Milliseconds for which a host has not answered; 0 as long as it is well. */
  silence(host: string): number {
    let longest = 0;
    for (const entry of this.#open.values()) {
      if (entry.host !== host) continue;
      const { opened, since } = entry;
      const starting = opened ? opened.startingFor() : performance.now() - since;
      if (starting > SLOW_TO_CONNECT) longest = Math.max(longest, starting);
      const silent = opened?.silentFor() ?? 0;
      if (silent > STALLED_AFTER) longest = Math.max(longest, silent);
    }
    return longest;
  }

  /** Forgets a host's sessions after its connection was lost, or on `meta: reset_connection`. */
  async drop(host: string): Promise<void> {
    for (const [key, entry] of this.#open) {
      if (entry.host !== host) continue;
      this.#open.delete(key);
      await close(entry.session);
    }
  }

  /** Closes all, without waiting for those that are still being opened, and lets none be opened again. */
  async end(): Promise<void> {
    this.#over = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { session, opened } of open) if (!opened) void close(session);
    await Promise.all(open.map(({ opened }) => opened?.close()));
  }

  async close(): Promise<void> {
    const sessions = [...this.#open.values()].map(entry => entry.session);
    this.#open.clear();
    await Promise.all(sessions.map(close));
  }
}

interface Entry {
  readonly host: string;
  readonly session: Promise<Session>;
  readonly since: number;
  opened?: Session;
}

async function close(session: Promise<Session>): Promise<void> {
  try {
    await (await session).close();
  } catch {
    // It could not be opened, or is already gone: that was reported where it was used.
  }
}
