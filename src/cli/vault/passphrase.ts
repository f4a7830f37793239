import { spawnSync } from 'node:child_process';
import { Secret } from '../../core/secret.ts';
import type { Passphrase } from '../../vault/private-key.ts';
import { Interrupted } from '../exit-status.ts';
import { askSecretNow, hasTerminal } from '../prompt.ts';

/** Asks for the passphrase of a private key: at the terminal, or by the program in SSH_ASKPASS when ssh would. */
export function askPassphrase(file: string, again: boolean): Passphrase {
  const question = `${again ? 'Wrong passphrase. ' : ''}Passphrase for the key ${file}: `;
  const { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: when, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (program && (when === 'force' || when === 'prefer')) return askBy(program, question);
  if (hasTerminal()) return askAtTerminal(question);
  if (program && when !== 'never' && (DISPLAY || WAYLAND_DISPLAY)) return askBy(program, question);
  return { missing: 'it has a passphrase, and there is neither a terminal nor SSH_ASKPASS to ask for it' };
}

function askAtTerminal(question: string): Passphrase {
  try {
    return askSecretNow(CLEAR_LINE + question);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    // In the middle of a run there is more to end than this.
    process.kill(process.pid, 'SIGINT');
    return NOT_GIVEN;
  }
}

function askBy(program: string, question: string): Passphrase {
  const { status, stdout, error } = spawnSync(program, [question], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (error) return { missing: `it has a passphrase, and SSH_ASKPASS (${program}) cannot be run` };
  return status === 0 ? new Secret(stdout.toString('utf8').replace(/\r?\n$/, '')) : NOT_GIVEN;
}

const NOT_GIVEN = { missing: 'its passphrase was not given' };

/** A progress line may stand where the question goes. */
const CLEAR_LINE = '\r\x1b[K';
