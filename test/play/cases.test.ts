import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerText } from './answer.ts';
import { cases, readIfThere, runCase } from './case.ts';
import { bundle } from './program.ts';
import { toldByTsible } from './tell-tsible.ts';

let program: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  program = await bundle();
});
afterAll(() => program.remove());

describe('does what ansible-playbook does', { concurrent: true }, () => {
  for (const one of cases()) {
    it(one.name, async () => {
      const answer =
        readIfThere(join(one.folder, 'tsible.txt')) ?? readIfThere(join(one.folder, 'answer.txt'));
      const ran = await runCase(one, [...program.command, 'play', '--json']);
      const told = toldByTsible(ran.stdout, ran.status);
      told.unordered = answer?.includes('\nsteps\n') === false;
      expect(answerText(told), ran.stderr).toBe(answer);
    });
  }
});
