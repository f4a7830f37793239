import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { didYouMean } from '../../src/core/error.ts';
import { fromJson, type Value } from '../../src/core/value.ts';
import { findModule } from '../../src/modules/index.ts';
import type { HostKind } from '../lab/index.ts';

export type Status = 'ok' | 'changed' | 'failed' | 'skipped' | 'unknown';

/** One situation on a real host, and what a module makes of it. `README.md` shows how they are written. */
export interface Case {
  readonly title: string;
  readonly module: string;
  readonly file: string;
  readonly host: HostKind;
  /** The host is made anew before the case. */
  readonly fresh: boolean;
  /** It touches what other cases look at as well, so it runs with no other beside it. */
  readonly alone: boolean;
  readonly setup?: string | undefined;
  readonly verify?: string | undefined;
  /** On the controller: relative path (`files/motd`) -> text. */
  readonly files: Readonly<Record<string, string>>;
  readonly vars: ReadonlyMap<string, Value>;
  readonly tasks: readonly CaseTask[];
}

export interface CaseTask {
  readonly module: string;
  readonly args: ReadonlyMap<Value, Value>;
  /** null: the login user; otherwise the user to become. */
  readonly become: string | null;
  readonly environment: ReadonlyMap<string, string>;
  readonly expected: Readonly<Record<Phase, Status>>;
  /** Parts of the message of a failure, or of an unknown. */
  readonly says: readonly string[];
  /** Texts that the check run's differences must hold. */
  readonly shows: readonly string[];
  /** Part of what `register` sees after the first real run. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** Check and real run of a host that is not yet as wanted, then of one that is. */
export const PHASES = ['check', 'real', 'check again', 'real again'] as const;
export type Phase = (typeof PHASES)[number];

const CASE_KEYS = 'title host fresh alone setup verify files vars become task tasks'.split(' ');
const TASK_KEYS =
  'args become environment status check again checkAgain unknown fails says shows result'.split(' ');

/** Every case below a folder that holds one folder for each module. */
export function readCases(root: string, only?: readonly string[]): Case[] {
  return readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && (!only || only.includes(entry.name)))
    .flatMap(entry =>
      readdirSync(join(root, entry.name))
        .filter(name => name.endsWith('.yaml'))
        .flatMap(name => readFile(join(root, entry.name, name))),
    );
}

function readFile(file: string): Case[] {
  const list = load(readFileSync(file, 'utf8'));
  if (!Array.isArray(list)) throw new Error(`${file} must be a list of cases`);
  return list.map((entry, index) => readCase(file, index, record(entry, `${file}: case ${index + 1}`)));
}

function readCase(file: string, index: number, entry: Record<string, unknown>): Case {
  const where = `${file}: ${typeof entry.title === 'string' ? entry.title : `case ${index + 1}`}`;
  // What is said of the only task may stand beside it.
  const shared = Object.fromEntries(Object.entries(entry).filter(([key]) => TASK_KEYS.includes(key)));
  refuseOthers(where, entry, [...CASE_KEYS, ...TASK_KEYS]);
  if (typeof entry.title !== 'string') throw new Error(`${where} has no title`);
  const host = (entry.host ?? 'debian') as HostKind;
  const tasks = entry.tasks ?? [entry.task];
  if (!Array.isArray(tasks) || tasks.length === 0) throw new Error(`${where} has no task`);
  return {
    title: entry.title,
    module: basename(dirname(file)),
    file,
    host,
    fresh: entry.fresh === true,
    alone: entry.alone === true,
    setup: text(entry.setup, `${where}: setup`),
    verify: text(entry.verify, `${where}: verify`),
    files: record(entry.files ?? {}, `${where}: files`) as Record<string, string>,
    vars: new Map(
      Object.entries(record(entry.vars ?? {}, where)).map(([name, value]) => [name, fromJson(value)]),
    ),
    tasks: tasks.map(task => readTask(where, { ...shared, ...record(task, `${where}: task`) }, host)),
  };
}

function readTask(where: string, task: Record<string, unknown>, host: HostKind): CaseTask {
  const modules = Object.keys(task).filter(key => !TASK_KEYS.includes(key));
  const [module] = modules;
  if (modules.length !== 1 || module === undefined)
    throw new Error(`${where}: a task names one module, not ${modules.length}: ${modules}`);
  return {
    module,
    args: readArguments(where, module, task[module], task.args),
    become: readBecome(task.become, host),
    environment: new Map(Object.entries(record(task.environment ?? {}, where) as Record<string, string>)),
    expected: readExpected(where, task),
    says: texts(task.fails ?? task.says),
    shows: texts(task.shows),
    result: record(task.result ?? {}, `${where}: result`),
  };
}

/** Everything follows from what little is said: a change settles to ok, all else stays as it is. */
function readExpected(where: string, task: Record<string, unknown>): Record<Phase, Status> {
  const status = readStatus(where, task.status) ?? (task.fails === undefined ? 'changed' : 'failed');
  const again = readStatus(where, task.again) ?? (status === 'changed' ? 'ok' : status);
  const unknown = task.unknown === true ? 'unknown' : undefined;
  return {
    check: readStatus(where, task.check) ?? unknown ?? status,
    real: status,
    'check again': readStatus(where, task.checkAgain) ?? unknown ?? again,
    'real again': again,
  };
}

function readStatus(where: string, value: unknown): Status | undefined {
  if (value === undefined) return undefined;
  if (['ok', 'changed', 'failed', 'skipped', 'unknown'].includes(value as string)) return value as Status;
  throw new Error(`${where}: "${String(value)}" is no status`);
}

function readArguments(where: string, name: string, given: unknown, args: unknown): Map<Value, Value> {
  const module = findModule(name);
  if (!module) throw new Error(`${where}: there is no module "${name}"`);
  const named = Object.entries(record(args ?? {}, where));
  if (typeof given === 'string') {
    if (!module.freeForm) throw new Error(`${where}: ${name} has no free form`);
    named.unshift([module.freeForm, given]);
  } else if (given !== null && given !== undefined) {
    named.unshift(...Object.entries(record(given, `${where}: ${name}`)));
  }
  return new Map(named.map(([key, value]) => [key, fromJson(value)]));
}

/** Root unless said otherwise; the smallest hosts have no sudo, and tests log in there as root. */
function readBecome(become: unknown, host: HostKind): string | null {
  if (host === 'busybox' || become === false) return null;
  return typeof become === 'string' ? become : 'root';
}

function refuseOthers(where: string, entry: Record<string, unknown>, known: string[]): void {
  for (const key of Object.keys(entry)) {
    if (!known.includes(key))
      throw new Error(`${where}: unknown key "${key}" ${didYouMean(key, known) ?? ''}`);
  }
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error(`${where} must be a mapping`);
}

function text(value: unknown, where: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`${where} must be text`);
}

function texts(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
