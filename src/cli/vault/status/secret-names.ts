/** Whether a variable's name says that its value is a secret: `db_password`, `apiToken`, `tls.private_key`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  // What follows says what it is: `password_file` and `token_ttl` are no secrets.
  const last = words.pop() ?? '';
  if (name === 'update_password') return false;
  return SECRETS.has(last) || (last === 'key' && words.some(word => KINDS_OF_KEY.has(word)));
}

const SECRETS = new Set(
  'password passwords passwd passphrase passphrases pass pwd secret secrets token tokens apikey psk credential credentials'.split(
    ' ',
  ),
);
const KINDS_OF_KEY = new Set('secret private api encryption signing master hmac shared'.split(' '));

/**
 * Whether a value that is written plainly gives a secret away. It does not when it only says where the secret is:
 * a template, a lookup, a file; nor when it is none (yes, `!`), a hash, or a stand-in (`<password>`).
 */
export function givesAway(value: string, { quoted }: { quoted: boolean }): boolean {
  const text = value.trim();
  if (text === '' || ELSEWHERE.some(pattern => pattern.test(text))) return false;
  return quoted || !/^(?:~|null|none|yes|no|true|false|on|off)$/i.test(text);
}

const ELSEWHERE = [
  /\{\{|\{%/,
  /^(?:lookup|query|q)\(/,
  /^\$\{[^}]*\}$|^\$[A-Z_][A-Z0-9_]*$|^%\([^)]*\)s$/,
  /^(?:~|\.{1,2})?\/[\w.-]+(?:\/[\w.-]+)+$/,
  /^\$(?:1|2[abxy]|5|6|y|7|gy|argon2id?|pbkdf2-sha\d+)\$/,
  /^[!*]+$|^\*LK\*$/,
  /^<[^>]*>$/,
  /^\*{3,}$/,
];

/** A private key that nothing protects, in text or in a file. */
export function hasPrivateKey(text: string): boolean {
  const found = /^\s*-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY-----\s*\n([\s\S]*)/m.exec(text);
  if (!found || found[1]!.includes('ENCRYPTED')) return false;
  const body = found[2]!.trimStart();
  if (/^Proc-Type: 4,ENCRYPTED/.test(body)) return false;
  // OpenSSH's format says inside which cipher protects the key.
  return !found[1]!.startsWith('OPENSSH') || body.replace(/\s/g, '').startsWith(OPENSSH_WITHOUT_CIPHER);
}

/** `openssh-key-v1\0`, and the word "none" with its length. */
const OPENSSH_WITHOUT_CIPHER = Buffer.from('openssh-key-v1\0\0\0\0\x04none').toString('base64').slice(0, -1);
