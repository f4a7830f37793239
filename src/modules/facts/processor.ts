import type { Collector } from './collector.ts';

export const processor: Collector = {
  name: 'processor',
  aliases: ['processor_cores', 'processor_count', 'processor_vcpus'],
  group: 'hardware',
  files: ['/proc/cpuinfo', '/proc/self/status'],
  collect(raw) {
    const cpus = (raw.text('/proc/cpuinfo') ?? '')
      .split(/\n\s*\n/)
      .map(block => fields(block))
      .filter(cpu => cpu.has('processor'));
    const described = cpus.flatMap(cpu => {
      const model = cpu.get('model name') ?? cpu.get('cpu') ?? cpu.get('Processor') ?? cpu.get('cpu model');
      return [cpu.get('processor')!, cpu.get('vendor_id'), model].filter(text => text !== undefined);
    });
    const sockets = new Set(cpus.map(cpu => cpu.get('physical id')).filter(id => id !== undefined));
    const count = sockets.size || cpus.length || 1;
    const [first = new Map<string, string>()] = cpus;
    const cores = sockets.size > 0 ? Number(first.get('cpu cores') ?? 1) : 1;
    const siblings = Number(first.get('siblings') ?? cores);
    const threads = sockets.size > 0 ? Math.max(1, Math.floor(siblings / cores)) : 1;
    return {
      processor: described,
      processor_count: count,
      processor_cores: cores,
      processor_threads_per_core: threads,
      processor_vcpus: count * cores * threads,
      processor_nproc: allowed(raw.lines('/proc/self/status') ?? []) ?? cpus.length,
    };
  },
};

function fields(block: string): Map<string, string> {
  return new Map(
    block.split('\n').flatMap(line => {
      const [, name, value] = /^(.*?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** How many processors the process may run on. */
function allowed(status: readonly string[]): number | undefined {
  const mask = status.find(line => line.startsWith('Cpus_allowed:'))?.split(/\s+/)[1];
  if (mask === undefined) return undefined;
  return [...mask.replaceAll(',', '')]
    .map(digit => Number.parseInt(digit, 16).toString(2).replaceAll('0', '').length)
    .reduce((sum, bits) => sum + bits, 0);
}
