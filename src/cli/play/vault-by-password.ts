import { bytesOfText, textOfBytes } from '../../core/escaped-bytes.ts';
import { Secret } from '../../core/secret.ts';
import type { VaultByPassword } from '../../template/types.ts';
import { sealAnsible } from '../../vault/ansible-format.ts';
import { DEFAULT_LABEL, isSealed } from '../../vault/envelope.ts';
import { VaultIdentities } from '../../vault/identities.ts';
import { Identity } from '../../vault/identity.ts';
import { openEnvelope } from '../../vault/seal.ts';

/** Sealing and opening under passwords that stand in templates. They are known to `redact` from here on. */
export const vaultByPassword: VaultByPassword = {
  isSealed: text => text.startsWith('$') && isSealed(text),
  seal: (text, password, label, salt) =>
    sealAnsible(
      bytesOfText(text),
      identityOf(password),
      label || DEFAULT_LABEL,
      salt === undefined ? undefined : bytesOfText(salt),
    ),
  open: (text, password) =>
    textOfBytes(openEnvelope(text, new VaultIdentities([identityOf(password)])).content),
};

function identityOf(password: string): Identity {
  const secret = new Secret(password);
  return new Identity('password', 'given to unvault', () => secret);
}
