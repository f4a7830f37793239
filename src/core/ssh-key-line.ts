/** The parts of a line of authorized_keys, of a .pub file, or of what `ssh-add -L` prints. */
export interface KeyLine {
  /** As written before the type; empty where there are none. */
  readonly options: string;
  readonly type: string;
  /** The base64 text: what a key is told apart by. */
  readonly blob: string;
  readonly comment: string;
}

export const SSH_KEY_TYPES: ReadonlySet<string> = new Set([
  ...['ssh-rsa', 'ssh-dss', 'ssh-ed25519', 'ssh-xmss@openssh.com', 'rsa-sha2-256', 'rsa-sha2-512'],
  ...['nistp256', 'nistp384', 'nistp521'].map(curve => `ecdsa-sha2-${curve}`),
  ...['sk-ssh-ed25519', 'sk-ecdsa-sha2-nistp256', 'webauthn-sk-ecdsa-sha2-nistp256'].map(
    name => `${name}@openssh.com`,
  ),
  ...['ssh-rsa', 'ssh-dss', 'ssh-ed25519', 'ssh-xmss', 'rsa-sha2-256', 'rsa-sha2-512', 'sk-ssh-ed25519']
    .concat(['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'sk-ecdsa-sha2-nistp256'])
    .map(name => `${name}-cert-v01@openssh.com`),
]);

/** undefined: the line holds no key of these types. */
export function splitKeyLine(line: string, types = SSH_KEY_TYPES): KeyLine | undefined {
  if (line.trimStart().startsWith('#')) return undefined;
  // Options may hold blanks within double quotes.
  const words = line.replaceAll('\\#', '#').match(/(?:[^\s"]|"(?:\\.|[^"\\])*"|")+/g) ?? [];
  const at = words.findIndex(word => types.has(word));
  const blob = words[at + 1];
  if (at < 0 || blob === undefined) return undefined;
  return {
    options: words.slice(0, at).join(' '),
    type: words[at]!,
    blob,
    comment: words.slice(at + 2).join(' '),
  };
}
