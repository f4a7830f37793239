import { randomBytes } from 'node:crypto';
import { type ShellText, sh, userShell } from '../../core/shell.ts';
import { type Dict, fromJson, type Value } from '../../core/value.ts';
import type { Reader } from '../host/access.ts';
import type { Kind } from '../kind.ts';
import type { Collector } from './collector.ts';
import { RawFacts } from './raw.ts';
import { chosen } from './subsets.ts';

export interface FactRequest {
  readonly subset: readonly string[];
  /** Folder of the host's own facts. */
  readonly path: string;
  /** Seconds for one thing that may not answer. */
  readonly timeout: number;
}

/** All facts of a request, without the prefix. Never a target. */
export const facts: Kind<FactRequest, Dict> = {
  name: 'facts',
  key: ({ subset, path, timeout }) => JSON.stringify([subset, path, timeout]),
  async read(host: Reader, request) {
    const wanted = chosen(request.subset);
    const marker = randomBytes(16).toString('hex');
    const { stdout } = await host.ask(scriptOf(wanted, request, marker));
    const raw = new RawFacts(stdout.toString('utf8'), marker);
    const all = new Map<Value, Value>();
    for (const collector of wanted) {
      for (const [name, value] of Object.entries(collector.collect(raw))) {
        if (value !== undefined) all.set(name, fromJson(value));
      }
    }
    return all;
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('facts are what they are')),
};

/** Lines of /proc/cpuinfo that are long, repeated for each processor, and of no use to any fact. */
const NOISE =
  '^(flags|bugs|vmx flags|bogomips|microcode|stepping|cpu family|model|cpu MHz|cache size|fpu|fpu_exception|' +
  'cpuid level|wp|apicid|initial apicid|TLB size|clflush size|cache_alignment|address sizes|power management|' +
  'Features|BogoMIPS)[[:space:]]*:';

/** One script for all collectors: files through one process, then the commands, each introduced by its name. */
function scriptOf(wanted: readonly Collector[], request: FactRequest, marker: string): ShellText {
  const files = [...new Set(wanted.flatMap(({ files = [] }) => files))];
  const commands = new Map(wanted.flatMap(({ commands = {} }) => Object.entries(commands)));
  const sections = [...commands].map(([name, text]) => `section ${name}\n${text}\n`);
  // /dev/null: with one file alone grep would not name it.
  return sh`fact_path=${request.path}
case $fact_path in '~'*) fact_path=$HOME\${fact_path#'~'};; esac
limit=${request.timeout}
section() { printf '\n%s %s\n' ${marker} "$1"; }
section files
grep -svE ${NOISE} /dev/null ${userShell(files.join(' '))}
${userShell(sections.join(''))}:`;
}
