/** What the program's exit status says. */
export const ExitStatus = {
  ok: 0,
  /** The command line, a playbook, an inventory or another input is wrong; nothing was changed. */
  wrongUse: 1,
  hostFailed: 2,
  hostUnreachable: 4,
  interrupted: 130,
  /** Nobody reads our output any more, as a shell reports a process that SIGPIPE ended. */
  brokenPipe: 141,
  /** A fault in tsible itself. */
  fault: 250,
} as const;

/** The user pressed Ctrl-C where there is nothing to finish first. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
