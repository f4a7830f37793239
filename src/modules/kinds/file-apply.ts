import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { type ShellText, sequence, sh, userShell } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Writer } from '../host/access.ts';
import { changeAttributes, chownWord } from './file-apply-attributes.ts';
import { fileForecast } from './file-forecast.ts';
import { sendAhead } from './file-sent-ahead.ts';
import type { Content, Directory, FileState, Link, RegularFile } from './file-state.ts';

export interface WriteOptions {
  /** A command line of the user's with `%s` for the file: it must accept the new contents before they stand. */
  readonly validate?: string | undefined;
  /** Where the present file is kept. */
  readonly backup?: string | undefined;
  /** Writes into the present file where it cannot be replaced, as for one that is a mount point. */
  readonly unsafeWrites?: boolean | undefined;
}

/** Up to this many bytes travel with the script that puts them in place. */
const WITH_SCRIPT = 192 * 1024;

/** What the script ends with when `validate` refuses; no command of ours does. */
const REFUSED = 90;

/** Makes a path be `after`. Whatever stood there is either left whole or replaced whole. */
export async function applyFile(
  host: Writer,
  path: string,
  before: FileState,
  after: FileState,
  options: WriteOptions,
): Promise<void> {
  const script = stepsFor(path, before, after);
  if (script) {
    await told(path, host.must(script));
  } else if (after.type === 'file') {
    await writeFile(host, path, before, after, options);
  }
}

/**
 * Asks whether a real run could write there, and `validate` about the contents that it would write, on a copy
 * that is removed again.
 */
export async function rehearseFile(
  host: Writer,
  path: string,
  before: FileState,
  after: FileState,
  { validate, unsafeWrites }: WriteOptions,
): Promise<void> {
  const inPlaceOnly = unsafeWrites === true && before.type === 'file';
  if (!inPlaceOnly) await rehearsePlaces(host, [[path, before, after]]);
  if (validate === undefined || after.type !== 'file' || !after.content) return;
  const { copy, prepare, stdin } = await bring(host, after.content, besides('/tmp/x'));
  const script = sequence([begin(copy, path), prepare, validation(validate, copy), sh`rm -f -- "$t"`]);
  refused(validate, await host.ask(script, stdin), path);
}

/** Several changes in one script, each made only when those before it were. None may write contents. */
export async function applyTogether(
  host: Writer,
  changes: readonly (readonly [path: string, before: FileState, after: FileState])[],
): Promise<void> {
  const scripts = changes.map(([path, before, after]) => {
    const script = stepsFor(path, before, after);
    if (!script) throw new TypeError('contents are written one by one');
    return sh`(\n${script}\n) || exit`;
  });
  // The longest script that still travels at once; folders can hold very many files.
  for (let i = 0; i < scripts.length; i += 500) await host.must(sequence(scripts.slice(i, i + 500)));
}

/** Throws `Failure` if something is to come or go in a folder that this identity may not write to. */
export async function rehearsePlaces(
  host: Writer,
  changes: readonly (readonly [path: string, before: FileState, after: FileState])[],
): Promise<void> {
  const forecast = await host.look(fileForecast, null);
  const entries = changes.filter(
    ([, before, after]) =>
      before.type !== after.type || (after.type === 'file' && after.content) || changesEntry(before, after),
  );
  const folders = new Set(entries.map(([path]) => posix.dirname(path)));
  const real = [...folders].filter(folder => forecast.at(folder) === undefined);
  if (real.length === 0) return;
  // One that is not there is made by the same task.
  const { stdout } = await host.ask(
    sh`for d in ${real}; do [ ! -e "$d" ] || [ -w "$d" ] || { printf %s "$d"; exit; }; done`,
  );
  if (stdout.length === 0) return;
  const folder = stdout.toString('utf8');
  const [path] = entries.find(([entry]) => posix.dirname(entry) === folder) ?? [folder];
  throw new Failure(`${path}: Permission denied: the folder ${folder} may not be written to`, { path });
}

/** Whether a change of the same type needs a new entry in the folder. */
function changesEntry(before: FileState, after: FileState): boolean {
  if (after.type === 'link') return before.type !== 'link' || before.target !== after.target;
  return after.type === 'file' && after.hardLinkTo !== undefined;
}

/** A name that nobody uses, hidden and easily told to be ours should we be killed before removing it. */
export function besides(path: string): string {
  return posix.join(posix.dirname(path), `.tsible-${randomBytes(8).toString('hex')}.tmp`);
}

/** All steps but writing contents; null where it takes that. */
export function stepsFor(path: string, before: FileState, after: FileState): ShellText | null {
  switch (after.type) {
    case 'absent':
      return before.type === 'directory' ? sh`rm -rf -- ${path}` : sh`rm -f -- ${path}`;
    case 'directory':
      return before.type === 'directory' ? changeAttributes(path, before, after) : makeDirectory(path, after);
    case 'link':
      return before.type === 'link' && before.target === after.target
        ? changeAttributes(path, before, after)
        : makeLink(path, before, after);
    case 'file':
      if (after.hardLinkTo !== undefined) return makeHardLink(path, after.hardLinkTo);
      return before.type === 'file' && !after.content ? changeAttributes(path, before, after) : null;
    default:
      return before.type === 'other' ? changeAttributes(path, before, after) : null;
  }
}

function makeDirectory(path: string, after: Directory): ShellText {
  // Five digits: GNU's chmod would otherwise keep a setgid bit that the folder inherited.
  const mode = after.mode.toString(8).padStart(5, '0');
  return sequence([
    sh`mkdir -m ${mode} -- ${path} || exit`,
    sh`chown ${chownWord(after)} -- ${path} || exit`,
    // Changing the owner may have cleared special bits.
    (after.mode & 0o7000) === 0 ? sh`:` : sh`chmod ${mode} -- ${path} || exit`,
  ]);
}

function makeLink(path: string, before: FileState, after: Link): ShellText {
  const link = besides(path);
  return sequence([
    sh`t=${link} d=${path}`,
    sh`ln -s -- ${after.target} "$t" || exit`,
    before.type === 'absent' ? sh`:` : sh`chown -h ${chownWord(after)} -- "$t" 2>/dev/null`,
    // What a link to a folder is moved over must not be mistaken for the folder.
    before.type === 'directory'
      ? sh`rmdir -- "$d" || { rm -f -- "$t"; exit 1; }`
      : sh`[ ! -d "$d" ] || rm -f -- "$d"`,
    sh`mv -f -- "$t" "$d" || { rm -f -- "$t"; exit 1; }`,
  ]);
}

function makeHardLink(path: string, source: string): ShellText {
  const link = besides(path);
  return sequence([
    sh`t=${link} d=${path}`,
    sh`ln -- ${source} "$t" || exit`,
    sh`[ ! -d "$d" ] || { rm -f -- "$t"; echo "it is a folder" >&2; exit 1; }`,
    sh`mv -f -- "$t" "$d"; s=$?; rm -f -- "$t"; exit $s`,
  ]);
}

async function writeFile(
  host: Writer,
  path: string,
  before: FileState,
  after: RegularFile,
  options: WriteOptions,
): Promise<void> {
  const content = after.content ?? { size: 0, sha1: '', bytes: Buffer.alloc(0) };
  const { copy, prepare, stdin } = await told(path, bring(host, content, besides(path)));
  // An owner that only stays the same is kept where that is possible; one that was asked for must be given.
  const kept = before.type !== 'absent' && before.uid === after.uid && before.gid === after.gid;
  const { validate, backup } = options;
  const outcome = await host.ask(
    sequence([
      begin(copy, path),
      prepare,
      kept
        ? sh`chown ${chownWord(after)} -- "$t" 2>/dev/null`
        : sh`chown ${chownWord(after)} -- "$t" || fail`,
      sh`chmod ${after.mode.toString(8).padStart(4, '0')} -- "$t" || fail`,
      sh`selinux= && [ -e /sys/fs/selinux/enforce ] && selinux=1`,
      sh`[ "$selinux" ] && [ -e "$d" ] && chcon --reference="$d" -- "$t" 2>/dev/null`,
      after.newTimes ? changeTimes(after) : sh`:`,
      validate === undefined ? sh`:` : validation(validate, copy),
      sh`sync -- "$t" 2>/dev/null`,
      backup === undefined || before.type !== 'file' ? sh`:` : sh`cp -p -- "$d" ${backup} || fail`,
      inPlace(options),
      sh`[ "$selinux" ] && [ ! -e "$d" ] && restorecon -- "$d" 2>/dev/null; exit 0`,
    ]),
    stdin,
  );
  if (validate !== undefined) refused(validate, outcome, path);
  if (outcome.status !== 0)
    throw new Failure(`cannot write ${path}: ${words(outcome)}`, { rc: outcome.status });
}

function begin(copy: string, path: string): ShellText {
  return sh`t=${copy} d=${path} && fail() { s=$?; rm -f -- "$t"; exit $s; } && umask 077`;
}

/** Moves the finished file over the one that stands there, never through a link or into a folder. */
function inPlace({ unsafeWrites }: WriteOptions): ShellText {
  const otherwise = unsafeWrites ? sh`{ cat -- "$t" >"$d" || fail; rm -f -- "$t"; }` : sh`fail`;
  return sequence([
    sh`if [ -d "$d" ]; then`,
    sh`  if [ -L "$d" ]; then rm -f -- "$d"; else echo 'it is a folder' >&2; false || fail; fi`,
    sh`fi`,
    sh`mv -f -- "$t" "$d" || ${otherwise}`,
  ]);
}

function changeTimes(after: RegularFile): ShellText {
  const steps = (['mtime', 'atime'] as const).map(which => {
    const time = after.newTimes?.[which];
    const flag = which === 'mtime' ? '-m' : '-a';
    if (time === undefined || time === 'now') return sh`:`;
    return sh`touch ${flag} -d ${`@${Math.trunc(time)}`} -- "$t" || fail`;
  });
  return sequence(steps);
}

/** How the bytes get into the new file, and what the script then reads. */
async function bring(
  host: Writer,
  content: Content,
  copy: string,
): Promise<{ copy: string; prepare: ShellText; stdin: { stdin?: Buffer } }> {
  const create = sh`set -C; true >"$t" || exit 1; set +C`;
  if (content.from !== undefined || !content.bytes) {
    return { copy, prepare: sequence([create, sh`cat -- ${content.from ?? ''} >"$t" || fail`]), stdin: {} };
  }
  if (content.size === 0) return { copy, prepare: create, stdin: {} };
  if (content.size <= WITH_SCRIPT) {
    return { copy, prepare: sequence([create, wholeInput(content.size)]), stdin: { stdin: content.bytes } };
  }
  return { copy: await sendAhead(host, copy, content.bytes), prepare: sh`:`, stdin: {} };
}

/**
 * Takes what the script reads into `$t`, and goes on only with all of it: when we are killed while it is on its
 * way, the shell at the other end runs the script with what has come so far.
 */
function wholeInput(size: number): ShellText {
  return sh`cat >"$t" && [ "$(wc -c <"$t")" -eq ${size} ] || fail`;
}

function validation(command: string, copy: string): ShellText {
  const { text } = sh`${copy}`;
  const line = userShell(command.replaceAll('%s', () => text));
  return sh`( ${line}
) </dev/null || { s=$?; rm -f -- "$t"; echo "validate $s" >&2; exit ${REFUSED}; }`;
}

interface Said {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

function refused(validate: string, outcome: Said, path: string): void {
  if (outcome.status === 0) return;
  const stderr = outcome.stderr.toString('utf8');
  const status = outcome.status === REFUSED ? /validate (\d+)\n$/.exec(stderr) : null;
  if (!status) throw new Failure(`cannot write ${path}: ${words(outcome)}`, { rc: outcome.status });
  const rest = stderr.slice(0, status.index).trim();
  const stdout = outcome.stdout.toString('utf8').trim();
  throw new Failure(
    `failed to validate the new ${path}: ${validate} ended with status ${status[1]}: ${rest || stdout}`,
    { rc: Number(status[1]), exit_status: Number(status[1]), stdout, stderr: rest },
    'the file was left as it is',
  );
}

function words({ stdout, stderr, status }: Said): string {
  return (
    (stderr.toString('utf8').trim() || stdout.toString('utf8').trim()).slice(0, 4000) || `status ${status}`
  );
}

/** Failures of our own commands name the path they were about. */
async function told<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error) || (error.name !== 'Failure' && error.name !== 'TransferFailed'))
      throw error;
    const data = error instanceof Failure ? error.data : {};
    throw new Failure(error.message.includes(path) ? error.message : `${path}: ${error.message}`, data);
  }
}
