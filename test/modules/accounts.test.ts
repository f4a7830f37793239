import { describe, expect, it } from 'vitest';
import { parseGroupLine, parseTables, parseUserLine } from '../../src/modules/kinds/account-files.ts';
import { nextGid, nextId, nextUid } from '../../src/modules/kinds/account-ids.ts';

const LINES = [
  'tool useradd',
  '/etc/passwd:root:x:0:0:root:/root:/bin/bash',
  '/etc/passwd:web:x:1003:1003:Web, the server:/srv/web:/bin/sh',
  '/etc/passwd:+@nis::::::',
  '/etc/passwd:broken line',
  '/etc/group:root:x:0:',
  '/etc/group:web:x:1003:',
  '/etc/group:ops:x:1500:web,root',
  '/etc/group:daemon:x:998:',
  '/etc/shadow:web:$6$a$b:19000:1:90:7:5:21915:',
  '/etc/shadow:root:*:19000::::::',
  '/etc/login.defs:UID_MIN\t\t 1000 # the least',
  '/etc/login.defs:#UID_MAX 9',
  '/etc/login.defs:USERGROUPS_ENAB yes',
  '/etc/default/useradd:SHELL=/bin/bash',
  '/etc/nsswitch.conf:passwd:         files systemd [!UNAVAIL=return] sss',
  '/etc/nsswitch.conf:group: files systemd',
];

describe('account tables', () => {
  const tables = parseTables(LINES)!;

  it('are read from lines that say which file they are from', () => {
    expect(tables.user('web')).toEqual({
      name: 'web',
      uid: 1003,
      gid: 1003,
      comment: 'Web, the server',
      home: '/srv/web',
      shell: '/bin/sh',
      shadow: { password: '$6$a$b', minimum: 1, maximum: 90, warn: 7, inactive: 5, expires: 21915 },
    });
    expect(tables.groupsOf('web')).toEqual(['ops']);
    expect([...tables.users].map(user => user.name)).toEqual(['root', 'web']);
    expect(tables.settings.uid).toEqual({ from: 1000, to: 60000 });
    expect(tables.settings.userSources).toEqual(['systemd', 'sss']);
    expect(tables.settings.groupSources).toEqual(['systemd']);
  });

  it('stay as they were when a change makes new ones', () => {
    const after = tables.withoutUser('web');
    expect(after.user('web')).toBeNull();
    expect(after.group('ops')?.members).toEqual(['root']);
    expect(tables.group('ops')?.members).toEqual(['web', 'root']);
    expect(after.removedUsers.has('web')).toBe(true);
  });

  it('say the next number, unless a directory service may know better', () => {
    expect(nextUid(tables, false)).toBeUndefined();
    expect(nextGid(tables, false)).toBe(1501);
    expect(nextGid(tables, true)).toBe(997);
    expect(nextGid(tables, false, 1200)).toBe(1200);
    expect(nextGid(tables, false, 1500)).toBe(1501);
    const unsettled = tables.withGroup({ name: 'later', gid: undefined, members: [] });
    expect(nextGid(unsettled, false)).toBeUndefined();
  });

  it('are none without any user', () => {
    expect(parseTables(['tool useradd', ''])).toBeNull();
  });
});

describe('next number', () => {
  const range = { from: 10, to: 14 };
  it.each([
    ['the first of an empty range', [], false, 10],
    ['above the highest', [10, 12], false, 13],
    ['a gap when the end is taken', [10, 14], false, 11],
    ['none when all are taken', [10, 11, 12, 13, 14], false, undefined],
    ['what is outside does not count', [3, 99], false, 10],
    ['downward from the top', [], true, 14],
    ['below the lowest', [14, 13], true, 12],
    ['a gap from the top', [10, 13], true, 14],
  ])('%s', (_title, taken, downward, expected) => {
    expect(nextId(new Set(taken), range, downward)).toBe(expected);
  });
});

describe('lines that are no accounts', () => {
  it.each(['', '#x', 'a:b', '+::::::', 'name:x:12x:0:::', ':x:1:1:::', 'a:x:99999999999:1:::'])(
    '%j',
    line => {
      expect(parseUserLine(line)).toBeNull();
    },
  );
  it.each(['', 'a:x:1', '+:::', 'g:x::'])('%j', line => {
    expect(parseGroupLine(line)).toBeNull();
  });
});
