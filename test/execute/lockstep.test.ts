import { describe, expect, it } from 'vitest';
import { comparePlaces, Free, Linear, type Place, Turn } from '../../src/execute/lockstep.ts';

describe('places', () => {
  it.each([
    { a: [1], b: [2], order: -1, shows: 'a later step comes later' },
    { a: [1, 9, 9], b: [2], order: -1, shows: 'what is inside a step comes before the next step' },
    { a: [1], b: [1, 0], order: -1, shows: 'a step comes before what it includes' },
    { a: [1, 0, 5], b: [1, 1, 0], order: -1, shows: 'the rescue comes after all tasks of its block' },
    { a: [3, 2], b: [3, 2], order: 0, shows: 'the same place' },
  ])('$shows', ({ a, b, order }) => {
    expect(Math.sign(comparePlaces(a, b))).toBe(order);
    expect(Math.sign(comparePlaces(b, a))).toBe(order === 0 ? 0 : -order);
  });
});

/** Lets every host walk its places, writing what is done when; `speed` is in turns of the event loop. */
async function walk(
  linear: Linear<string>,
  log: string[],
  routes: Record<string, { places: Place[]; speed?: number }>,
): Promise<void> {
  await Promise.all(
    Object.entries(routes).map(async ([host, { places, speed = 0 }]) => {
      for (const place of places) {
        await linear.arrive(host, place);
        log.push(`${host}@${place.join('.')}`);
        for (let i = 0; i < speed; i++) await new Promise(resolve => setImmediate(resolve));
      }
      linear.leave(host);
    }),
  );
}

describe('linear', () => {
  it('takes a step only when nobody is busy with an earlier one', async () => {
    const log: string[] = [];
    const places = [[0], [1], [2]];
    await walk(new Linear(['a', 'b']), log, { a: { places }, b: { places, speed: 5 } });
    expect(log.map(entry => entry.split('@')[1])).toEqual(['0', '0', '1', '1', '2', '2']);
  });

  it('lets hosts that include nothing wait for those that do', async () => {
    const log: string[] = [];
    await walk(new Linear(['a', 'b']), log, {
      a: { places: [[0], [0, 0], [0, 1], [1]], speed: 2 },
      b: { places: [[0], [1]] },
    });
    expect(log.slice(0, 4)).toEqual(['a@0', 'b@0', 'a@0.0', 'a@0.1']);
    expect(log.slice(4).sort()).toEqual(['a@1', 'b@1']);
  });

  it('goes on without a host that has left', async () => {
    const log: string[] = [];
    const linear = new Linear(['a', 'b', 'gone']);
    linear.leave('gone');
    await walk(linear, log, { a: { places: [[0]] }, b: { places: [[0]] } });
    expect(log).toEqual(['a@0', 'b@0']);
  });

  it('does not wait for a host that was left behind, and takes it in again when it has caught up', async () => {
    const linear = new Linear(['a', 'slow']);
    const log: string[] = [];
    await Promise.all([linear.arrive('a', [0]), linear.arrive('slow', [0])]);
    const next = linear.arrive('a', [1]).then(() => log.push('a@1'));
    await new Promise(resolve => setImmediate(resolve));
    expect(log).toEqual([]);
    linear.leaveBehind('slow');
    await next;
    expect(log).toEqual(['a@1']);
    // It answers again while the other is at work: what it missed, it does at once.
    await linear.arrive('slow', [1]);
    const together = [linear.arrive('slow', [2]), linear.arrive('a', [2])];
    const turns = await Promise.all(together);
    expect(turns[0]).toBe(turns[1]);
    expect(turns[0]!.hosts).toEqual(['a', 'slow']);
  });

  it('names the hosts of a step in the order of the play, and shares what the first makes', async () => {
    const linear = new Linear(['a', 'b', 'c']);
    const turns = await Promise.all(['c', 'a', 'b'].map(host => linear.arrive(host, [0])));
    expect(turns[0]!.hosts).toEqual(['a', 'b', 'c']);
    let made = 0;
    const values = turns.map(turn => turn.share('key', () => ++made));
    expect(values).toEqual([1, 1, 1]);
    expect(turns.map(turn => [turn.order('x'), turn.order('y'), turn.order('x')])).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
    ]);
  });
});

describe('free', () => {
  it('makes nobody wait, and still shares what belongs to a step', async () => {
    const free = new Free(['a', 'b']);
    const first = await free.arrive('a', [5]);
    expect(await free.arrive('b', [5])).toBe(first);
    expect(await free.arrive('b', [1])).not.toBe(first);
  });
});

describe('a turn', () => {
  const step = (hosts: string[], together = true) => new Turn([0], hosts, together);

  it('gathers what all its hosts bring, in their order', async () => {
    const turn = step(['a', 'b']);
    const late = turn.gather('x', 'b', 2);
    expect([...(await turn.gather('x', 'a', 1))]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect((await late).size).toBe(2);
  });

  it('does not wait for those who have left, before or while it gathers', async () => {
    const turn = step(['a', 'b', 'c']);
    turn.leave('c');
    const gathered = turn.gather('x', 'a', 1);
    turn.leave('b');
    expect([...(await gathered).keys()]).toEqual(['a']);
  });

  it('lets who comes late, and who walks alone, find what they bring', async () => {
    expect([...(await step(['a']).gather('x', 'late', 1))]).toEqual([['late', 1]]);
    expect([...(await step(['a', 'b'], false).gather('x', 'b', 2))]).toEqual([['b', 2]]);
  });

  it('begins in the order of the play, whoever arrived last', async () => {
    const order: string[] = [];
    const linear = new Linear(['a', 'b', 'c']);
    await Promise.all(
      ['c', 'b', 'a'].map(async host => {
        await linear.arrive(host, [0]);
        order.push(host);
      }),
    );
    expect(order).toEqual(['a', 'b', 'c']);
  });
});
