import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../play/program.ts';
import { SCENES, type Scene, spelled } from './hunt-scenes.ts';
import { HuntingGround } from './hunting-ground.ts';
import { MUTANTS, mutable } from './mutants.ts';

describe('secrets', () => {
  let program: Awaited<ReturnType<typeof bundle>>;
  let ground: HuntingGround;
  beforeAll(async () => {
    program = await bundle('tsible-masks', [], [mutable()]);
    ground = new HuntingGround(program.command);
  });
  afterAll(() => {
    ground?.remove();
    program?.remove();
  });

  it.concurrent.each(SCENES.map(scene => [scene.name, scene] as const))(
    'are nowhere in the output: %s',
    async (_name, scene) => {
      const found = await ground.play(scene);
      expect(found.output).toMatch(scene.says);
      expect(found.status, found.output).toBe(scene.status ?? 0);
      expect(found.sightings).toEqual([]);
    },
  );

  it.concurrent.each(MUTANTS.map(mutant => [mutant.name, mutant] as const))(
    'are seen without the mask of %s',
    async (name, { scene }) => {
      const found = await ground.play(sceneNamed(scene), name);
      expect(found.sightings, found.output).not.toEqual([]);
    },
  );
});

/** Where one spelling alone is looked at, no other one may hide it. */
function sceneNamed(name: string): Scene {
  return SCENES.find(scene => scene.name === name) ?? spelled(name, name);
}
