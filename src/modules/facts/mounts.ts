import type { Collector } from './collector.ts';

export const mounts: Collector = {
  name: 'mounts',
  group: 'hardware',
  files: ['/proc/self/mounts'],
  commands: {
    // A server that does not answer must not hold up the facts: its folders are asked after one by one, with
    // a limit. The others are asked after by one process.
    sizes: `ask_sizes() { stat -f -c '%s|%S|%b|%f|%a|%c|%d|%n' "$@" 2>/dev/null; }
set --
while read -r device folder type rest; do
  case $device in /*|*:/*) ;; *) continue;; esac
  case $folder in *\\\\*) folder=$(printf %b "$folder.") && folder=\${folder%.};; esac
  case $device$type in
    *:/*|//*|*nfs|*nfs4|*cifs|*fuse*|*afs|*ceph)
      timeout -s KILL "$limit" stat -f -c '%s|%S|%b|%f|%a|%c|%d|%n' "$folder" 2>/dev/null;;
    *) set -- "$@" "$folder";;
  esac
done </proc/self/mounts
[ $# -eq 0 ] || ask_sizes "$@"`,
  },
  collect(raw) {
    const sizes = sizesOf(raw.output('sizes'));
    const uuids = linksIn(raw.output('links'), '/dev/disk/by-uuid/');
    const lines = (raw.lines('/proc/self/mounts') ?? []).map(line => line.split(' ').map(withoutOctal));
    const found = new Map<string, unknown>();
    for (const [device = '', mount = '', fstype = '', options, dump, passno] of lines) {
      if (!(device.startsWith('/') || device.includes(':/')) || fstype === 'none') continue;
      const uuid = uuids.find(([, target]) => `/dev/${target}` === device)?.[0] ?? 'N/A';
      const base = { mount, device, fstype, options, dump: Number(dump), passno: Number(passno) };
      // Of what is mounted over one another only the last is seen.
      found.set(mount, { ...base, ...sizes.get(mount), uuid });
    }
    return { mounts: [...found.values()] };
  },
};

function sizesOf(output: string): Map<string, Record<string, number>> {
  return new Map(
    output.split('\n').flatMap(line => {
      const parts = line.split('|');
      if (parts.length < 8) return [];
      const [, block = 0, total = 0, free = 0, available = 0, inodes = 0, inodesFree = 0] = parts.map(Number);
      const facts = {
        size_total: total * block,
        size_available: available * block,
        block_size: Number(parts[0]),
        block_total: total,
        block_available: available,
        block_used: total - free,
        inode_total: inodes,
        inode_available: inodesFree,
        inode_used: inodes - inodesFree,
      };
      return [[parts.slice(7).join('|'), facts] as const];
    }),
  );
}

/** `ls -l` of a folder of links: name and the last part of where it points. */
export function linksIn(output: string, folder: string): [name: string, target: string][] {
  return output.split('\n').flatMap(line => {
    const at = line.indexOf(` ${folder}`);
    const [name, to] = at === -1 ? [] : line.slice(at + 1 + folder.length).split(' -> ');
    return name === undefined || to === undefined ? [] : [[name, to.split('/').at(-1)!]];
  });
}

/** Spaces and the like stand as octal numbers in the kernel's table. */
function withoutOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Where uuids, labels, ids and drivers are found; asked for once, for all that need links. */
export const LINKS = `set -- /dev/disk/by-uuid/* /dev/disk/by-label/* /dev/disk/by-id/* /sys/class/net/*/device/driver/module
for path do shift; [ -L "$path" ] && set -- "$@" "$path"; done
[ $# -eq 0 ] || ls -ld -- "$@"`;
