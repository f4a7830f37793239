import { afterAll, beforeAll, describe } from 'vitest';
import { type HostRequest, Lab } from './lab.ts';
import { labAvailability } from './requirements.ts';

// A first run builds a base and waits for others who build theirs.
const UP_LIMIT_MS = 600_000;
const DOWN_LIMIT_MS = 60_000;

const availability = await labAvailability();
let skipped = 0;

/**
 * A suite with real hosts: up before its first case, down after its last, also when cases fail.
 *
 *   labDescribe('files', [{ name: 'web1' }], lab => {
 *     it('are there', async () => { await lab().host('web1').sh('test -e /etc/passwd'); });
 *   });
 *
 * Where no hosts can be booted the suite is skipped, and says so; with TSIBLE_LAB=require it fails.
 */
export function labDescribe(title: string, hosts: HostRequest[], suite: (lab: () => Lab) => void): void {
  let lab: Lab | null = null;
  const current = () => {
    if (lab === null) throw new Error('the lab is up only while cases run: call this inside of `it`');
    return lab;
  };

  if (!availability.ok && process.env.TSIBLE_LAB !== 'require') {
    skipped += 1;
    process.stderr.write(
      `\nLAB SKIPPED: "${title}" did not run on real hosts: ${availability.reason} (${skipped} in this file)\n`,
    );
    describe.skip(title, () => suite(current));
    return;
  }

  describe(title, () => {
    beforeAll(async () => {
      if (!availability.ok) throw new Error(`TSIBLE_LAB=require, but ${availability.reason}`);
      lab = await Lab.up({ hosts });
    }, UP_LIMIT_MS);

    suite(current);

    afterAll(async () => {
      await lab?.down();
      lab = null;
    }, DOWN_LIMIT_MS);
  });
}
