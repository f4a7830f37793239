import { openSession } from '../connection/open.ts';
import type { Endpoint, Session } from '../connection/types.ts';

/** The sessions of a run: one for each host and way of reaching it, opened when first needed. */
export class Connections {
  readonly #open = new Map<string, { host: string; session: Promise<Session> }>();

  open(endpoint: Endpoint): Promise<Session> {
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
    this.#open.set(key, { host: endpoint.name, session });
    session.catch(() => this.#open.delete(key));
    return session;
  }

  /** Forgets a host's sessions after its connection was lost, or on `meta: reset_connection`. */
  async drop(host: string): Promise<void> {
    for (const [key, entry] of this.#open) {
      if (entry.host !== host) continue;
      this.#open.delete(key);
      await close(entry.session);
    }
  }

  async close(): Promise<void> {
    const sessions = [...this.#open.values()].map(entry => entry.session);
    this.#open.clear();
    await Promise.all(sessions.map(close));
  }
}

async function close(session: Promise<Session>): Promise<void> {
  try {
    await (await session).close();
  } catch {
    // It could not be opened, or is already gone: that was reported where it was used.
  }
}
