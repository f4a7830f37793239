import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/error.ts';
import type { Inventory } from '../../core/inventory.ts';
import type { Play } from '../../core/play.ts';
import type { Raw, Value } from '../../core/value.ts';
import type { RunOptions } from '../../execute/run.ts';
import type { Settings } from '../../load/index.ts';
import {
  hostBatches,
  isSelected,
  limitedHosts,
  selectHosts,
  type TagChoice,
  tagsOf,
} from '../../plan/index.ts';
import { warn } from '../error-report.ts';
import type { PlayOptions } from '../play-options.ts';
import type { Passwords } from '../run-play.ts';
import type { Project } from './project.ts';

const FORKS = 50;

/** The command line over the settings over what is usual. */
export function runOptions(
  options: PlayOptions,
  settings: Settings,
  project: Project,
  passwords: Passwords,
  limit: ReadonlySet<string> | undefined,
): RunOptions {
  const forks = options.forks ?? settings.forks ?? FORKS;
  const diff = options.diff === true;
  return {
    check: options.check,
    diff,
    verbosity: options.verbosity,
    forks,
    gathering: settings.gathering ?? 'implicit',
    gatherSubset: settings.gatherSubset,
    gatherTimeout: settings.gatherTimeout,
    strategy: settings.strategy ?? 'linear',
    taskTimeout: settings.taskTimeout ?? 0,
    noLog: settings.noLog ?? false,
    mergeDicts: settings.hashBehaviour === 'merge',
    forceHandlers: settings.forceHandlers ?? false,
    anyErrorsFatal: settings.anyErrorsFatal ?? false,
    connection: {
      user: options.user ?? settings.remoteUser,
      password: passwords.login,
      privateKeyFile: options.privateKey ?? settings.privateKeyFile,
      port: settings.remotePort,
      transport: settings.transport,
      hostKeyChecking: settings.hostKeyChecking ?? 'yes',
      connectTimeout: (settings.timeout ?? 10) * 1000,
      sshArgs: [
        ...(settings.sshArgs ?? []),
        ...(settings.sshCommonArgs ?? []),
        ...(settings.sshExtraArgs ?? []),
      ],
      become: options.become ?? settings.become ?? false,
      becomeUser: options.becomeUser ?? settings.becomeUser,
      becomeMethod: settings.becomeMethod,
      becomeFlags: settings.becomeFlags,
      becomeExe: settings.becomeExe,
      becomePassword: passwords.become,
    },
    magic: magicVariables(options, settings, project, forks, diff),
    selected: task => isSelected(tagsOf(task), tagChoice(options)),
    hostsOf: (play, pattern, inventory) => hostsOfPlay(pattern, limit, inventory, play),
    batches: hostBatches,
  };
}

/** The hosts of a play's pattern within the limit, in the play's order. A pattern that means nothing is a warning. */
export function hostsOfPlay(
  pattern: Value,
  limit: ReadonlySet<string> | undefined,
  inventory: Inventory,
  play: Play,
): readonly string[] {
  const { hosts, warnings } = selectHosts(pattern, inventory, {
    limit,
    order: play.order as Value | undefined,
  });
  for (const message of warnings) warn(new UserError(message, { position: play.position }).format());
  return hosts;
}

export function tagChoice(options: PlayOptions): TagChoice {
  return { only: options.tags, skip: options.skipTags };
}

/** The hosts of --limit. Throws UserError when it leaves none. */
export function resolveLimit(
  limit: string | undefined,
  inventory: Inventory,
): ReadonlySet<string> | undefined {
  if (limit === undefined) return undefined;
  const { hosts, warnings } = limitedHosts(limit, inventory, linesOf);
  warnings.forEach(warn);
  return hosts;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    throw new UserError(`cannot read the hosts of --limit: ${(error as Error).message}`);
  }
}

function magicVariables(
  options: PlayOptions,
  settings: Settings,
  project: Project,
  forks: number,
  diff: boolean,
): ReadonlyMap<string, Raw> {
  const sources = project.inventorySources.map(source => (source.includes(',') ? source : resolve(source)));
  const first = sources.find(source => !source.includes(','));
  return new Map<string, Raw>([
    ['ansible_check_mode', options.check],
    ['ansible_diff_mode', diff],
    ['ansible_forks', forks],
    ['ansible_verbosity', options.verbosity],
    ['ansible_inventory_sources', sources],
    ['inventory_dir', project.inventory.folder ?? (first ? dirname(first) : null)],
    ['ansible_run_tags', options.tags.length > 0 ? [...options.tags] : ['all']],
    ['ansible_skip_tags', [...options.skipTags]],
    ['ansible_config_file', settings.configFile ?? null],
    ...(options.limit === undefined ? [] : ([['ansible_limit', options.limit]] as const)),
    [
      'ansible_version',
      // The version of Ansible whose behaviour is followed, for content that asks.
      new Map<Value, Raw>([
        ['full', '2.19.0'],
        ['string', '2.19.0'],
        ['major', 2],
        ['minor', 19],
        ['revision', 0],
      ]),
    ],
  ]);
}
