import type { Collector } from './collector.ts';

/** Who we are on the host. */
export const user: Collector = {
  name: 'user',
  aliases: [
    ...['user_id', 'user_uid', 'user_gid', 'user_gecos', 'user_dir', 'user_shell'],
    ...['real_user_id', 'effective_user_id', 'real_group_id', 'effective_group_id'],
  ],
  minimal: true,
  files: ['/proc/self/status'],
  commands: {
    // Read by the shell itself, which costs no process.
    user: `uid=0
while read -r key value rest; do case $key in Uid:) uid=$value; break;; esac; done </proc/self/status
grep "^[^:]*:[^:]*:$uid:" /etc/passwd || getent passwd "$uid"`,
  },
  collect(raw) {
    const numbers = (key: string) =>
      (raw.lines('/proc/self/status') ?? [])
        .find(line => line.startsWith(`${key}:`))
        ?.split(/\s+/)
        .slice(1)
        .map(Number) ?? [];
    const [realUser, effectiveUser] = numbers('Uid');
    const [realGroup, effectiveGroup] = numbers('Gid');
    const [name, , uid, gid, gecos, home, shell] = raw.output('user').split('\n')[0]!.split(':');
    return {
      user_id: name || undefined,
      user_uid: uid === undefined ? realUser : Number(uid),
      user_gid: gid === undefined ? realGroup : Number(gid),
      user_gecos: gecos,
      user_dir: home,
      user_shell: shell,
      real_user_id: realUser,
      effective_user_id: effectiveUser,
      real_group_id: realGroup,
      effective_group_id: effectiveGroup,
    };
  },
};

/** The environment that the user's shell was given when it was started. */
export const environment: Collector = {
  name: 'env',
  minimal: true,
  commands: { env: `cat /proc/$$/environ 2>/dev/null || env | tr '\\n' '\\000'` },
  collect(raw) {
    const entries = raw
      .output('env')
      .split('\0')
      .flatMap(entry => {
        const [, name, value] = /^([^=]+)=(.*)$/s.exec(entry) ?? [];
        return name === undefined ? [] : [[name.trimStart(), value] as const];
      });
    return { env: new Map(entries) };
  },
};
