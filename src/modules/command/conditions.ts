import { posix } from 'node:path';
import { type ShellText, sequence, sh } from '../../core/shell.ts';
import type { Acted } from '../define.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { file } from '../kinds/file.ts';
import { t } from '../parameters.ts';
import { expandedWord, patternWord } from './host-words.ts';

/** The parameters that decide whether, and in which folder, a command is run. */
export const conditionParameters = {
  chdir: t.path({ doc: 'Folder to run the command in.' }),
  creates: t.path({ doc: 'A path or pattern; if it is there already, the command is not run.' }),
  removes: t.path({ doc: 'A path or pattern; only if it is there, the command is run.' }),
};

export interface Conditions {
  readonly creates?: string | undefined;
  readonly removes?: string | undefined;
  readonly chdir?: string | undefined;
}

/** Why a command is not run. */
export interface Decision {
  readonly reason: 'creates' | 'removes';
  readonly path: string;
}

/**
 * Asks whether `creates` is there already or `removes` is not; both may be patterns, and are relative to
 * `chdir`. Nothing is asked when neither is given. Throws Failure when the folder `chdir` is missing.
 */
export async function decide(host: Reader, conditions: Conditions): Promise<Decision | undefined> {
  const { creates, removes, chdir } = conditions;
  if (creates === undefined && removes === undefined) return undefined;
  const questions: ShellText[] = [];
  if (chdir !== undefined) questions.push(sh`${changeFolder(chdir)} 2>/dev/null || { echo chdir; exit; }`);
  if (creates !== undefined) questions.push(sh`there ${patternWord(creates)} && echo creates`);
  if (removes !== undefined) questions.push(sh`there ${patternWord(removes)} || echo removes`);
  const said = (await host.text(sequence([THERE, ...questions, sh`:`]))).split('\n');
  if (said.includes('chdir')) throw noFolder(chdir!);
  if (creates !== undefined && said.includes('creates')) return { reason: 'creates', path: creates };
  if (removes !== undefined && said.includes('removes')) return { reason: 'removes', path: removes };
  return undefined;
}

/**
 * What a check run can say: not run, or unknown. Something that is missing now may be made by an earlier
 * task of which nothing is known, so that decides nothing.
 */
export async function foreseeSkip(
  host: Reader,
  conditions: Conditions,
  notRun: (decision: Decision) => Acted,
): Promise<Acted | 'unknown'> {
  const decision = await foresee(host, conditions);
  if (!decision || (decision.reason === 'removes' && host.cloud !== undefined)) return 'unknown';
  return notRun(decision);
}

/** As `decide`, but for plain paths with an eye on what earlier tasks of the check run would have made. */
async function foresee(host: Reader, conditions: Conditions): Promise<Decision | undefined> {
  const { creates, removes, chdir } = conditions;
  const folder = chdir === undefined ? '/' : chdir;
  const place = (path: string) => posix.resolve(folder, path);
  const given = [creates, removes].filter(path => path !== undefined);
  const plain = given.every(path => isPlain(path) && (path.startsWith('/') || chdir !== undefined));
  if (given.length === 0 || !plain || !isPlain(folder) || !folder.startsWith('/'))
    return decide(host, conditions);
  const there = async (path: string | undefined) =>
    path === undefined ? undefined : (await host.look(file, place(path))).type !== 'absent';
  const [at, made, left] = await Promise.all([there(folder), there(creates), there(removes)]);
  if (!at) throw noFolder(folder);
  if (creates !== undefined && made) return { reason: 'creates', path: creates };
  if (removes !== undefined && !left) return { reason: 'removes', path: removes };
  return undefined;
}

/** No pattern, and nothing for the host to fill in. */
function isPlain(path: string): boolean {
  return !/[*?[$~]/.test(path);
}

export function changeFolder(chdir: string): ShellText {
  // One that begins with "-" would be taken for an option, or for the folder before.
  return sh`CDPATH= cd ${expandedWord(chdir.startsWith('-') ? `./${chdir}` : chdir)} >/dev/null`;
}

/** Why a command that was to run in `chdir` failed, if that was because of the folder. */
export async function missingFolder(host: Reader, chdir: string | undefined): Promise<Failure | undefined> {
  if (chdir === undefined) return undefined;
  const { status } = await host.ask(changeFolder(chdir));
  return status === 0 ? undefined : noFolder(chdir);
}

function noFolder(chdir: string): Failure {
  return new Failure(
    `Unable to change directory before execution: no such folder, or not permitted: ${chdir}`,
  );
}

// A link that points nowhere is there as well.
const THERE = sh`there() { for path do if [ -e "$path" ] || [ -L "$path" ]; then return 0; fi; done; return 1; }`;
