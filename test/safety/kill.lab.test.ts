import { afterAll, beforeAll, expect, it } from 'vitest';
import { labDescribe } from '../lab/lab-describe.ts';
import { atMoment, momentOf, recovers, type Undisturbed, undisturbed } from './disturbance.ts';
import { everything } from './host-state.ts';
import { seeded } from './seeded.ts';
import { freshen, WebProject } from './web-project.ts';

// TSIBLE_KILLS=50 is the full run; TSIBLE_SEED=… repeats one.
const KILLS = Number(process.env.TSIBLE_KILLS ?? 8);
const SEED = Number(process.env.TSIBLE_SEED ?? Date.now() % 1_000_000);
const WORKERS = Math.min(KILLS, KILLS > 8 ? 8 : 4);
const hosts = Array.from({ length: WORKERS }, (_, index) => ({ name: `killed${index + 1}` }));

labDescribe('kill -9 of tsible at any moment of setup-web.yml', hosts, lab => {
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
});
