import { sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { gathered } from '../host/gather.ts';
import type { Kind } from '../kind.ts';

/** A setting of the running kernel. */
export interface KernelSetting {
  /** null: the kernel has no such setting, or one that cannot be read. */
  readonly value: string | null;
  readonly exists: boolean;
}

/** By its place below /proc/sys (`settingPath`); all asked for in one turn cost one process. */
export const kernelSetting: Kind<string, KernelSetting> = {
  name: 'kernel setting',
  key: path => path,
  read: gathered(readAll),

  compare: (path, before, after) =>
    before.value === after.value
      ? []
      : [
          {
            type: 'attribute',
            header: `kernel ${path.replaceAll('/', '.')}`,
            attribute: 'value',
            before: before.value,
            after: after.value,
          },
        ],

  async apply(host, path, _before, { value }) {
    const { status, stderr } = await host.ask(sh`printf '%s\\n' ${value!} > ${`${ROOT}${path}`}`);
    if (status === 0) return;
    const said = stderr.toString('utf8').trim();
    throw new Failure(`the kernel does not take "${value}" for ${path.replaceAll('/', '.')}: ${said}`, {
      rc: status,
    });
  },
};

const ROOT = '/proc/sys/';

/**
 * The place of a setting: its first separator says which of the two it is written with, and the other one is
 * then a part of names (`net/ipv4/conf/eth0.1/forwarding`, `net.ipv4.conf.eth0/1.forwarding`).
 */
export function settingPath(name: string): string {
  const separator = /[./]/.exec(name)?.[0];
  const path = separator === '.' ? name.replace(/[./]/g, char => (char === '.' ? '/' : '.')) : name;
  if (
    /[\n\0]/.test(path) ||
    path === '' ||
    path.startsWith('/') ||
    path.split('/').some(part => part === '' || part === '..')
  ) {
    throw new Failure(`"${name}" does not name a kernel setting`, {}, 'such as net.ipv4.ip_forward');
  }
  return path;
}

/** Space between the numbers of a value is as good as any other. */
export function normalised(value: string): string {
  return value.trim().split(/\s+/).join(' ');
}

async function readAll(host: Reader, paths: readonly string[]): Promise<KernelSetting[]> {
  const files = paths.map(path => `${ROOT}${path}`);
  const { stdout } = await host.ask(
    sh`for f in ${files}; do [ -e "$f" ] && echo "there $f"; done; grep -a -s -H '' ${files}; :`,
  );
  const lines = stdout.toString('utf8').split('\n');
  const existing = new Set(lines.filter(line => line.startsWith('there ')).map(line => line.slice(6)));
  return files.map(file => {
    const own = lines.filter(line => line.startsWith(`${file}:`)).map(line => line.slice(file.length + 1));
    return { exists: existing.has(file), value: own.length > 0 ? normalised(own.join(' ')) : null };
  });
}
