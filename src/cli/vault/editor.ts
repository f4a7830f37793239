import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { UserError } from '../../core/error.ts';
import { reportError } from '../error-report.ts';
import { Interrupted } from '../exit-status.ts';
import { withPrivateFile } from '../private-file.ts';
import { ask, hasTerminal } from '../prompt.ts';
import { ChangedMeanwhile } from '../replace-files.ts';
import { settingsHere } from '../settings.ts';

export interface Editing {
  /** What the file in the editor is called. */
  readonly name: string;
  readonly content: Uint8Array;
  /** Takes what was saved in the editor; a UserError is shown, and the editor opened again where there is someone to ask. */
  save(edited: Buffer): Promise<void>;
  /** Puts what could not be taken in a safe place, and returns its name. */
  rescue(edited: Buffer): Promise<string>;
}

/** Lets the user edit a text in $EDITOR. Throws UserError when the editor fails. */
export function edit({ name, content, save, rescue }: Editing): Promise<void> {
  return withPrivateFile(name, content, async path => {
    for (;;) {
      await runEditor(path);
      const edited = readEdited(path);
      try {
        await save(edited);
        return;
      } catch (error) {
        if (error instanceof UserError && (await wantsToGoOn(error))) continue;
        if (!edited.equals(content)) throw rescued(error, await rescue(edited));
        throw error;
      }
    }
  });
}

function readEdited(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UserError('the editor has taken its file away; nothing was changed', { cause });
  }
}

async function wantsToGoOn(error: UserError): Promise<boolean> {
  if (error instanceof ChangedMeanwhile || !hasTerminal()) return false;
  reportError(error, '');
  try {
    return !/^n/i.test(await ask('Edit it again? (yes, no): ', true));
  } catch (interrupted) {
    // What was written is saved all the same.
    if (interrupted instanceof Interrupted) return false;
    throw interrupted;
  }
}

function rescued(error: unknown, file: string): unknown {
  if (!(error instanceof UserError)) return error;
  return new UserError(error.message, {
    position: error.position,
    hint: `what you wrote is safe, and encrypted, in ${file}: tsible vault view ${file}`,
    cause: error,
  });
}

function runEditor(path: string): Promise<void> {
  const editor = settingsHere().editor ?? (process.env.VISUAL || 'vi');
  // As git does it: this is a shell's words, so that it may hold options and quotes. The editor takes
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
