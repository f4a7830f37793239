import { labAvailability } from './requirements.ts';

/** Installs what is missing before the first test looks for it. */
export async function setup(): Promise<void> {
  await labAvailability();
}

/** Says in the last lines of a test run that what needs real hosts was left out, and why. */
export async function teardown(): Promise<void> {
  const availability = await labAvailability();
  if (availability.ok) return;
  process.stderr.write(
    `\nSKIPPED: everything that needs real hosts, because ${availability.reason}\n` +
      'What was run needs none of them. As root on Debian, npm test sets them up by itself.\n',
  );
}
