import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openSession } from '../../src/connection/open.ts';
import type { Endpoint } from '../../src/connection/types.ts';
import { Lab, type LabHost } from '../lab/index.ts';
import { labDescribe } from '../lab/lab-describe.ts';
import { type Case, readCases } from './case.ts';
import { predictApplySettle } from './predict-apply-settle.ts';

/**
 * Every module's cases on real hosts. To work on some of them:
 *
 *   CASES=lineinfile,file npx vitest run test/harness     only these modules
 *   CASES_LAB=name                                        on hosts that are up already (`npm run lab -- up …`)
 */
const only = process.env.CASES?.split(',');
const cases = readCases(fileURLToPath(new URL('../cases', import.meta.url)), only);

/** Hosts of each kind, taken for one batch of cases at a time. */
class HostPool {
  readonly #taken = new Set<string>();
  readonly #waiting: (() => void)[] = [];

  async use<T>(lab: Lab, kind: string, work: (host: LabHost) => Promise<T>): Promise<T> {
    const host = await this.#take(lab, kind);
    try {
      return await work(host);
    } finally {
      this.#taken.delete(host.name);
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  async #take(lab: Lab, kind: string): Promise<LabHost> {
    if (!lab.hosts.some(host => host.kind === kind)) throw new Error(`lab ${lab.name} has no ${kind} host`);
    for (;;) {
      const free = lab.hosts.find(host => host.kind === kind && !this.#taken.has(host.name));
      if (free) {
        this.#taken.add(free.name);
        return free;
      }
      await new Promise<void>(resolve => {
        this.#waiting.push(resolve);
      });
    }
  }
}

/** Cases of one module that run on one host together: all that do not ask to be alone. */
function batches(all: readonly Case[]): Case[][] {
  const shared = new Map<string, Case[]>();
  const own: Case[][] = [];
  for (const testCase of all) {
    if (testCase.alone || testCase.fresh) own.push([testCase]);
    else shared.set(testCase.host, [...(shared.get(testCase.host) ?? []), testCase]);
  }
  return [...shared.values(), ...own];
}

function endpointOf(lab: Lab, host: LabHost): Endpoint {
  return {
    name: host.name,
    transport: 'ssh',
    address: host.address,
    port: 22,
    user: host.kind === 'busybox' ? 'root' : 'ops',
    privateKeyFile: lab.identityFile,
    hostKeyChecking: 'yes',
    knownHostsFiles: [lab.knownHosts],
    connectTimeout: 10_000,
    sshArgs: [],
    shell: '/bin/sh',
  };
}

const kinds = new Set(cases.map(testCase => testCase.host));
const hosts = [...kinds].flatMap(kind =>
  (kind === 'debian' ? ['a', 'b', 'c'] : ['a']).map(name => ({ name: `${kind}-${name}`, kind })),
);

function suite(lab: () => Lab): void {
  const pool = new HostPool();
  for (const module of new Set(cases.map(testCase => testCase.module))) {
    describe(module, () => {
      for (const batch of batches(cases.filter(testCase => testCase.module === module))) {
        let verdicts: ReturnType<typeof predictApplySettle> | undefined;
        const run = () =>
          pool.use(lab(), batch[0]!.host, async host => {
            if (batch[0]!.fresh) await host.reset();
            return predictApplySettle(host, () => openSession(endpointOf(lab(), host)), batch);
          });
        // Cases that share a host can get in each other's way (a number that the host gives away, a daemon that
        // wakes up). The verdict on a module is the one on a fresh host of its own; that it was needed is said.
        const alone = (testCase: (typeof batch)[number], first: readonly string[]) =>
          pool.use(lab(), testCase.host, async host => {
            process.stderr.write(`\ntried again alone: ${module}: ${testCase.title}\n${first.join('\n')}\n`);
            await host.reset();
            const verdict = await predictApplySettle(host, () => openSession(endpointOf(lab(), host)), [
              testCase,
            ]);
            return verdict.get(testCase)!;
          });
        for (const testCase of batch) {
          it.concurrent(testCase.title, async () => {
            verdicts ??= run();
            let problems = (await verdicts).get(testCase)!;
            if (problems.length > 0 && batch.length > 1) problems = await alone(testCase, problems);
            expect(problems.length, problems.join('\n\n')).toBe(0);
          }, 300_000);
        }
      }
    });
  }
}

const running = process.env.CASES_LAB;
if (running === undefined) labDescribe('predict, apply, settle', hosts, suite);
else {
  describe(`predict, apply, settle on lab ${running}`, () =>
    suite(() => {
      const lab = Lab.find(running);
      if (!lab) throw new Error(`lab "${running}" is not up: npm run lab -- --name=${running} up 3`);
      return lab;
    }));
}
