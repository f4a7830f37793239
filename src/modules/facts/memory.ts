import type { Collector } from './collector.ts';

export const memory: Collector = {
  name: 'memory',
  aliases: ['memtotal_mb', 'memfree_mb', 'memory_mb', 'swaptotal_mb', 'swapfree_mb'],
  group: 'hardware',
  files: ['/proc/meminfo'],
  collect(raw) {
    const sizes = new Map(
      (raw.lines('/proc/meminfo') ?? []).flatMap(line => {
        const [, name, kilobytes] = /^(\w+(?:\(\w+\))?):\s+(\d+)/.exec(line) ?? [];
        return name === undefined ? [] : [[name, Number(kilobytes)] as const];
      }),
    );
    const mb = (name: string) => Math.floor((sizes.get(name) ?? 0) / 1024);
    const [total, free] = [mb('MemTotal'), mb('MemFree')];
    const kilobytes = (name: string) => sizes.get(name) ?? 0;
    const reclaimable = kilobytes('MemFree') + kilobytes('Cached') + kilobytes('Buffers');
    const [swap, swapFree] = [mb('SwapTotal'), mb('SwapFree')];
    return {
      memtotal_mb: total,
      memfree_mb: free,
      swaptotal_mb: swap,
      swapfree_mb: swapFree,
      memory_mb: {
        real: { total, used: total - free, free },
        nocache: {
          free: Math.floor(reclaimable / 1024),
          used: Math.floor((kilobytes('MemTotal') - reclaimable) / 1024),
        },
        swap: { total: swap, free: swapFree, used: swap - swapFree, cached: mb('SwapCached') },
      },
    };
  },
};
