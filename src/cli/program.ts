/** All of the program that is not needed to say its version: what `main.ts` loads. */
export { runCommandLine } from './command-line.ts';
export { reportError } from './error-report.ts';
