import { execFile } from 'node:child_process';
import type { Lab, LabHost } from '../lab/index.ts';

/** What is on a host, by name: a file's contents with owner and mode, a table of the packet filter, a unit. */
export type HostState = ReadonlyMap<string, string>;

const PLACES = 'etc home opt root srv usr/local var/spool/cron var/lib/web-app';

const FILES = `
export LC_ALL=C
cd / && set -f
find ${PLACES} \\( -type f -printf 'file\\t/%p\\t%m %U %G\\n' -o -type l -printf 'link\\t/%p\\t%l\\n' \\
  -o -printf 'other\\t/%p\\t%y %m %U %G\\n' \\) 2>/dev/null
find ${PLACES} -type f ! -path '*/crontabs/*' -exec sha1sum {} + 2>/dev/null | sed 's/^\\([0-9a-f]*\\)  \\(.*\\)/sum\\t\\/\\2\\t\\1/'
set +f
# crontab itself writes into the file when it did so.
for f in var/spool/cron/crontabs/*; do
  [ ! -f "$f" ] || printf 'sum\\t/%s\\t%s\\n' "$f" "$(grep -v '^# (.* installed on ' "$f" | sha1sum)"
done
`;

const REST = `
for tool in iptables ip6tables; do
  command -v $tool-save >/dev/null || continue
  for table in filter nat; do
    printf '%s\\t%s\\t%s\\n' rules "$tool $table" \\
      "$($tool-save -t $table 2>/dev/null | sed -e '/^#/d' -e 's/ \\[[0-9:]*\\]$//' | tr '\\n' '|')"
  done
done
systemctl list-unit-files --no-legend --no-pager | grep -v -e transient -e generated |
  awk '{ print "unit file\\t" $1 "\\t" $2 }'
for unit in web-app.socket ssh.service cron.service tsible-iptables.service; do
  printf 'unit\\t%s\\t%s\\n' "$unit" "$(systemctl show -P ActiveState,NeedDaemonReload -- "$unit" 2>/dev/null | tr '\\n' ' ')"
done
printf 'kernel\\t%s\\t%s\\n' syn_backlog "$(cat /proc/sys/net/ipv4/tcp_max_syn_backlog)"
dpkg-query -W -f 'package\\t\${Package}\\t\${Status} \${Version}\\n'
sshd -T | awk '{ option = $1; $1 = ""; print "sshd\\t" option " " (count[option]++) "\\t" $0 }'
`;

export async function files(host: LabHost): Promise<HostState> {
  return read(await host.sh(`${FILES}:`));
}

export async function everything(host: LabHost): Promise<HostState> {
  return read(await host.sh(`${FILES}${REST}:`));
}

function read(text: string): Map<string, string> {
  const state = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [kind, name, value = ''] = line.split('\t');
    if (!kind || name === undefined) continue;
    const key = kind === 'sum' ? `file ${name}` : `${kind} ${name}`;
    state.set(key, kind === 'sum' ? `${state.get(key) ?? '?'} ${value}` : value);
  }
  return state;
}

/** Copies that tools keep of what they replaced: they tell of the way, not of where it led. */
const KEPT_COPIES =
  /^file \/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$|^file \/etc\/(ld\.so\.cache|\.pwd\.lock)$/;

/** What became of a host, one line a thing; the same on any other that was led to the same end. */
export function whatChanged(before: HostState, after: HostState): string[] {
  const lines: string[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const now = after.get(name);
    if (before.get(name) !== now && !KEPT_COPIES.test(name)) lines.push(`${name}: ${now ?? 'gone'}`);
  }
  return lines.sort();
}

/** Files that the run's tools leave for a moment beside those that they write. */
const WORK_IN_PROGRESS =
  /\/\.tsible-[^/]*$|\.tsible(\/|$)|\.rules\.new$|\.(service|socket)\.new$|\.dpkg-(new|tmp)$|\.dpkg-tmp|\/(passwd|group|shadow|gshadow|subuid|subgid)([-+]|\.lock|\.\d+|\.edit)?$|\/crontabs\/tmp\.|\/\.pwd\.lock$|\.#|\/sed[A-Za-z0-9]{6}$/;

/** Every version of every file that an undisturbed run passes through. */
export class Versions {
  readonly #known = new Map<string, Set<string>>();

  learn(state: HostState): void {
    for (const [name, version] of state) {
      const versions = this.#known.get(name) ?? new Set();
      this.#known.set(name, versions.add(version));
    }
  }

  /** Files that an undisturbed run never shows like this. `own`: the host's own before the run. */
  strange(state: HostState, own: HostState): string[] {
    const found: string[] = [];
    for (const [name, version] of state) {
      if (!name.startsWith('file ') || WORK_IN_PROGRESS.test(name) || own.get(name) === version) continue;
      // Copied by useradd itself, which is not ours to make atomic.
      if (/^file \/home\/[^/]+\/\.(bash\w*|profile)$/.test(name)) continue;
      if (!this.#known.get(name)?.has(version)) found.push(`${name}: ${version}`);
    }
    return found;
  }
}

/** What of ours lies about on a host and should not. */
export async function leftovers(host: LabHost): Promise<string[]> {
  const text = await host.sh(
    `find /etc /home /opt /root /srv /usr/local /usr/sbin /var /tmp /run -xdev \\( -name '.tsible-*' -o -name '*.tsible' \\
      -o -name 'tsible-netfilter-*' -o -path '*tsible*.new' -o -name 'tsible*.new' \\) 2>/dev/null; :`,
  );
  return text.split('\n').filter(line => line !== '');
}

const HEALTH = `
visudo -c >/dev/null 2>&1 || { echo 'visudo -c:'; visudo -c 2>&1 | grep -v 'parsed OK'; }
for f in /etc/sudoers.d/*; do
  case \${f##*/} in *.* | *~) ;; *) visudo -cf "$f" >/dev/null 2>&1 || echo "visudo -cf $f" ;; esac
done
sshd -t 2>&1 || echo 'sshd -t'
[ -z "$(dpkg --audit)" ] || { echo 'dpkg --audit:'; dpkg --audit; }
pwck -rq 2>&1 | grep -v -e 'directory .* does not exist' -e 'no changes' || :
grpck -r 2>&1 || echo 'grpck -r'
for f in /etc/tsible/iptables/ipv4/*.rules; do
  [ ! -e "$f" ] || iptables-restore --test <"$f" 2>&1 || echo "iptables-restore --test $f"
done
`;

/** Complaints; none on a host on which people can still log in, use sudo and install packages. */
export async function complaints(lab: Lab, host: LabHost): Promise<string[]> {
  const said = (await host.run(HEALTH)).stdout.split('\n').filter(line => line !== '');
  const options = ['-F', 'none', '-i', lab.identityFile, '-o', `UserKnownHostsFile=${lab.knownHosts}`];
  const words = [...options, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', `ops@${host.address}`];
  const refused = await new Promise<string | null>(done =>
    execFile('ssh', [...words, 'sudo -n true'], (error, _out, errors) =>
      done(error ? errors || 'failed' : null),
    ),
  );
  return refused === null ? said : [...said, `ssh and sudo: ${refused.trim()}`];
}

/** Resolves when nothing that a run has started is still at work on the host. */
export async function quiet(host: LabHost, most = 60_000): Promise<void> {
  const deadline = Date.now() + most;
  for (;;) {
    const busy = (await host.pids()).filter(({ command }) =>
      /^(sshd: ops|sudo |\/bin\/sh|sh |dpkg|apt-get|useradd|systemctl)/.test(command),
    );
    if (busy.length === 0) return;
    if (Date.now() > deadline)
      throw new Error(`${host.name} is still busy: ${busy.map(b => b.command).join('; ')}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
