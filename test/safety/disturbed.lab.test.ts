import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LabHost, SlowLink } from '../lab/index.ts';
import { labDescribe } from '../lab/lab-describe.ts';
import { atMoment, momentOf, recovers, type Undisturbed, undisturbed } from './disturbance.ts';
import { everything } from './host-state.ts';
import { seeded } from './seeded.ts';
import { freshen, WebProject } from './web-project.ts';

// TSIBLE_KILLS=50 is the full run; TSIBLE_SEED=… repeats one.
const KILLS = Number(process.env.TSIBLE_KILLS ?? 8);
const SEED = Number(process.env.TSIBLE_SEED ?? Date.now() % 1_000_000);
const WORKERS = Math.min(KILLS, KILLS > 8 ? 8 : 4);
const CUTS = Math.max(2, Math.round(KILLS / 6));
const FREEZES = Math.max(1, Math.round(KILLS / 12));
const LAST_TASK = 'Restart the app';
const hosts = Array.from({ length: WORKERS }, (_, index) => ({ name: `killed${index + 1}` }));

labDescribe('setup-web.yml, disturbed at any moment', hosts, lab => {
  let project: WebProject;
  let measure: Undisturbed;

  beforeAll(async () => {
    project = new WebProject(lab());
    measure = await undisturbed(project, lab(), lab().hosts[0]!);
  }, 240_000);
  afterAll(() => project?.remove());

  it(
    `leaves nothing half-written, ${KILLS} times (seed ${SEED})`,
    async () => {
      const open = Array.from({ length: KILLS }, (_, index) => index);
      const wrong: string[] = [];
      const kill = async (number: number, worker: number) => {
        const random = seeded(SEED * 1000 + number);
        const moment = momentOf(random, measure);
        const patient = random() < 0.6;
        const host = lab().hosts[worker]!;
        await freshen(host);
        const before = await everything(host);
        const play = project.play(host);
        atMoment(play, moment, () => play.kill('SIGKILL'));
        const { signal } = await play.ended;
        const found = await recovers(project, lab(), host, measure, before, patient);
        const where = `${Math.round(moment.after)} ms after "${measure.moments[moment.event]!.what}"`;
        const title = `kill ${number} (seed ${SEED}), ${where}${signal ? '' : ' (it had ended before)'}`;
        const left = found.left.length > 0 ? `, left until the next run: ${found.left.join(' ')}` : '';
        const verdict = found.wrong.length === 0 ? 'well' : 'WRONG';
        process.stdout.write(`${title}, ${patient ? 'at rest' : 'at once'}: ${verdict}${left}\n`);
        if (found.wrong.length > 0) wrong.push([title, ...found.wrong].join('\n  '));
      };
      await Promise.all(
        hosts.map(async (_, worker) => {
          for (let number = open.shift(); number !== undefined; number = open.shift())
            await kill(number, worker);
        }),
      );
      expect(wrong.join('\n')).toBe('');
    },
    120_000 + KILLS * 60_000,
  );

  it(
    `by a connection that is lost, goes on elsewhere and is made up for, ${CUTS} times (seed ${SEED})`,
    async () => {
      const wrong: string[] = [];
      for (let number = 0; number < CUTS; number++) {
        const [host, beside] = pair(number);
        const link = await SlowLink.open({ host: host.address, port: 22, delayMs: 0 });
        try {
          const disturbed = await disturb(number, 500, () => link.cut(), { host, beside, at: link });
          wrong.push(...disturbed.wrong);
        } finally {
          await link.close();
        }
      }
      expect(wrong.join('\n')).toBe('');
    },
    120_000 + CUTS * 60_000,
  );

  it(
    `by a host that freezes, goes on elsewhere and is made up for, ${FREEZES} times (seed ${SEED})`,
    async () => {
      const wrong: string[] = [];
      for (let number = 0; number < FREEZES; number++) {
        const [host, beside] = pair(number);
        try {
          const disturbed = await disturb(number, 900, () => host.freeze(), { host, beside, thaw: true });
          wrong.push(...disturbed.wrong);
        } finally {
          await host.thaw();
        }
      }
      expect(wrong.join('\n')).toBe('');
    },
    120_000 + FREEZES * 60_000,
  );

  function pair(number: number): [LabHost, LabHost] {
    const { hosts: all } = lab();
    return [all[number % all.length]!, all[(number + 1) % all.length]!];
  }

  /** Two hosts, one of which loses its connection: that is said of it, and the other one is set up. */
  async function disturb(
    number: number,
    stream: number,
    act: () => void,
    { host, beside, at, thaw }: { host: LabHost; beside: LabHost; at?: SlowLink; thaw?: boolean },
  ): Promise<{ wrong: string[] }> {
    const random = seeded(SEED * 1000 + stream + number);
    const moment = momentOf(random, measure);
    await Promise.all([freshen(host), freshen(beside)]);
    const before = await everything(host);
    const play = project.play(host, { beside, ...(at && { at }) });
    let acted = false;
    atMoment(play, moment, () => {
      acted = true;
      act();
    });
    const ended = await play.ended;
    const wrong: string[] = [];
    const counts = ended.events.find(({ type }) => type === 'recap')?.hosts ?? [];
    const other = counts.find(each => each.host === 'other')?.counts;
    const unreachable = ended.events.find(({ status }) => status === 'unreachable');
    // It may have come after the last word.
    if (acted && unreachable) {
      if (ended.status !== 4) wrong.push(`exit status ${ended.status}, not 4`);
      if (!unreachable.message) wrong.push('nothing was said');
    } else if (ended.status !== 0) wrong.push(`exit status ${ended.status}: ${ended.output.slice(-800)}`);
    const last = ended.events.findLast(event => event.host === 'other' && event.type === 'result');
    if (other?.failed !== 0 || other.unreachable !== 0 || last?.task?.name !== LAST_TASK)
      wrong.push(`the other host came as far as "${last?.task?.name}": ${JSON.stringify(other)}`);
    if (thaw) await host.thaw();
    const found = await recovers(project, lab(), host, measure, before, random() < 0.5);
    const title = `${stream === 500 ? 'cut' : 'freeze'} ${number} (seed ${SEED}), ${Math.round(moment.after)} ms after "${measure.moments[moment.event]!.what}"`;
    wrong.push(...found.wrong);
    const said = unreachable
      ? `unreachable at "${unreachable.task?.name}": ${unreachable.message}`
      : 'it had ended';
    process.stdout.write(
      `${title}: ${wrong.length === 0 ? 'well' : 'WRONG'}, ${Math.round(ended.duration / 1000)} s, ${said}\n`,
    );
    return { wrong: wrong.length === 0 ? [] : [[title, ...wrong].join('\n  ')] };
  }
});
