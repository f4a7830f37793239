import type { Identity, Outcome, RunOptions, Session } from '../../connection/types.ts';
import type { Secret } from '../../core/secret.ts';
import type { ShellText } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Kind } from '../kind.ts';
import { Memory } from './memory.ts';

/** Read-only questions to one host, as one identity. */
export interface Reader {
  /** The state of a thing: remembered, predicted by a check run, or asked of the host now. */
  look<Id, State>(kind: Kind<Id, State>, id: Id): Promise<State>;
  /** The answer of a read-only script; a non-zero status is an answer too. Only kinds and probes call this. */
  ask(script: ShellText, options?: AskOptions): Promise<Outcome>;
  /** Standard output as text of a read-only script that must succeed; throws `Failure` with its stderr. */
  text(script: ShellText, options?: AskOptions): Promise<string>;
  /** A whole file's bytes; null when there is none. Files are a kind: modules use `look(file, …)`. */
  fetch(path: string): Promise<Buffer | null>;
  tunnel: Session['tunnel'];
  /** In a check run: why what is missing now may be there in a real run; undefined when it would not. */
  readonly cloud: string | undefined;
}

export interface AskOptions {
  readonly stdin?: string | Buffer | Secret;
  readonly timeout?: number;
}

/** A reader that may also change the host. */
export interface Writer extends Reader {
  /** Runs our own commands; throws `Failure` with what they printed unless the status is 0. */
  must(script: ShellText, options?: AskOptions): Promise<Outcome>;
  /** Runs a command of the user's (see `Session.run`); any status is a result. */
  run(script: ShellText, options?: Omit<RunOptions, 'as'>): Promise<Outcome>;
  /** A new file with mode 0600; it must not exist. */
  put(path: string, content: Buffer): Promise<void>;
}

/** One host's session as one identity, with the host's memory in front of it. */
export class HostAccess implements Writer {
  readonly #session: Session;
  readonly #identity: Identity | undefined;
  readonly memory: Memory;

  constructor(session: Session, identity: Identity | undefined, memory = new Memory()) {
    this.#session = session;
    this.#identity = identity;
    this.memory = memory;
  }

  get cloud(): string | undefined {
    return this.memory.cloud;
  }

  look<Id, State>(kind: Kind<Id, State>, id: Id): Promise<State> {
    // Identities see different things (a file only root may read), so each has answers of its own.
    return this.memory.recall(kind, id, this.#identity?.key ?? '', () => kind.read(this, id));
  }

  ask(script: ShellText, options?: AskOptions): Promise<Outcome> {
    return this.#session.ask(script, { ...options, as: this.#identity });
  }

  async text(script: ShellText, options?: AskOptions): Promise<string> {
    return (await this.must(script, options)).stdout.toString('utf8');
  }

  fetch(path: string): Promise<Buffer | null> {
    return this.#session.fetch(path, this.#identity);
  }

  tunnel(host: string, port: number): ReturnType<Session['tunnel']> {
    return this.#session.tunnel(host, port);
  }

  async must(script: ShellText, options?: AskOptions): Promise<Outcome> {
    const outcome = await this.ask(script, options);
    if (outcome.status !== 0) {
      const said = (outcome.stderr.toString('utf8').trim() || outcome.stdout.toString('utf8').trim()).slice(
        0,
        4000,
      );
      throw new Failure(said || `a command ended with status ${outcome.status}`, { rc: outcome.status });
    }
    return outcome;
  }

  run(script: ShellText, options?: Omit<RunOptions, 'as'>): Promise<Outcome> {
    return this.#session.run(script, { ...options, as: this.#identity });
  }

  put(path: string, content: Buffer): Promise<void> {
    return this.#session.put(path, content, this.#identity);
  }
}
