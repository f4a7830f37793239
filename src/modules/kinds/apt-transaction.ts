import { type ShellText, sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import type { AttributeDifference, Kind } from '../kind.ts';
import { WITHOUT_CACHES } from './apt-candidates.ts';
import { parseSimulation, type Simulation, type VersionChange } from './apt-simulation.ts';
import { type DpkgPackage, dpkgPackage } from './dpkg.ts';

/** One call of apt-get, with all that it is to do. */
export interface AptRequest {
  /** apt-get's command with its options and packages: `['install', '--only-upgrade', 'nginx']`. */
  readonly command: readonly string[];
  readonly options: AptOptions;
  /** A package file to be fetched first; it is then the command's last word. */
  readonly download?: string | undefined;
}

export interface AptOptions {
  readonly defaultRelease: string | undefined;
  readonly installRecommends: boolean | undefined;
  readonly allowUnauthenticated: boolean;
  readonly allowDowngrade: boolean;
  readonly allowChangeHeld: boolean;
  readonly force: boolean;
  readonly failOnAutoremove: boolean;
  /** Of dpkg, without dashes: `force-confold`. */
  readonly dpkgOptions: readonly string[];
  /** Seconds to wait for another process that holds the lock. */
  readonly lockTimeout: number;
  /** Exit status for policy-rc.d while packages are installed: 101 keeps services from being started. */
  readonly policyRcD: number | undefined;
}

/** Versions of all packages concerned, dependencies included. */
export interface AptVersions {
  readonly versions: ReadonlyMap<string, VersionChange>;
  /** Names whose presence is asserted after a check run, as the tasks write them. */
  readonly output?: AptOutput;
}

/** Where `apply` leaves what apt-get printed. */
export interface AptOutput {
  stdout: string;
  stderr: string;
}

/** Packages as one apt-get call changes them: all or none of what was simulated. */
export const aptTransaction: Kind<AptRequest, AptVersions> = {
  name: 'apt transaction',
  composed: true,
  key: ({ command }) => command.join(' '),
  read: () => Promise.resolve({ versions: new Map() }),

  compare(_request, _before, { versions }) {
    return [...versions].map(([name, { before, after, purge }]): AttributeDifference => {
      if (purge && before === null)
        return {
          type: 'attribute',
          header: `package ${name}`,
          attribute: 'configuration',
          before: 'present',
          after: null,
        };
      return { type: 'attribute', header: `package ${name}`, attribute: 'version', before, after };
    });
  },

  async apply(host, request, _before, { output }) {
    const { stdout, stderr, status } = await host.ask(runScript(request));
    const said = { stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
    if (output) Object.assign(output, said);
    if (status !== 0) throw aptFailure(request, status, said.stderr || said.stdout.slice(-4000));
  },

  expect(memory, _request, { versions }) {
    for (const [name, { after }] of versions) {
      memory.expect(dpkgPackage, name, after === null ? null : foreseenPackage(name, after));
    }
  },

  foresee(memory, _request, _before, { versions }) {
    const added = [...versions].filter(([, { after }]) => after !== null).map(([name]) => name);
    const gone = [...versions].filter(([, { after }]) => after === null).map(([name]) => name);
    if (added.length > 0) memory.clouded(`${someOf(added)} not really installed`);
    if (gone.length > 0) memory.clouded(`${someOf(gone)} not really removed`);
  },
};

function someOf(names: readonly string[]): string {
  const some = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
  return names.length === 1 ? `the package ${some} was` : `the packages ${some} were`;
}

/**
 * What apt-get would do. Throws `Failure` for what it would refuse, which a simulation does not always say
 * by itself.
 *
 * @param check a check run, which leaves apt's caches as they are
 */
export async function simulate(host: Reader, request: AptRequest, check: boolean): Promise<Simulation> {
  const { status, stdout, stderr } = await host.ask(simulationScript(request, check));
  if (status !== 0) throw aptFailure(request, status, stderr.toString('utf8') || stdout.toString('utf8'));
  const simulation = parseSimulation(stdout.toString('utf8'));
  const { allowDowngrade, allowChangeHeld, force } = request.options;
  const { downgraded, heldChanged, essentialRemoved } = simulation;
  if (downgraded.length > 0 && !allowDowngrade && !force) {
    throw new Failure(
      `this would downgrade ${downgraded.join(', ')}`,
      {},
      'allow_downgrade: true permits it',
    );
  }
  if (heldChanged.length > 0 && !allowChangeHeld && !force) {
    throw new Failure(
      `this would change packages that are on hold: ${heldChanged.join(', ')}`,
      {},
      'allow_change_held_packages: true permits it',
    );
  }
  if (essentialRemoved.length > 0 && !force) {
    throw new Failure(
      `this would remove packages that the system cannot do without: ${essentialRemoved.join(', ')}`,
    );
  }
  return simulation;
}

function foreseenPackage(name: string, version: string): DpkgPackage {
  return {
    name,
    architecture: '',
    version,
    unfinished: false,
    configurationLeft: false,
    selection: 'install',
  };
}

function aptGet({ command, options }: AptRequest): readonly string[] {
  const { force } = options;
  return [
    ...['-q', '-y', '-o', `DPkg::Lock::Timeout=${options.lockTimeout}`],
    ...options.dpkgOptions.flatMap(option => ['-o', `Dpkg::Options::=--${option}`]),
    ...(options.defaultRelease === undefined ? [] : ['-t', options.defaultRelease]),
    ...(options.installRecommends === undefined
      ? []
      : ['-o', `APT::Install-Recommends=${options.installRecommends ? 'yes' : 'no'}`]),
    ...(options.allowUnauthenticated || force ? ['--allow-unauthenticated'] : []),
    ...(options.allowDowngrade || force ? ['--allow-downgrades'] : []),
    ...(options.allowChangeHeld || force ? ['--allow-change-held-packages'] : []),
    ...(force ? ['--allow-remove-essential'] : []),
    ...(options.failOnAutoremove ? ['--no-remove'] : []),
    ...command,
  ];
}

const ENVIRONMENT = sh`export LC_ALL=C DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1`;

function simulationScript(request: AptRequest, check: boolean): ShellText {
  return sh`${ENVIRONMENT}\n${fetched(request)}apt-get --simulate ${check ? WITHOUT_CACHES : []} ${aptGet(request)} ${file(request)} </dev/null`;
}

/** It goes on when the connection is lost in the middle: a package half installed helps nobody. */
function runScript(request: AptRequest): ShellText {
  const { policyRcD } = request.options;
  const policy = policyRcD === undefined ? sh`` : withPolicy(policyRcD);
  return sh`${ENVIRONMENT}
dir=
trap '' HUP PIPE TERM
${fetched(request)}${policy}apt-get ${aptGet(request)} ${file(request)} </dev/null`;
}

/** policy-rc.d is asked by installers before they start services; the host's own one comes back afterwards. */
function withPolicy(status: number): ShellText {
  return sh`policy=/usr/sbin/policy-rc.d
[ ! -e $policy ] || mv -f $policy $policy.tsible || exit 1
trap '[ -z "$dir" ] || rm -rf -- "$dir"; rm -f $policy; [ ! -e $policy.tsible ] || mv -f $policy.tsible $policy' EXIT
printf '#!/bin/sh\\nexit %s\\n' ${status} > $policy && chmod 0755 $policy || exit 1
`;
}

/** apt brings its own program for fetching files, so that the host needs neither curl nor wget. */
function fetched({ download }: AptRequest): ShellText {
  if (download === undefined) return sh``;
  return sh`dir=$(mktemp -d) || exit 1
chmod 0755 "$dir"; trap 'rm -rf -- "$dir"' EXIT
deb=$dir/package.deb
/usr/lib/apt/apt-helper download-file ${download} "$deb" >&2 || exit 1
`;
}

function file({ download }: AptRequest): ShellText {
  return download === undefined ? sh`` : sh`"$deb"`;
}

function aptFailure({ command }: AptRequest, status: number, said: string): Failure {
  const errors = said
    .split('\n')
    .filter(line => /^(E|W|N|Err):/.test(line) || /^ /.test(line))
    .join('\n')
    .trim();
  const text = errors || said.trim() || `it ended with status ${status}`;
  return new Failure(`apt-get ${command[0]} failed: ${text}`, { rc: status, stderr: said }, hintFor(text));
}

function hintFor(text: string): string | undefined {
  if (/Unable to locate package|no installation candidate|Version .* was not found/.test(text))
    return 'update_cache: true fetches the current lists of packages';
  if (/--fix-broken|Unmet dependencies/.test(text)) return 'state: fixed repairs what was left broken';
  if (/Could not get lock/.test(text))
    return 'another process uses apt: lock_timeout says how long to wait for it';
  if (/remove is disabled/.test(text)) return 'fail_on_autoremove: false permits removals';
  return undefined;
}
