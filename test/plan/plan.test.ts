import { describe, expect, it } from 'vitest';
import type { Group, Host, Inventory } from '../../src/core/inventory.ts';
import type { Block, Play, Step, Task } from '../../src/core/play.ts';
import { Source } from '../../src/core/position.ts';
import {
  findStart,
  hostBatches,
  isSelected,
  limitedHosts,
  listPlays,
  matchHosts,
  selectHosts,
  splitPattern,
  tagsOf,
  walkTasks,
} from '../../src/plan/index.ts';

const position = { source: new Source('a.yml', ''), line: 1, column: 1 };

function inventory(groups: Record<string, string[]>): Inventory {
  const names = [...new Set(Object.values(groups).flat())];
  const all: Record<string, string[]> = { all: names, ...groups };
  return {
    hosts: new Map(names.map(name => [name, { name, groups: [], layers: [] } satisfies Host])),
    groups: new Map(
      Object.entries(all).map(([name, hosts]) => [
        name,
        { name, hosts, children: [], parents: [], priority: 1, depth: 1 } satisfies Group,
      ]),
    ),
    members: name => all[name] ?? [],
  };
}

const hosts = inventory({ web: ['web1', 'web2', 'web3'], db: ['db1', 'web3'], 'v6-net': ['::2'] });

describe('host patterns', () => {
  it.each([
    ['web', ['web1', 'web2', 'web3']],
    ['web:db', ['web1', 'web2', 'web3', 'db1']],
    ['db,web', ['db1', 'web3', 'web1', 'web2']],
    ['web:!db', ['web1', 'web2']],
    ['!db:web', ['web1', 'web2']],
    ['web:&db', ['web3']],
    ['&db', ['web3', 'db1']],
    ['!web', ['db1', '::2']],
    ['*1', ['web1', 'db1']],
    ['web[12]', []],
    ['w?b[0]', ['web1']],
    ['web[0]', ['web1']],
    ['web[-1]', ['web3']],
    ['web[1:]', ['web2', 'web3']],
    ['web[0:1]', ['web1', 'web2']],
    ['~(web|db)1', ['web1', 'db1']],
    ['::2', ['::2']],
    ['localhost', ['localhost']],
    ['127.0.0.1', ['127.0.0.1']],
    ['nothing', []],
    ['web, !web2', ['web1', 'web3']],
  ])('%s', (pattern, expected) => {
    expect(matchHosts(pattern, hosts).hosts).toEqual(expected);
  });

  it('splits at commas, or else at colons outside of brackets', () => {
    expect(splitPattern('a:b[0:1]:!c')).toEqual(['a', 'b[0:1]', '!c']);
    expect(splitPattern('a, b:c')).toEqual(['a', 'b:c']);
    expect(splitPattern('fe80::1')).toEqual(['fe80::1']);
  });

  it('warns of what matches nothing, with the name that was meant', () => {
    expect(selectHosts('wbe:db', hosts)).toEqual({
      hosts: ['db1', 'web3'],
      warnings: ['no host or group matches "wbe"; did you mean "web"?'],
    });
  });
});

describe('--limit', () => {
  const lines = () => ['web1', '', '# not this', 'db1'];

  it('narrows a play', () => {
    const { hosts: limit } = limitedHosts('web:!web2', hosts, lines);
    expect(selectHosts('all', hosts, { limit }).hosts).toEqual(['web1', 'web3']);
  });

  it('reads patterns from a file', () => {
    expect([...limitedHosts('@retry', hosts, lines).hosts]).toEqual(['web1', 'db1']);
  });

  it('is an error when nothing is left', () => {
    expect(() => limitedHosts('wbe', hosts, lines)).toThrow('no host or group matches "wbe"');
    expect(() => limitedHosts('web:!web', hosts, lines)).toThrow('no host is left by this limit');
  });
});

it.each([
  [null, ['web1', 'web2', 'web3']],
  ['reverse_inventory', ['web3', 'web2', 'web1']],
  ['sorted', ['web1', 'web2', 'web3']],
  ['reverse_sorted', ['web3', 'web2', 'web1']],
])('orders hosts: %s', (order, expected) => {
  expect(selectHosts('web', hosts, { order }).hosts).toEqual(expected);
});

describe('serial', () => {
  const ten = Array.from({ length: 10 }, (_, i) => `h${i}`);
  it.each([
    [null, [10]],
    [0, [10]],
    [3, [3, 3, 3, 1]],
    ['30%', [3, 3, 3, 1]],
    ['1%', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
    [
      [1, 5],
      [1, 5, 4],
    ],
    [
      [1, '20%', 4],
      [1, 2, 4, 3],
    ],
    ['4', [4, 4, 2]],
  ])('%j', (serial, sizes) => {
    expect(hostBatches(ten, serial).map(batch => batch.length)).toEqual(sizes);
  });

  it('refuses what is no number', () => {
    expect(() => hostBatches(ten, 'some')).toThrow('"serial" wants a number of hosts or a percentage');
  });
});

describe('tags', () => {
  const CASES: readonly [tags: string, only: string, skip: string, selected: boolean][] = [
    ['', '', '', true],
    ['a', '', '', true],
    ['a', 'a', '', true],
    ['a', 'b', '', false],
    ['', 'a', '', false],
    ['always', 'b', '', true],
    ['always', 'b', 'always', false],
    ['always,a', '', 'a', false],
    ['never', '', '', false],
    ['never,a', 'a', '', true],
    ['never', 'never', '', true],
    ['never,a', 'tagged', '', false],
    ['a', 'tagged', '', true],
    ['', 'tagged', '', false],
    ['', 'untagged', '', true],
    ['a', 'untagged', '', false],
    ['a', '', 'untagged', true],
    ['', '', 'untagged', false],
    ['a', '', 'tagged', false],
    ['a', 'all', 'a', false],
    ['a', '', 'all', false],
    ['always', '', 'all', true],
  ];
  const words = (text: string) => text.split(',').filter(Boolean);

  it.each(CASES)('tags [%s], --tags [%s], --skip-tags [%s]: %s', (tags, only, skip, selected) => {
    expect(isSelected(new Set(words(tags)), { only: words(only), skip: words(skip) })).toBe(selected);
  });
});

describe('walking a play', () => {
  const play = {
    kind: 'play',
    position,
    hosts: 'all',
    preTasks: [],
    roles: [],
    tasks: [],
    postTasks: [],
    handlers: [],
    varsFiles: [],
    varsPrompt: [],
    folder: '/',
    tags: ['p'],
  } satisfies Play as Play;
  const task = (name: string, parent: Block | Play, tags?: string[]): Task => ({
    kind: 'task',
    position,
    parent,
    name,
    action: 'ping',
    args: { position, named: new Map() },
    ...(tags && { tags }),
  });
  const block = {
    kind: 'block',
    position,
    parent: play,
    tags: ['b'],
    tasks: [] as Step[],
    rescue: [] as Step[],
    always: [] as Step[],
  };
  block.tasks.push(task('one', block as Block, ['t']));
  block.rescue.push(task('two', block as Block));
  block.always.push(task('three', block as Block));
  const whole: Play = { ...play, tasks: [block as Block], handlers: [task('handler', play)] };

  it('goes through blocks, and handlers last', () => {
    expect(
      [...walkTasks([whole])].map(({ section, task: { name } }) => `${section}: ${String(name)}`),
    ).toEqual(['tasks: one', 'tasks: two', 'tasks: three', 'handlers: handler']);
  });

  it('gives steps the tags of everything around them', () => {
    expect([...tagsOf(block.tasks[0]!)]).toEqual(['p', 'b', 't']);
  });

  it('lists what the tags select', () => {
    const [listed] = listPlays([whole], { only: ['t'], skip: [] });
    expect(listed!.tasks.map(({ title, tags }) => [title, tags])).toEqual([['one', ['b', 'p', 't']]]);
  });

  it('finds the task to start at, by name or wildcard', () => {
    expect(findStart([whole], 'th*')).toBe(block.always[0]);
    expect(findStart([whole], 'none')).toBeUndefined();
  });
});
