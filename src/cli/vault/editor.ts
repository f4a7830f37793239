import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { UserError } from '../../core/error.ts';
import { withPrivateFile } from '../private-file.ts';

/** Lets the user edit `content` in $EDITOR; returns what was saved. Throws UserError when the editor fails. */
export function edited(name: string, content: Uint8Array): Promise<Buffer> {
  return withPrivateFile(name, content, async path => {
    await runEditor(path);
    return readFileSync(path);
  });
}

function runEditor(path: string): Promise<void> {
  const editor = process.env.EDITOR || process.env.VISUAL || 'vi';
  // As git does it: the variable is a shell's words, so that it may hold options and quotes. The editor takes
  // the shell's place (unless the words start with an assignment), so that ending the one ends the other.
  const line = /^\s*\w+=/.test(editor) ? `${editor} "$1"` : `exec ${editor} "$1"`;
  const child = spawn('/bin/sh', ['-c', line, 'editor', path], { stdio: 'inherit' });
  const stop = () => child.kill();
  process.on('exit', stop);
  return new Promise<void>((resolve, reject) => {
    const fail = (what: string) => {
      reject(
        new UserError(`the editor (${editor}) ${what}; nothing was changed`, {
          hint: 'EDITOR says which editor to run',
        }),
      );
    };
    child.on('error', error => fail(`cannot be run: ${error.message}`));
    child.on('close', (status, signal) => {
      if (status === 0) resolve();
      else fail(signal ? `was ended by ${signal}` : `ended with status ${status}`);
    });
  }).finally(() => process.off('exit', stop));
}
