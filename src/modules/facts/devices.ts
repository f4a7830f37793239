import type { Collector } from './collector.ts';
import { LINKS, linksIn } from './mounts.ts';
import type { RawFacts } from './raw.ts';

const PART_FILES = ['start', 'size', 'queue/hw_sector_size'];
const DISK_FILES = [
  ...['size', 'removable', 'device/vendor', 'device/model', 'device/serial', 'device/sas_address'],
  ...['queue/rotational', 'queue/hw_sector_size', 'queue/logical_block_size', 'queue/discard_granularity'],
  ...['queue/scheduler', 'dm/name', 'dm/uuid'],
];

/** Disks, their partitions, and the names by which both are known. */
export const devices: Collector = {
  name: 'devices',
  aliases: ['device_links'],
  group: 'hardware',
  files: [
    ...DISK_FILES.map(file => `/sys/block/*/${file}`),
    ...PART_FILES.map(file => `/sys/block/*/*[0-9]/${file}`),
  ],
  commands: {
    links: LINKS,
    holders: `for holder in /sys/block/*/holders/*; do [ -e "$holder" ] && echo "$holder"; done; :`,
  },
  collect(raw) {
    const holders = (disk: string) =>
      raw
        .output('holders')
        .split('\n')
        .flatMap(path => {
          const [, of, name] = /^\/sys\/block\/([^/]+)\/holders\/(.+)$/.exec(path) ?? [];
          return of === disk ? [name] : [];
        });
    const links = linksOf(raw);
    const disks = raw.matching(/^\/sys\/block\/([^/]+)\/size$/).map(({ match }) => match[1]!);
    const facts = disks.flatMap(disk => {
      const at = (file: string) => raw.line(`/sys/block/${disk}/${file}`);
      const sectorSize = Number(at('queue/hw_sector_size') ?? at('queue/logical_block_size') ?? 512);
      const scheduler = at('queue/scheduler');
      return [
        [
          disk,
          {
            virtual: 1,
            links: links(disk),
            vendor: at('device/vendor') ?? null,
            model: at('device/model') ?? null,
            sas_address: at('device/sas_address') ?? null,
            sas_device_handle: null,
            ...(at('device/serial') !== undefined && { serial: at('device/serial') }),
            removable: at('removable') ?? '0',
            support_discard: at('queue/discard_granularity') ?? '0',
            partitions: partitionsOf(raw, disk, links),
            rotational: at('queue/rotational') ?? '0',
            scheduler_mode: /\[(.*)\]/.exec(scheduler ?? '')?.[1] ?? '',
            sectors: Number(at('size')),
            sectorsize: String(sectorSize),
            size: humanSize(Number(at('size')) * 512),
            host: '',
            holders: holders(disk),
          },
        ] as const,
      ];
    });
    return { devices: new Map(facts), device_links: allLinks(raw) };
  },
};

type Links = (name: string) => Record<string, string[]>;

function partitionsOf(raw: RawFacts, disk: string, links: Links): Map<string, unknown> {
  const found = raw.matching(new RegExp(`^/sys/block/${literally(disk)}/([^/]+)/start$`));
  return new Map(
    found.map(({ match }) => {
      const name = match[1]!;
      const at = (file: string) => raw.line(`/sys/block/${disk}/${name}/${file}`);
      const uuids = links(name).uuids!;
      return [
        name,
        {
          start: at('start') ?? '0',
          sectors: Number(at('size') ?? '0'),
          sectorsize: Number(at('queue/hw_sector_size') ?? 512),
          size: humanSize(Number(at('size') ?? '0') * 512),
          uuid: uuids[0] ?? null,
          links: links(name),
          holders: [],
        },
      ];
    }),
  );
}

const FOLDERS = {
  ids: '/dev/disk/by-id/',
  uuids: '/dev/disk/by-uuid/',
  labels: '/dev/disk/by-label/',
} as const;

function linksOf(raw: RawFacts): Links {
  const output = raw.output('links');
  const of = (folder: string, name: string) =>
    linksIn(output, folder).flatMap(([link, target]) => (target === name ? [link] : []));
  return name => ({
    ids: of(FOLDERS.ids, name),
    uuids: of(FOLDERS.uuids, name),
    labels: of(FOLDERS.labels, name),
    masters: [],
  });
}

function allLinks(raw: RawFacts): Record<string, Map<string, string[]>> {
  const output = raw.output('links');
  const grouped = (folder: string) => {
    const names = new Map<string, string[]>();
    for (const [link, target] of linksIn(output, folder))
      names.set(target, [...(names.get(target) ?? []), link]);
    return names;
  };
  return {
    ids: grouped(FOLDERS.ids),
    uuids: grouped(FOLDERS.uuids),
    labels: grouped(FOLDERS.labels),
    masters: new Map(),
  };
}

function humanSize(bytes: number): string {
  const units = [
    ['TB', 40],
    ['GB', 30],
    ['MB', 20],
    ['KB', 10],
  ] as const;
  const unit = units.find(([, power]) => bytes >= 2 ** power);
  return unit ? `${(bytes / 2 ** unit[1]).toFixed(2)} ${unit[0]}` : `${bytes.toFixed(2)} Bytes`;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
