import type { LabHost } from '../lab/index.ts';

/**
 * What a check run must leave alone, one line a thing: files with owner, mode, time and contents, the
 * packet filter, units, kernel settings. Names that come and go by themselves are left out.
 */
const SCRIPT = `
export LC_ALL=C
cd /
places=
for place in etc home root srv opt usr/local usr/share/keyrings var/spool var/lib/dpkg/status var/backups \\
             var/lib/systemd/linger tmp var/tmp; do
  [ -e "$place" ] && places="$places $place"
done
skip='-name systemd-private-* -prune -o -path etc/.pwd.lock -prune -o -path var/spool/exim4 -prune -o -name .tsible-* -prune -o'
set -f
find $places $skip -type d -exec stat -c 'dir %n %f %u %g' {} +
find $places $skip ! -type d -exec stat -c 'file %N %f %u %g %Y %h' {} +
find $places $skip -type f -exec cksum {} +
for table in filter nat mangle raw; do
  for tool in iptables ip6tables; do
    command -v $tool-save >/dev/null && $tool-save -t $table 2>/dev/null |
      sed -e '/^#/d' -e 's/ \\[[0-9:]*\\]$//' -e "s/^/$tool $table /"
  done
done
# Logins come and go with mounts of their own.
cat /proc/mounts | grep -v ' /run/user/' | sed 's/^/mount /'
if [ -d /run/systemd/system ]; then
  # Which units are enabled stands in the files of /etc.
  systemctl list-units --all --plain --no-legend --no-pager --type=service,socket,timer,mount,swap |
    awk '$1 !~ /^(user@|session|user-|run-|systemd-(hostnamed|timedated|localed|tmpfiles-clean|journal|logind|ask))/ { print "unit", $1, $3, $4 }'
fi
find /proc/sys/net/ipv4 /proc/sys/net/core /proc/sys/vm /proc/sys/kernel -type f -perm -200 2>/dev/null |
  grep -v -e /random/ -e ns_last_pid -e conf/ -e neigh/ | xargs grep -H '' 2>/dev/null | sort
`;

export async function fingerprint(host: LabHost): Promise<Set<string>> {
  const { stdout } = await host.run(SCRIPT);
  return new Set(stdout.split('\n'));
}

/** Empty when nothing changed; otherwise the lines that went and came. */
export function changesBetween(before: Set<string>, after: Set<string>): string[] {
  return [
    ...[...before].filter(line => !after.has(line)).map(line => `- ${line}`),
    ...[...after].filter(line => !before.has(line)).map(line => `+ ${line}`),
  ];
}
