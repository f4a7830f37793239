import type { Lab, LabHost } from '../lab/index.ts';
import {
  complaints,
  everything,
  files,
  type HostState,
  leftovers,
  quiet,
  Versions,
  whatChanged,
} from './host-state.ts';
import { changedCount, type Ended, type RunningPlay } from './running-play.ts';
import { freshen, type WebProject } from './web-project.ts';

/** What a run does to a fresh host when nothing disturbs it: the measure for those that are. */
export interface Undisturbed {
  readonly versions: Versions;
  /** What is different in the end. */
  readonly end: readonly string[];
  /** Milliseconds at which each of its events came. */
  readonly moments: readonly { readonly at: number; readonly what: string }[];
}

export async function undisturbed(project: WebProject, lab: Lab, host: LabHost): Promise<Undisturbed> {
  await freshen(host);
  const before = await everything(host);
  const timed = await project.play(host).ended;
  mustBe(timed.status === 0, 'the undisturbed run failed', timed);
  const end = whatChanged(before, await everything(host));

  // Once more, held after each change for as long as it takes to look at the files.
  await freshen(host);
  const versions = new Versions();
  versions.learn(await files(host));
  const held = project.play(host);
  let looking = Promise.resolve();
  held.onEvent(event => {
    if (event.status !== 'changed') return;
    held.kill('SIGSTOP');
    looking = looking.then(async () => {
      await settled(host);
      versions.learn(await files(host));
      held.kill('SIGCONT');
    });
  });
  const stepwise = await held.ended;
  await looking;
  mustBe(stepwise.status === 0, 'the run that was held failed', stepwise);
  versions.learn(await files(host));
  const wrong = await complaints(lab, host);
  mustBe(wrong.length === 0, `after an undisturbed run: ${wrong.join('; ')}`, stepwise);
  const moments = timed.events.map(({ at, type, task, status }) => ({
    at,
    what: [type, task?.name, status].filter(Boolean).join(' '),
  }));
  return { versions, end, moments };
}

/** Until the command that is under way has ended; the session itself stays. */
async function settled(host: LabHost): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 60));
  for (let i = 0; i < 100; i++) {
    const busy = (await host.pids()).some(({ command }) =>
      /^(useradd|apt-get|dpkg|systemctl|cat|mv)/.test(command),
    );
    if (!busy) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

export interface Moment {
  /** An event of the undisturbed run, and how long after it. */
  readonly event: number;
  readonly after: number;
}

/** A moment of the run by chance: any event, or often one of those after which much is done. */
export function momentOf(random: () => number, { moments }: Undisturbed): Moment {
  const gaps = moments.map(({ at }, index) => (moments[index + 1]?.at ?? at) - at);
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  let event = Math.floor(random() * (moments.length - 1));
  if (random() < 0.35) {
    // By time: the slow ones, such as the installation of packages, are hit as often as they are long.
    let point = random() * total;
    event = gaps.findIndex(gap => {
      point -= gap;
      return point <= 0;
    });
  }
  return { event: Math.max(0, event), after: random() * (gaps[event] ?? 0) * 1.1 };
}

/** Calls `disturb` at the moment, or never, should the run end before. */
export function atMoment(play: RunningPlay, moment: Moment, disturb: () => void): void {
  play.onEvent((_event, index) => {
    if (index === moment.event) setTimeout(disturb, moment.after);
  });
}

/**
 * What must hold after a run was disturbed; gives what was found wrong, nothing if all is well.
 *
 * @param patient look at the host only once it has come to rest; otherwise the next run begins at once
 */
export async function recovers(
  project: WebProject,
  lab: Lab,
  host: LabHost,
  measure: Undisturbed,
  before: HostState,
  patient: boolean,
): Promise<{ wrong: string[]; left: string[] }> {
  const wrong: string[] = [];
  const note = (when: string, found: readonly string[]) =>
    wrong.push(...found.map(each => `${when}: ${each}`));
  note('at once', measure.versions.strange(await files(host), before));
  let left: string[] = [];
  if (patient) {
    await quiet(host);
    note('at rest', measure.versions.strange(await files(host), before));
    note('at rest', await complaints(lab, host));
    left = await leftovers(host);
  }
  const next = await project.play(host).ended;
  if (next.status !== 0) return { wrong: [...wrong, `the next run failed:\n${lastWords(next)}`], left };
  const now = whatChanged(before, await everything(host));
  note(
    'in the end missing',
    measure.end.filter(line => !now.includes(line)),
  );
  note(
    'in the end besides',
    now.filter(line => !measure.end.includes(line)),
  );
  note('in the end', await complaints(lab, host));
  const again = await project.play(host).ended;
  if (again.status !== 0 || changedCount(again) > 0)
    wrong.push(`the run after that was to change nothing:\n${changesOf(again)}`);
  await quiet(host);
  note('left over', await leftovers(host));
  return { wrong, left };
}

function changesOf(ended: Ended): string {
  const changed = ended.events.filter(({ status }) => status === 'changed' || status === 'failed');
  return changed.map(({ task, status, message }) => `  ${status} ${task?.name} ${message ?? ''}`).join('\n');
}

function lastWords({ events, output, status }: Ended): string {
  const failed = events.filter(event => event.status === 'failed' || event.status === 'unreachable');
  const said = failed.map(event => `  ${event.task?.name}: ${event.message}`).join('\n');
  return `  status ${status}\n${said || output.slice(-1500)}`;
}

function mustBe(holds: boolean, otherwise: string, ended: Ended): void {
  if (!holds) throw new Error(`${otherwise}\n${lastWords(ended)}`);
}
