import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../play/program.ts';
import { SCENES, type Scene, spelled } from './hunt-scenes.ts';
import { HuntingGround } from './hunting-ground.ts';
import { MASKS, WITHOUT_MUTANT } from './mask-list.ts';
import { MUTANTS, mutable } from './mutants.ts';

const SOURCES = resolve(import.meta.dirname, '../../src');

/** What makes a secret of a value, or stars of a secret. */
const HIDING =
  /\bnew Secret\(|(?<![\w.#])(?:redact|hide|hideWhole|remember|rememberBytes|rememberJoined|asSecret)\(/;

it('every line that hides something is one that is taken away, or has a reason', () => {
  expect(linesThatHide().filter(line => !isTakenAway(line) && !isExplained(line))).toEqual([]);
});

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

interface Line {
  readonly file: string;
  readonly text: string;
  /** Offsets in the file. */
  readonly start: number;
  readonly end: number;
}

function linesThatHide(): Line[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.ts'),
  );
  return files.flatMap(file => {
    let end = -1;
    return readFileSync(join(SOURCES, file), 'utf8')
      .split('\n')
      .map(text => {
        const start = end + 1;
        end = start + text.length;
        return { file, text: text.trim(), start, end };
      })
      .filter(({ text }) => HIDING.test(text) && !/^(?:export )?function /.test(text));
  });
}

function isTakenAway({ file, start, end }: Line): boolean {
  const source = readFileSync(join(SOURCES, file), 'utf8');
  return MASKS.filter(mask => mask.file === file).some(({ at }) => {
    const from = source.indexOf(at.replace(/[«»]/g, ''));
    return from < end && from + at.length - 2 > start;
  });
}

function isExplained({ file, text }: Line): boolean {
  return WITHOUT_MUTANT.some(known => known.file === file && text.includes(known.has));
}
