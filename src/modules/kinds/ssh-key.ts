import type { Secret } from '../../core/secret.ts';
import { sh } from '../../core/shell.ts';
import type { Kind } from '../kind.ts';
import { file } from './file.ts';

/** A user's own key pair; `how` is no part of what is compared. */
export interface SshKeyState {
  readonly there: boolean;
  readonly publicKey?: string;
  /** As `ssh-keygen -l` prints it. */
  readonly fingerprint?: string;
  readonly how?: SshKeyHow;
}

export interface SshKeyHow {
  readonly user: string;
  readonly type: string;
  readonly bits: number | undefined;
  /** undefined: names the host. */
  readonly comment: string | undefined;
  readonly passphrase: Secret | undefined;
  /** Made anew even if there is one. */
  readonly force: boolean;
}

/** The key pair whose private half is at an absolute path. */
export const sshKey: Kind<string, SshKeyState> = {
  name: 'ssh key',
  key: path => path,

  async read(host, path) {
    const script = sh`if [ -e ${path} ]; then
  cat -- ${`${path}.pub`} 2>/dev/null; echo; ssh-keygen -l -f ${path} </dev/null 2>/dev/null; :; else exit 3; fi`;
    const { status, stdout } = await host.ask(script);
    if (status === 3) return { there: false };
    const [publicKey, fingerprint] = stdout
      .toString('utf8')
      .split('\n')
      .filter(line => line !== '');
    return { there: true, ...(publicKey && { publicKey }), ...(fingerprint && { fingerprint }) };
  },

  compare(path, before, { there, how }) {
    if (before.there === there && !how?.force) return [];
    const was = before.there ? (before.fingerprint ?? 'present') : 'absent';
    return [
      { type: 'attribute', header: `ssh key ${path}`, attribute: 'state', before: was, after: 'a new key' },
    ];
  },

  async apply(host, path, _before, { how }) {
    const { user, type, bits, comment, passphrase } = how!;
    const folder = path.replace(/\/[^/]*$/, '') || '/';
    const options = ['-q', '-t', type, ...(bits === undefined ? [] : ['-b', bits])];
    const said = comment === undefined ? sh`"ansible-generated on $(uname -n)"` : sh`${comment}`;
    // A passphrase is read from our standard input into a file only we can read, and asked for by ssh-keygen:
    // as an option it would be in the process list.
    await host.must(
      sh`umask 077
if [ ! -d ${folder} ]; then mkdir -m 0700 -- ${folder} && chown ${user}: -- ${folder}; fi || exit 1
new=$(mktemp -d ${`${folder}/.tsible-XXXXXX`}) || exit 1
trap 'rm -rf -- "$new"' EXIT
cat > "$new/passphrase"
printf '#!/bin/sh\nexec cat "$SSH_KEY_PASSPHRASE"\n' > "$new/ask" && chmod 0700 "$new/ask"
if [ -s "$new/passphrase" ]; then
  SSH_KEY_PASSPHRASE=$new/passphrase SSH_ASKPASS=$new/ask SSH_ASKPASS_REQUIRE=force DISPLAY=none \
    ssh-keygen ${options} -C ${said} -f "$new/key" </dev/null || exit 1
else
  ssh-keygen ${options} -C ${said} -f "$new/key" -N '' </dev/null || exit 1
fi
chmod 0644 "$new/key.pub" && chown ${user}: "$new/key" "$new/key.pub" &&
mv -f -- "$new/key.pub" ${`${path}.pub`} && mv -f -- "$new/key" ${path}`,
      passphrase && { stdin: passphrase },
    );
  },

  foresee(memory, path, _before, { how }) {
    const attributes = { uid: null, gid: null, owner: how!.user, group: how!.user, size: 0 };
    file.expect!(memory, path, { type: 'file', mode: 0o600, ...attributes });
    file.expect!(memory, `${path}.pub`, { type: 'file', mode: 0o644, ...attributes });
  },
};
