import { Unknown, UnknownValue } from '../../core/value.ts';
import { type ModuleContext, stateModule } from '../define.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { target } from '../kind.ts';
import { type AptLists, aptLists, updateLists } from '../kinds/apt-lists.ts';
import type { Simulation } from '../kinds/apt-simulation.ts';
import {
  type AptOptions,
  type AptOutput,
  type AptRequest,
  aptTransaction,
  simulate,
} from '../kinds/apt-transaction.ts';
import { dpkgJournal, dpkgPackage } from '../kinds/dpkg.ts';
import { type CleanId, packageFiles } from '../kinds/package-files.ts';
import { hasApt } from '../kinds/package-tools.ts';
import { debToInstall } from './deb.ts';
import { commandFor, packagesToChange } from './decide.ts';
import { type AptParameters, aptParameters } from './parameters.ts';
import { type Specifier, versionFits } from './specifier.ts';

interface AptNow {
  readonly lists: AptLists | undefined;
  /** Lists are to be fetched, or were for this task. */
  readonly update: boolean;
  readonly interrupted: boolean;
  readonly transactions: readonly { readonly request: AptRequest; readonly simulation: Simulation }[];
  readonly files: { readonly id: CleanId; readonly present: readonly string[] } | undefined;
}

/** Tasks whose `prepare` fetched the lists, by their parameters. */
const updated = new WeakSet<AptParameters>();

export const apt = stateModule({
  names: ['apt', 'ansible.builtin.apt'],
  summary: 'Install, upgrade and remove packages with apt',
  parameters: aptParameters,
  constraints: [
    given => {
      const some = [
        'name',
        'deb',
        'upgrade',
        'update_cache',
        'autoremove',
        'autoclean',
        'clean',
        'cache_valid_time',
      ];
      return [...some].some(name => given.has(name)) || given.get('state') === 'fixed'
        ? undefined
        : `one of these is required: ${some.join(', ')}`;
    },
    given => {
      const both = ['name', 'deb', 'upgrade'].filter(name => given.has(name) && given.get(name) !== 'no');
      return both.length > 1 ? `parameters are mutually exclusive: ${both.join(', ')}` : undefined;
    },
  ],

  async prepare(host, p) {
    // Alone, fetching the lists is what the task is about, and so a change of its own.
    if (!asksForPackages(p) || !(await host.look(hasApt, null))) return false;
    const lists = await listsAsked(host, p);
    if (!lists || !isUpdateDue(p, lists)) return false;
    await updateLists(host, {
      retries: Math.max(1, p.update_cache_retries),
      longestDelay: p.update_cache_retry_max_delay,
      lockTimeout: p.lock_timeout,
      allowUnauthenticated: p.allow_unauthenticated || p.force,
    });
    updated.add(p);
    return true;
  },

  async probe(host, p, context): Promise<AptNow> {
    const [present, lists, interrupted, files, planned] = await Promise.all([
      host.look(hasApt, null),
      listsAsked(host, p),
      host.look(dpkgJournal, null),
      filesAsked(host, p),
      // Looked at below: what is wrong with a package is worth less than that there is no apt.
      plan(host, p, context).catch((error: Error) => error),
    ]);
    if (!present)
      throw new Failure('the host has no apt-get', {}, 'the module "package" takes what the host has');
    const update = updated.has(p) || (lists !== undefined && isUpdateDue(p, lists));
    if (planned instanceof Error) throw unknownBeforeUpdate(planned, update, context);
    return { lists, update, interrupted, files, transactions: planned };
  },

  want({ lists, update, interrupted, transactions, files }, p) {
    const output: AptOutput = { stdout: '', stderr: '' };
    const targets = transactions.map(({ request, simulation }) =>
      target(aptTransaction, request, { versions: new Map() }, { versions: simulation.changes, output }),
    );
    if (interrupted && targets.length > 0) targets.unshift(target(dpkgJournal, null, true, false));
    if (update && lists && !asksForPackages(p)) {
      targets.unshift(target(aptLists, null, lists, { ...lists, updated: lists.now }));
    }
    if (files) targets.push(target(packageFiles, files.id, files.present, []));
    const time = {
      cache_updated: update,
      cache_update_time: lists?.updated ?? new Unknown('it was not asked for'),
    };
    return {
      targets,
      result: lists ? time : { cache_updated: update },
      resultAfter: async host => ({
        ...(transactions.length > 0 && output),
        ...(lists && { cache_update_time: (await host.look(aptLists, null)).updated }),
      }),
    };
  },
});

function asksForPackages(p: AptParameters): boolean {
  return (
    (p.name ?? []).some(name => name !== '') ||
    p.deb !== undefined ||
    p.upgrade !== 'no' ||
    p.state === 'fixed'
  );
}

async function listsAsked(host: Reader, p: AptParameters): Promise<AptLists | undefined> {
  const asked = p.update_cache ?? p.cache_valid_time > 0;
  return asked ? host.look(aptLists, null) : undefined;
}

function isUpdateDue(p: AptParameters, { updated: then, now }: AptLists): boolean {
  return then + p.cache_valid_time < now || p.cache_valid_time === 0;
}

async function plan(
  host: Reader,
  p: AptParameters,
  { check }: ModuleContext,
): Promise<AptNow['transactions']> {
  const upgrade = p.upgrade !== 'no' || (p.state === 'latest' && p.name?.includes('*'));
  const options = optionsOf(p);
  const run = async (command: readonly string[], download?: string) => {
    const request: AptRequest = { command, options, download };
    const simulation = await simulate(host, request, check);
    return { request, simulation: check ? await withoutForeseen(host, simulation) : simulation };
  };
  if (upgrade) {
    const command =
      p.upgrade === 'full' || p.upgrade === 'dist' ? ['dist-upgrade'] : ['upgrade', '--with-new-pkgs'];
    return [await run([...command, ...(p.autoremove ? ['--auto-remove'] : [])])];
  }
  if (p.deb !== undefined) {
    const deb = await debToInstall(host, p.deb, p);
    return deb ? [await run(['install', ...deb.words], deb.download)] : [];
  }
  const specifiers = await packagesToChange(host, p, check);
  if (specifiers.length > 0 || p.state === 'fixed') {
    const transaction = await run(commandFor(p, specifiers));
    refuseOldVersions(specifiers, transaction.simulation);
    return [transaction];
  }
  if (asksForPackages(p) || !p.autoremove) return [];
  return [await run(['autoremove', ...(p.purge ? ['--purge'] : [])])];
}

async function filesAsked(host: Reader, p: AptParameters): Promise<AptNow['files']> {
  if (!p.clean && (!p.autoclean || asksForPackages(p))) return undefined;
  const id: CleanId = p.clean ? 'clean' : 'autoclean';
  return { id, present: await host.look(packageFiles, id) };
}

function optionsOf(p: AptParameters): AptOptions {
  return {
    defaultRelease: p.default_release,
    installRecommends: p.install_recommends,
    allowUnauthenticated: p.allow_unauthenticated,
    allowDowngrade: p.allow_downgrade,
    allowChangeHeld: p.allow_change_held_packages,
    force: p.force,
    failOnAutoremove: p.fail_on_autoremove,
    dpkgOptions: p.dpkg_options
      .split(',')
      .map(option => option.trim())
      .filter(option => option !== ''),
    lockTimeout: p.lock_timeout,
    policyRcD: p.policy_rc_d,
  };
}

/** apt knows nothing of what earlier tasks of a check run would have changed. */
async function withoutForeseen(host: Reader, simulation: Simulation): Promise<Simulation> {
  const changes = [...simulation.changes];
  const found = await Promise.all(changes.map(([name]) => host.look(dpkgPackage, name)));
  return {
    ...simulation,
    changes: new Map(
      changes.filter(([, change], i) => change.purge || (found[i]?.version ?? null) !== change.after),
    ),
  };
}

/** `>=` is nothing that apt-get knows: what it would take must be new enough. */
function refuseOldVersions(specifiers: readonly Specifier[], { changes }: Simulation): void {
  for (const { name, version } of specifiers) {
    const offered = changes.get(name)?.after;
    if (version === undefined || version.exactly || !offered || versionFits(version, offered)) continue;
    throw new Failure(`${name} is to be ${version.text} or newer, but there is only ${offered}`);
  }
}

/** What is not in the lists now may be in those that a real run would fetch. */
function unknownBeforeUpdate(error: unknown, update: boolean, { check }: ModuleContext): unknown {
  if (!check || !update || !(error instanceof Failure)) return error;
  return new UnknownValue(
    `the lists of packages would be fetched first; with those that are there: ${error.message}`,
  );
}
