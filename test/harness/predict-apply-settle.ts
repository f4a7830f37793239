import { isDeepStrictEqual } from 'node:util';
import { BecomeFailed, type Identity, type Session, TransferFailed } from '../../src/connection/types.ts';
import { UserError } from '../../src/core/error.ts';
import type { Value } from '../../src/core/value.ts';
import { type ModuleOutcome, runModule } from '../../src/execute/run-module.ts';
import { HostAccess } from '../../src/modules/host/access.ts';
import { Memory } from '../../src/modules/host/memory.ts';
import { findModule } from '../../src/modules/index.ts';
import type { Difference } from '../../src/modules/kind.ts';
import type { LabHost } from '../lab/index.ts';
import { type Case, type CaseTask, PHASES, type Phase } from './case.ts';
import { contextsOf } from './controller.ts';
import { changesBetween, fingerprint } from './fingerprint.ts';

type Outcomes = Map<Phase, readonly ModuleOutcome[]>;

/**
 * Runs cases on one host, each four times: check, real, check, real. They go through each of these together,
 * so that the host need only be looked at before and after all checks, and not for every case.
 *
 * @returns what is wrong, for each case; nothing when predicted = applied, and it settles
 */
export async function predictApplySettle(
  host: LabHost,
  connect: () => Promise<Session>,
  cases: readonly Case[],
): Promise<Map<Case, readonly string[]>> {
  const problems = new Map<Case, string[]>(cases.map(testCase => [testCase, []]));
  const outcomes = new Map<Case, Outcomes>(cases.map(testCase => [testCase, new Map()]));
  await forEach(cases, async testCase => {
    const { rc, stdout, stderr } = await host.run(`set -e\n${testCase.setup ?? ':'}`);
    if (rc !== 0) problems.get(testCase)!.push(`setup ended with ${rc}: ${stdout}${stderr}`);
  });
  const contexts = new Map(cases.map(testCase => [testCase, contextsOf(testCase)]));
  const session = await connect();
  try {
    for (const phase of PHASES) {
      const check = phase.startsWith('check');
      const before = check ? await fingerprint(host) : undefined;
      await forEach(cases, async testCase => {
        const context = (task: CaseTask) => contexts.get(testCase)!(task, check);
        try {
          outcomes.get(testCase)!.set(phase, await runTasks(testCase, session, context, check));
        } catch (error) {
          // A module that breaks must not take the other cases' verdicts along.
          problems.get(testCase)!.push(`the ${phase} run threw ${(error as Error).stack}`);
        }
      });
      if (before) {
        const changes = changesBetween(before, await fingerprint(host));
        const told = `the ${phase} run changed the host:\n${changes.slice(0, 40).join('\n')}`;
        if (changes.length > 0)
          for (const testCase of suspects(cases, changes)) problems.get(testCase)!.push(told);
      }
      if (phase === 'real') await verify(host, cases, problems);
    }
    await verify(host, cases, problems);
  } finally {
    await session.close();
  }
  for (const testCase of cases) problems.get(testCase)!.push(...judge(testCase, outcomes.get(testCase)!));
  return problems;
}

async function runTasks(
  testCase: Case,
  session: Session,
  context: (task: CaseTask) => Parameters<typeof runModule>[3],
  check: boolean,
): Promise<ModuleOutcome[]> {
  const memory = new Memory();
  const outcomes: ModuleOutcome[] = [];
  for (const task of testCase.tasks) {
    const access = new HostAccess(session, identityOf(task), memory);
    const outcome = await runModule(
      findModule(task.module)!,
      task.args,
      access,
      context(task),
      new Map(),
    ).catch(failedOutcome);
    outcomes.push(outcome);
    // A failed task ends its play; a check run goes on past what it cannot know.
    if (outcome.status === 'failed' && !(check && task.expected.check === 'unknown')) break;
  }
  return outcomes;
}

function identityOf({ become }: CaseTask): Identity | undefined {
  return become === null ? undefined : { become: { method: 'sudo', user: become }, key: `sudo ${become}` };
}

/** What the play above a module reports as that host's failure. */
function failedOutcome(error: unknown): ModuleOutcome {
  const ours = error instanceof UserError || error instanceof TransferFailed || error instanceof BecomeFailed;
  if (!ours) throw error;
  return {
    status: 'failed',
    message: error.message,
    hint: 'hint' in error ? error.hint : undefined,
    differences: [],
    result: {},
    warnings: [],
  };
}

async function verify(host: LabHost, cases: readonly Case[], problems: Map<Case, string[]>): Promise<void> {
  await forEach(cases, async testCase => {
    if (testCase.verify === undefined) return;
    const { rc, stdout, stderr } = await host.run(`set -ex\n${testCase.verify}`);
    if (rc !== 0) problems.get(testCase)!.push(`verify ended with ${rc}:\n${stdout}${stderr}`);
  });
}

function judge(testCase: Case, outcomes: Outcomes): string[] {
  const problems: string[] = [];
  testCase.tasks.forEach((task, index) => {
    const of = (phase: Phase) => outcomes.get(phase)?.[index];
    const name = testCase.tasks.length > 1 ? `task ${index + 1} (${task.module})` : task.module;
    for (const phase of PHASES) {
      const outcome = of(phase);
      const expected = task.expected[phase];
      if (!outcome) problems.push(`${name}: not reached in the ${phase} run`);
      else if (outcome.status !== expected) {
        problems.push(`${name}: the ${phase} run says ${told(outcome)}, not ${expected}`);
      } else if (phase.endsWith('again') && expected === 'ok' && outcome.differences.length > 0) {
        problems.push(`${name}: the ${phase} run says ok, with differences:\n${shown(outcome.differences)}`);
      }
    }
    const [predicted, applied] = [of('check'), of('real')];
    if (predicted?.status === 'changed' && applied?.status === 'changed') {
      if (!isDeepStrictEqual(predicted.differences, applied.differences)) {
        problems.push(
          `${name}: predicted\n${shown(predicted.differences)}\nbut applied\n${shown(applied.differences)}`,
        );
      }
    }
    for (const phase of ['check', 'real'] as const) {
      const text = `${of(phase)?.message ?? ''} ${of(phase)?.hint ?? ''}`;
      if (task.expected[phase] !== 'failed' && task.expected[phase] !== 'unknown') continue;
      for (const part of task.says) {
        if (!text.includes(part))
          problems.push(`${name}: the ${phase} run says "${text}", without "${part}"`);
      }
    }
    for (const part of task.shows) {
      const text = shown(predicted?.differences ?? []);
      if (!text.includes(part)) problems.push(`${name}: the predicted differences lack "${part}":\n${text}`);
    }
    problems.push(...lacking(task.result, applied?.result ?? {}, `${name}: result`));
  });
  return problems;
}

/** Where `actual` lacks something of `expected`; lists and texts must be the same, mappings may hold more. */
function lacking(expected: unknown, actual: unknown, path: string): string[] {
  if (
    expected instanceof Map ||
    (typeof expected === 'object' && expected !== null && !Array.isArray(expected))
  ) {
    const part = (key: string) =>
      actual instanceof Map ? actual.get(key) : (actual as Record<string, unknown> | undefined)?.[key];
    return Object.entries(expected).flatMap(([key, value]) => lacking(value, part(key), `${path}.${key}`));
  }
  const same = isDeepStrictEqual(plain(expected), plain(actual));
  return same ? [] : [`${path} is ${JSON.stringify(plain(actual))}, not ${JSON.stringify(expected)}`];
}

function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(
      [...(value as Map<Value, unknown>)].map(([key, item]) => [String(key), plain(item)]),
    );
  }
  return Array.isArray(value) ? value.map(plain) : value === undefined ? null : value;
}

function told(outcome: ModuleOutcome): string {
  const more = [outcome.message, outcome.hint, shown(outcome.differences)].filter(Boolean).join('\n');
  return more ? `${outcome.status} (${more})` : outcome.status;
}

export function shown(differences: readonly Difference[]): string {
  return differences
    .map(difference => {
      const { header, before, after } = difference;
      if (difference.type === 'attribute') return `${header}: ${difference.attribute}: ${before} -> ${after}`;
      if (difference.omitted !== undefined) return `${header}: ${difference.omitted}`;
      return `${header}:\n${marked('- ', before)}${marked('+ ', after)}`;
    })
    .join('\n');
}

function marked(mark: string, text: string | null): string {
  return text === null ? '' : text.replace(/^(?=.)/gm, mark);
}

/** The case that names a path which changed, or else all of them. */
function suspects(cases: readonly Case[], changes: string[]): readonly Case[] {
  const named = cases.filter(testCase => {
    const words =
      JSON.stringify(testCase.tasks.map(task => [...task.args.values()])).match(/[\w./-]{4,}/g) ?? [];
    return words.some(word => changes.some(change => change.includes(word.replace(/^\//, ''))));
  });
  return named.length > 0 ? named : cases;
}

/** Side by side: a session keeps its own order, and waiting on the host is most of the time. */
async function forEach(cases: readonly Case[], work: (testCase: Case) => Promise<void>): Promise<void> {
  await Promise.all(cases.map(work));
}
