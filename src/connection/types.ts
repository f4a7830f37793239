import type { Secret } from '../core/secret.ts';
import type { ShellText } from '../core/shell.ts';

/** Who a command runs as. Two identities with the same `key` share one shell. */
export interface Identity {
  /** undefined: the login user. */
  readonly become?: {
    readonly method: 'sudo' | 'su' | 'doas';
    readonly user: string;
    readonly password?: Secret | undefined;
    /** The program, where it is not simply the method's name on PATH. */
    readonly exe?: string | undefined;
    /** Extra options for it, as written by the user (`become_flags`). */
    readonly flags?: string | undefined;
  };
  readonly key: string;
}

/** How a command ended. A command that ran and failed is an outcome; a lost connection is a throw. */
export interface Outcome {
  /** Exit status 0-255; a command ended by signal N has 128+N, as the shell reports it. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface RunOptions {
  readonly as?: Identity | undefined;
  /** What the command reads; nothing (end of file at once) when not given. */
  readonly stdin?: string | Buffer | Secret | undefined;
  /** Milliseconds until the command is ended and `CommandTimeout` is thrown. */
  readonly timeout?: number | undefined;
  /** Environment variables for this command only. */
  readonly env?: ReadonlyMap<string, string | Secret> | undefined;
  readonly cwd?: string | undefined;
  /** The program that reads a `run` script; the endpoint's shell when not given. `ask` has no use for it. */
  readonly shell?: string | undefined;
}

/**
 * A host's connection for a whole run: one transport, and on it one long-lived POSIX shell per identity.
 * Commands of one identity run one after another, in the order in which they were given.
 */
export interface Session {
  /**
   * Runs our own, well-behaved script (reads, file operations): cheapest framing, several may be asked for
   * in one turn. It runs in a subshell with empty standard input, so it cannot disturb the next one.
   */
  ask(script: ShellText, options?: RunOptions): Promise<Outcome>;

  /**
   * Runs a command of the user's, of which nothing is known: it may print 100 MB, NUL bytes or no newline,
   * read its standard input, leave children behind that hold its output open, or kill its shell. It ends when
   * its own process ends; output written by children after that is dropped.
   */
  run(script: ShellText, options?: RunOptions): Promise<Outcome>;

  /**
   * Writes bytes to a new file (mode 0600, must not exist) as `identity`. Contents never appear in an
   * argument list.
   */
  put(path: string, content: Buffer, as?: Identity): Promise<void>;

  /** Reads a whole file as `identity`; null when there is none. */
  fetch(path: string, as?: Identity): Promise<Buffer | null>;

  /**
   * A socket that the *host* opens to host:port, for reaching what only it can reach. Rejects with
   * `Unsupported` where the transport cannot.
   */
  tunnel(host: string, port: number): Promise<import('node:stream').Duplex>;

  /** Starts the identity's shell ahead of its first command, without waiting; errors come with the command. */
  warm(as?: Identity): void;

  /**
   * Milliseconds for which a word from the host is overdue. Keepalives go out while it is quiet, so a host that
   * is well stays below `STALLED_AFTER`; one that is above it is not answering. Always 0 for the local machine.
   */
  silentFor(): number;

  /** Milliseconds that the login user's shell has been starting; 0 once it is there. */
  startingFor(): number;

  close(): Promise<void>;
}

/** Milliseconds overdue after which a host may be called "not answering". */
export const STALLED_AFTER = 2_000;

/** Everything needed to reach one host; built from its variables, the settings and the command line. */
export interface Endpoint {
  readonly name: string;
  readonly transport: 'ssh' | 'local';
  readonly address: string;
  /** undefined: as the user's ssh configuration says, else 22. */
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly privateKeyFile?: string | undefined;
  /** `yes`: unknown keys are refused. `accept-new`: unknown keys are recorded, changed ones refused. */
  readonly hostKeyChecking: 'yes' | 'accept-new' | 'no';
  readonly knownHostsFiles: readonly string[];
  /** Milliseconds, for connecting and authenticating together. */
  readonly connectTimeout: number;
  /** `-o Key=Value` and the like from ansible_ssh_common_args and ansible_ssh_extra_args, split into words. */
  readonly sshArgs: readonly string[];
  /** The shell on the host; /bin/sh unless ansible_shell_executable says otherwise. */
  readonly shell: string;
  /** Asks for the passphrase of an encrypted key file; undefined as an answer means "skip this key". */
  readonly passphrase?: ((keyFile: string) => Promise<Secret | undefined>) | undefined;
}

/** The host cannot be reached, or the connection was lost: the host's tasks end as "unreachable". */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** Becoming another user failed: the host is reachable, so its task fails. */
export class BecomeFailed extends Error {
  override readonly name = 'BecomeFailed';
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** Writing or reading a file on the host failed (no such folder, no space, not permitted, too large). */
export class TransferFailed extends Error {
  override readonly name = 'TransferFailed';
}

export class CommandTimeout extends Error {
  override readonly name = 'CommandTimeout';
}

export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}
