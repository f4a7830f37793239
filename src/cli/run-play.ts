import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { UserError } from '../core/error.ts';
import { rememberBytes } from '../core/known-secrets.ts';
import { type Position, Source } from '../core/position.ts';
import { Secret } from '../core/secret.ts';
import type { Value } from '../core/value.ts';
import type { FileOpener } from '../execute/local-files.ts';
import { Run } from '../execute/run.ts';
import { checkPlays } from '../execute/static-check.ts';
import { byAnsiblesNames, displayPath, type Settings } from '../load/index.ts';
import { humanReport } from '../report/human.ts';
import { jsonReport } from '../report/json.ts';
import { clean } from '../report/page.ts';
import type { Report } from '../report/sink.ts';
import { wantsColour } from '../report/style.ts';
import { isSealed } from '../vault/envelope.ts';
import type { VaultIdentities } from '../vault/identities.ts';
import { openEnvelope } from '../vault/seal.ts';
import { whenPrepared } from '../vault/sodium.ts';
import { passOn, reportError } from './error-report.ts';
import { ExitStatus } from './exit-status.ts';
import { standardOutput } from './output.ts';
import { InlineSecrets } from './play/inline-secrets.ts';
import { listing } from './play/lists.ts';
import { open } from './play/opened.ts';
import { loadProject, type Project } from './play/project.ts';
import { hostsOfPlay, resolveLimit, runOptions, tagChoice } from './play/run-options.ts';
import { vaultByPassword } from './play/vault-by-password.ts';
import type { PlayOptions } from './play-options.ts';
import { ask, askSecret, NobodyToAsk } from './prompt.ts';

/** `tsible play`: reads everything, checks it, and only then touches a host. Returns the exit status. */
export async function runPlay(given: PlayOptions): Promise<number> {
  const { settings, identities, context, met } = open(given.vault);
  const options = withSettings(given, settings);
  const passwords = await askPasswords(options);
  const project = await whenPrepared(() => loadProject(options, settings, context));
  const plays = project.playbooks.flatMap(each => each.plays);
  const faults = await whenPrepared(() => checkPlays(plays, project.loader));
  if (faults.length > 0) return reportFaults(faults);
  const limit = resolveLimit(options.limit, project.inventory);
  if (options.listHosts || options.listTasks || options.listTags) return list(options, project, limit);
  if (options.syntaxCheck) {
    for (const { file } of project.playbooks) process.stdout.write(`${file}: no faults found\n`);
    return ExitStatus.ok;
  }
  const secrets = new InlineSecrets(identities, met);
  return execute(options, settings, project, identities, secrets, passwords, limit);
}

async function execute(
  options: PlayOptions,
  settings: Settings,
  project: Project,
  identities: VaultIdentities,
  secrets: InlineSecrets,
  passwords: Passwords,
  limit: ReadonlySet<string> | undefined,
): Promise<number> {
  const report = await reportFor(options);
  const run: Run = new Run({
    options: runOptions(options, settings, project, passwords, limit),
    inventory: project.inventory,
    extraVars: project.extraVars,
    loader: project.loader,
    surroundings: {
      open: sealed => secrets.open(sealed),
      readFile: path => readText(path, fileOpener(identities)),
      warn: (message, position) => report.on({ type: 'notice', level: 'warning', message, position }),
      said: passOn,
      vault: vaultByPassword,
      managed: settings.ansibleManaged,
      settings: byAnsiblesNames(settings),
    },
    openFile: fileOpener(identities),
    secretsAhead: secrets,
    emit: event => report.on(event),
    ask: askIfAnybodyIsThere,
    reloadInventory: () => whenPrepared(() => project.reloadInventory()),
  });
  const interrupt = () => {
    // The second Ctrl-C does not wait for anything.
    if (run.interrupted) process.exit(ExitStatus.interrupted);
    void run.interrupt();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const playbooks = project.playbooks.map(({ file }) => file);
  report.on({ type: 'run-start', playbooks, check: options.check, time: Date.now() });
  try {
    const { failed, unreachable } = await run.execute(project.playbooks.flatMap(({ plays }) => plays));
    if (run.interrupted) return ExitStatus.interrupted;
    return unreachable ? ExitStatus.hostUnreachable : failed ? ExitStatus.hostFailed : ExitStatus.ok;
  } finally {
    report.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

async function askIfAnybodyIsThere(question: string, shown: boolean): Promise<string | undefined> {
  try {
    return await ask(question, shown);
  } catch (error) {
    if (error instanceof NobodyToAsk) return undefined;
    throw error;
  }
}

async function reportFor(options: PlayOptions): Promise<Report> {
  if (options.json) return jsonReport(standardOutput);
  return humanReport({
    sink: standardOutput,
    colour: wantsColour(process.env, process.stdout.isTTY === true),
    verbosity: options.verbosity,
    diff: options.diff === true,
  });
}

export interface Passwords {
  readonly login: Secret | undefined;
  readonly become: Secret | undefined;
}

async function askPasswords(options: PlayOptions): Promise<Passwords> {
  const login = options.askPass ? await askSecret('SSH password: ') : undefined;
  if (!options.askBecomePass) return { login, become: undefined };
  const question = login ? 'BECOME password [same as the SSH password]: ' : 'BECOME password: ';
  const typed = await askSecret(question);
  return { login, become: typed.reveal() === '' ? login : typed };
}

/** What the settings say where the command line says nothing. */
function withSettings(options: PlayOptions, settings: Settings): PlayOptions {
  return {
    ...options,
    diff: options.diff ?? (settings.diff ? true : undefined),
    tags: options.tags.length > 0 ? options.tags : settings.tags,
    skipTags: options.skipTags.length > 0 ? options.skipTags : settings.skipTags,
    askPass: options.askPass || settings.askPass === true,
    askBecomePass: options.askBecomePass || settings.askBecomePass === true,
  };
}

/** Decrypts the controller's files that are vaults (`copy: src=…` of an encrypted file). */
function fileOpener(identities: VaultIdentities): FileOpener {
  return (content, path) => {
    if (!isSealed(content)) return { content, secret: false };
    const text = content.toString('utf8');
    const position: Position = { source: new Source(displayPath(path), text, true), line: 1, column: 1 };
    const opened = openEnvelope(text, identities, position).content;
    // Known to `redact` from here on, wherever its bytes go.
    new Secret(opened.toString('utf8'));
    if (!isUtf8(opened)) rememberBytes(opened);
    return { content: opened, secret: true };
  };
}

function readText(path: string, open: FileOpener): { text: string; secret: boolean } | null {
  const content = readIfThere(path);
  if (content === null) return null;
  const opened = open(content, path);
  const bytes = Buffer.isBuffer(opened.content) ? opened.content : Buffer.from(opened.content.reveal());
  return { text: bytes.toString('utf8'), secret: opened.secret };
}

/** null: there is none. */
function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new UserError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

function reportFaults(faults: readonly UserError[]): number {
  for (const fault of faults) reportError(fault, '');
  return ExitStatus.wrongUse;
}

function list(options: PlayOptions, project: Project, limit: ReadonlySet<string> | undefined): number {
  for (const { file, plays } of project.playbooks) {
    const text = listing(file, plays, {
      hosts: options.listHosts,
      tasks: options.listTasks,
      tags: options.listTags,
      choice: tagChoice(options),
      hostsOf: play => hostsOfPlay(play.hosts as Value, limit, project.inventory, play),
    });
    process.stdout.write(clean(text));
  }
  return ExitStatus.ok;
}
