import type { Duplex } from 'node:stream';
import type { ShellText } from '../core/shell.ts';
import { quote } from '../core/shell.ts';
import { startBecomeShell } from './become.ts';
import { fetchFile, putFile } from './file-transfer.ts';
import { hostText } from './host-text.ts';
import { IdentityShell, type ShellSource } from './identity-shell.ts';
import { Shell } from './shell.ts';
import type { Transport } from './transport.ts';
import {
  type Endpoint,
  type Identity,
  type Outcome,
  type RunOptions,
  type Session,
  Unreachable,
} from './types.ts';

/** A session over any transport that can start a shell. */
export class HostSession implements Session {
  readonly #endpoint: Endpoint;
  readonly #transport: Transport;
  readonly #shells = new Map<string, IdentityShell>();
  #startingSince: number | undefined;

  constructor(endpoint: Endpoint, transport: Transport) {
    this.#endpoint = endpoint;
    this.#transport = transport;
    this.warm();
  }

  ask(script: ShellText, options: RunOptions = {}): Promise<Outcome> {
    return this.#shell(options.as).submit('ask', { script: script.text, options });
  }

  run(script: ShellText, options: RunOptions = {}): Promise<Outcome> {
    return this.#shell(options.as).submit('run', { script: script.text, options });
  }

  put(path: string, content: Buffer, as?: Identity): Promise<void> {
    const direct = as?.become ? undefined : this.#transport;
    return putFile(this.#shell(as), direct, path, content);
  }

  fetch(path: string, as?: Identity): Promise<Buffer | null> {
    return fetchFile(this.#shell(as), path);
  }

  tunnel(host: string, port: number): Promise<Duplex> {
    return this.#transport.tunnel(host, port);
  }

  warm(as?: Identity): void {
    this.#shell(as).warm();
  }

  silentFor(): number {
    return this.#transport.silentFor();
  }

  startingFor(): number {
    return this.#startingSince === undefined ? 0 : performance.now() - this.#startingSince;
  }

  async close(): Promise<void> {
    for (const shell of this.#shells.values()) shell.close();
    await this.#transport.close();
  }

  #shell(as: Identity | undefined): IdentityShell {
    // The login user's shell is one and the same however it is asked for.
    const key = as?.become ? `become ${as.key}` : 'login';
    let shell = this.#shells.get(key);
    if (!shell) {
      shell = new IdentityShell(this.#source(as));
      this.#shells.set(key, shell);
    }
    return shell;
  }

  async #startLoginShell(): Promise<Shell> {
    const since = performance.now();
    this.#startingSince = since;
    const there = () => {
      if (this.#startingSince === since) this.#startingSince = undefined;
    };
    try {
      const shell = await startLoginShell(this.#transport, this.#endpoint);
      shell.hello.then(there, there);
      return shell;
    } catch (error) {
      there();
      throw error;
    }
  }

  #source(as: Identity | undefined): ShellSource {
    const endpoint = this.#endpoint;
    const transport = this.#transport;
    const lost = () => transport.lost;
    const program = endpoint.shell;
    const become = as?.become;
    if (become) {
      return {
        start: () => startBecomeShell(transport, become, endpoint),
        lost,
        refused: said => new Unreachable(`the shell of ${become.user} ended at once: ${hostText(said)}`),
        program,
        // sudo may hold a terminal for its command, whose end would hang up on the children.
        mayEndAbandoned: false,
      };
    }
    return {
      start: () => this.#startLoginShell(),
      lost,
      refused: said => refusedLogin(endpoint, said),
      program,
      mayEndAbandoned: true,
    };
  }
}

async function startLoginShell(transport: Transport, endpoint: Endpoint): Promise<Shell> {
  const channel = await transport.open(`exec ${quote(endpoint.shell)}`);
  const shell = new Shell(channel);
  const timer = setTimeout(() => shell.close(), endpoint.connectTimeout);
  shell.hello.then(
    () => clearTimeout(timer),
    () => clearTimeout(timer),
  );
  return shell;
}

function refusedLogin(endpoint: Endpoint, said: Buffer): Unreachable {
  const words = hostText(said);
  return new Unreachable(
    `${endpoint.name}: logged in, but ${endpoint.shell} did not start${words === '' ? '' : `: ${words}`}`,
    'the login user needs a shell that runs commands; is it restricted to one command or to no shell at all?',
  );
}
