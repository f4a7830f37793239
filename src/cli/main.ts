import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { ExitStatus } from './exit-status.ts';

declare const TSIBLE_VERSION: string | undefined;

const version = typeof TSIBLE_VERSION === 'undefined' ? 'from source' : TSIBLE_VERSION;

// Whatever goes wrong, wherever, ends here: the one place that reports it and sets the exit status.
process.on('uncaughtException', error => void end(error));
process.on('unhandledRejection', reason => void end(reason));
process.stdout.on('error', endOnBrokenPipe);
process.stderr.on('error', endOnBrokenPipe);

// At its end Node puts terminals back into their old mode, and aborts when one is gone by then, as with a window
// that was closed. A core dump would hold every secret of the run.
const terminals = [0, 1, 2].filter(fd => isatty(fd));
process.on('exit', () => {
  for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
});

const words = process.argv.slice(2);
if (words.length === 1 && words[0] === '--version') {
  // Asked for by scripts, again and again: nothing else is loaded for it.
  process.stdout.write(`tsible ${version}\n`);
} else {
  void start();
}

async function start(): Promise<void> {
  try {
    const { runCommandLine } = await import('./program.ts');
    const status = await runCommandLine(words, version);
    await ending;
    await allIsWritten();
    process.exit(status);
  } catch (error) {
    await end(error);
  }
}

let ending: Promise<never> | undefined;

/** The first one counts; a run that is over meanwhile must not end as if nothing had happened. */
function end(error: unknown): Promise<never> {
  ending ??= report(error);
  return ending;
}

async function report(error: unknown): Promise<never> {
  try {
    const { reportError } = await import('./program.ts');
    const status = reportError(error, version);
    await allIsWritten();
    process.exit(status);
  } catch {
    // Such as when the program itself is being replaced or removed: that must not be reported in turn.
    process.stderr.write('error: tsible cannot be read any more where it was started from\n');
    process.exit(ExitStatus.fault);
  }
}

/** A pipe takes 64 KiB at a time: the rest would be lost with the process. */
async function allIsWritten(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0) await new Promise(resolve => stream.write('', resolve));
  }
}

function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(ExitStatus.brokenPipe);
  throw error;
}
