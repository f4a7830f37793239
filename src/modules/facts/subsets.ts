import { didYouMean } from '../../core/error.ts';
import { Failure } from '../failure.ts';
import type { Collector } from './collector.ts';
import { dateTime, loadAverage, uptime } from './dates.ts';
import { devices } from './devices.ts';
import { distribution, lsb } from './distribution.ts';
import { firmware } from './firmware.ts';
import { localFacts } from './local-facts.ts';
import { packageManager, serviceManager } from './managers.ts';
import { memory } from './memory.ts';
import { mounts } from './mounts.ts';
import { network } from './network.ts';
import { platform } from './platform.ts';
import { processor } from './processor.ts';
import { apparmor, capabilities, chroot, fips, selinux, sshKeys } from './security.ts';
import { commandLine, dns, storageNames } from './settings-files.ts';
import { environment, user } from './user.ts';
import { virtualization } from './virtualization.ts';

/** Every collector. Local facts come last: theirs are the only commands that are not ours. */
export const collectors: readonly Collector[] = [
  ...[platform, distribution, lsb, user, environment, dateTime, loadAverage, commandLine, dns],
  ...[packageManager, serviceManager, selinux, apparmor, fips, capabilities, chroot, sshKeys],
  ...[uptime, processor, memory, firmware, mounts, devices, network, storageNames, virtualization],
  localFacts,
];

/** Known names for what needs software that is not ours: asked for, they add nothing. */
const FOREIGN = ['facter', 'ohai', 'python', 'python_version', 'systemd'];

/** The collectors that a gather_subset means. Throws Failure for a name that is none. */
export function chosen(subset: readonly string[]): readonly Collector[] {
  const wanted = new Set(collectors.filter(({ minimal }) => minimal));
  const explicit = new Set<Collector>();
  const excluded = new Set<Collector>();
  let positive = false;
  for (const word of subset.map(each => each.trim()).filter(each => each !== '')) {
    const name = word.replace(/^!/, '');
    if (word !== name) {
      const without = name === 'all' ? collectors.filter(({ minimal }) => !minimal) : named(name);
      for (const collector of without) excluded.add(collector);
    } else {
      positive = true;
      for (const collector of named(name)) (name === 'all' ? wanted : explicit).add(collector);
    }
  }
  if (!positive) for (const collector of collectors) wanted.add(collector);
  return collectors.filter(
    collector => explicit.has(collector) || (wanted.has(collector) && !excluded.has(collector)),
  );
}

function named(name: string): readonly Collector[] {
  if (name === 'all') return collectors;
  if (name === 'min') return collectors.filter(({ minimal }) => minimal);
  if (FOREIGN.includes(name)) return [];
  const found = collectors.filter(
    collector => collector.name === name || collector.group === name || collector.aliases?.includes(name),
  );
  if (found.length > 0) return found;
  const known = [
    'all',
    'min',
    ...new Set(
      collectors.flatMap(({ name, group, aliases = [] }) => [name, ...(group ? [group] : []), ...aliases]),
    ),
  ];
  throw new Failure(
    `Bad subset '${name}' given to gather_subset`,
    {},
    didYouMean(name, known) ?? `there are: ${known.join(', ')}`,
  );
}
