import { spawnSync } from 'node:child_process';
import { UserError } from '../core/error.ts';
import { textOfBytes } from '../core/escaped-bytes.ts';
import { Secret } from '../core/secret.ts';

/** The name under which the keyring holds our passwords; the vault id tells them apart. */
const SERVICE = 'tsible-vault';

/** Whether a password source's name means the keyring of the desktop, or of macOS. */
export function isKeyring(source: string): boolean {
  return source === 'keyring';
}

interface Keyring {
  readonly command: string;
  lookUp(label: string): readonly string[];
  /** What a user types to put a password there; it asks for the password. */
  store(label: string): string;
  /** The exit status for "there is no such password". */
  readonly absent: number;
  readonly install: string;
}

/** The password for a vault id in the system's keyring. Throws UserError. */
export function passwordFromKeyring(label: string, platform: NodeJS.Platform = process.platform): Secret {
  const keyring = platform === 'darwin' ? macOS : secretService;
  const { stdout, status, signal, error } = spawnSync(keyring.command, keyring.lookUp(label), {
    // It may have to unlock the keyring, and asks for that itself; what it complains of is for the user.
    stdio: ['inherit', 'pipe', 'inherit'],
    maxBuffer: 1 << 20,
  });
  if (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(
      `the keyring cannot be asked for the vault password "${label}": ${missing ? `there is no program ${keyring.command}` : error.message}`,
      { hint: missing ? keyring.install : undefined, cause: error },
    );
  }
  if (status === keyring.absent) {
    throw new UserError(`the keyring holds no vault password for the vault id "${label}"`, {
      hint: `to put it there: ${keyring.store(label)}`,
    });
  }
  if (status !== 0) {
    throw new UserError(
      `the keyring gave no vault password for "${label}": ${keyring.command} ended with ${signal ?? `status ${status}`}`,
    );
  }
  const password = textOfBytes(stdout).replace(/\r?\n$/, '');
  if (password === '') throw new UserError(`the vault password for "${label}" in the keyring is empty`);
  return new Secret(password);
}

/** GNOME Keyring, KWallet, KeePassXC: whatever speaks the Secret Service's protocol. */
const secretService: Keyring = {
  command: 'secret-tool',
  lookUp: label => ['lookup', 'service', SERVICE, 'id', label],
  store: label => `secret-tool store --label="tsible vault ${label}" service ${SERVICE} id ${label}`,
  absent: 1,
  install: 'install secret-tool (Debian: libsecret-tools), or give the password in another way',
};

const macOS: Keyring = {
  command: '/usr/bin/security',
  lookUp: label => ['find-generic-password', '-s', SERVICE, '-a', label, '-w'],
  store: label => `security add-generic-password -s ${SERVICE} -a ${label} -w`,
  absent: 44,
  install: 'it is part of macOS',
};
