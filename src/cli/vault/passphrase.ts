import { spawnSync } from 'node:child_process';
import { Secret } from '../../core/secret.ts';
import { askSecretNow, hasTerminal } from '../prompt.ts';

/**
 * Asks for the passphrase of a private key: at the terminal, or by the program in SSH_ASKPASS, when ssh would
 * ask by it.
 *
 * @returns undefined when there is nobody to ask
 */
export function askPassphrase(file: string, again: boolean): Secret | undefined {
  const question = `${again ? 'Wrong passphrase. ' : ''}Passphrase for the key ${file}: `;
  const { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: when, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (program && (when === 'force' || when === 'prefer')) return askBy(program, question);
  if (hasTerminal()) return askSecretNow(question);
  return program && when !== 'never' && (DISPLAY || WAYLAND_DISPLAY) ? askBy(program, question) : undefined;
}

function askBy(program: string, question: string): Secret | undefined {
  const { status, stdout } = spawnSync(program, [question], { stdio: ['ignore', 'pipe', 'inherit'] });
  return status === 0 ? new Secret(stdout.toString('utf8').replace(/\r?\n$/, '')) : undefined;
}
