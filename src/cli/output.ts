import type { Sink } from '../report/sink.ts';

/** Standard output as reports write to it. That nobody reads it any more ends the program (see main.ts). */
export const standardOutput: Sink = {
  write: text => {
    process.stdout.write(text);
  },
  get columns() {
    return process.stdout.isTTY && process.env.TERM !== 'dumb' ? process.stdout.columns || 80 : undefined;
  },
};
