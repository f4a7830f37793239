import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseStat, processesToEnd } from '../../src/connection/end-process.ts';
import { hostText } from '../../src/connection/host-text.ts';
import {
  fingerprint,
  KnownHost,
  matchesHost,
  parseKnownHosts,
  recordKey,
} from '../../src/connection/known-hosts.ts';
import { RecordScanner } from '../../src/connection/record-scanner.ts';
import { parseSshArgs } from '../../src/connection/ssh-args.ts';
import { readSshConfig } from '../../src/connection/ssh-config.ts';
import { resolveTarget } from '../../src/connection/ssh-target.ts';
import { endpoint, temporaryFolder } from './sandbox.ts';
import { newKey } from './ssh-server.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('records in a stream', () => {
  const marker = Buffer.from('0123456789abcdef');
  function scan(chunks: readonly string[], frames = 1) {
    const scanner = new RecordScanner();
    const results = Array.from({ length: frames }, () => ({ data: '', records: [] as string[] }));
    for (const result of results) {
      scanner.expect({
        marker,
        data: chunk => {
          result.data += chunk.toString('latin1');
        },
        record: (kind, payload) => {
          result.records.push(kind + payload);
          return kind === 'e';
        },
      });
    }
    for (const chunk of chunks) scanner.push(Buffer.from(chunk, 'latin1'));
    scanner.end();
    return results;
  }

  it.each([
    ['data, then the end', ['abc0123456789abcdefe0;'], { data: 'abc', records: ['e0'] }],
    ['byte by byte', [...'abc0123456789abcdefe0;'], { data: 'abc', records: ['e0'] }],
    [
      'a record in the middle',
      ['a0123456789abcdefs7;b0123456789abcdefe0;'],
      { data: 'ab', records: ['s7', 'e0'] },
    ],
    [
      'beginnings of a marker are data',
      ['0120123450123456789abcde', '0123456789abcdefe0;'],
      { data: '0120123450123456789abcde', records: ['e0'] },
    ],
    ['a beginning at the very end is data', ['abc0123'], { data: 'abc0123', records: [] }],
    [
      'what comes after the end is dropped',
      ['a0123456789abcdefe0;late', 'later'],
      { data: 'a', records: ['e0'] },
    ],
  ])('%s', (_, chunks, expected) => {
    expect(scan(chunks)).toEqual([expected]);
  });

  it('several frames in one chunk', () => {
    const end = '0123456789abcdefe0;';
    expect(scan([`a${end}b${end}`], 2).map(frame => frame.data)).toEqual(['a', 'b']);
  });

  it('a record that never ends does not fill the memory', () => {
    const [frame] = scan(['0123456789abcdefp', ...Array<string>(100).fill('x'.repeat(1000))]);
    expect(frame!.records[0]!.length).toBeLessThan(2000);
  });
});

describe('which processes a time limit ends', () => {
  const line = (pid: number, parent: number, group: number, started: number, name = 'sh', state = 'S') =>
    `${pid} (${name}) ${state} ${parent} ${group} ${Array(16).fill(0).join(' ')} ${started} 0 0`;
  const root = parseStat(line(100, 50, 50, 1000))!;
  it.each([
    ['the command', [line(100, 50, 50, 1000)], [100]],
    [
      'its descendants',
      [line(100, 50, 50, 1000), line(101, 100, 50, 1000), line(102, 101, 102, 1001)],
      [100, 101, 102],
    ],
    ['orphans of its group that are younger', [line(103, 1, 50, 1002)], [103]],
    ['not orphans that are older, even within a tick', [line(90, 1, 50, 999), line(99, 1, 50, 1000)], []],
    ['not daemons in groups of their own', [line(103, 1, 103, 1002)], []],
    ['not another process that got its number', [line(100, 1, 7, 2000)], []],
    ['not the dead', [line(100, 50, 50, 1000, 'sh', 'Z')], []],
    ['names do not confuse it', [line(100, 50, 50, 1000, 'a) S 1 1 (b')], [100]],
    ['nor do lines that are none', ['garbage', '', '1 (init) S 0 1'], []],
  ])('%s', (_, lines, pids) => {
    expect(processesToEnd(lines.join('\n'), root)).toEqual(pids);
  });
});

describe('a host’s words in our messages', () => {
  it.each([
    ['colours', '\x1b[1;31mred\x1b[0m', 'red'],
    ['a title', '\x1b]0;owned\x07text', 'text'],
    ['a title without an end', '\x1b]0;owned', ''],
    ['lines', ' one\r\n\ttwo \n', 'one two'],
    ['control characters, also of the second kind', 'a\x00b\x07c\x9b31md\x7f', 'abc31md'],
    ['writing direction', 'a\u202eb', 'ab'],
    ['length', 'x'.repeat(9999), `${'x'.repeat(400)}…`],
  ])('%s', (_, text, clean) => {
    expect(hostText(text)).toBe(clean);
  });
});

describe('known_hosts', () => {
  const key = newKey();
  it.each([
    ['web1', 'web1', true],
    ['web1,10.0.0.1', '10.0.0.1', true],
    ['web*', 'web17', true],
    ['web?', 'web17', false],
    ['*,!web2', 'web1', true],
    ['*,!web2', 'web2', false],
    ['!web2', 'web1', false],
    ['WEB1', 'web1', true],
    ['web1', 'web1.example.com', false],
    ['[web1]:2222', '[web1]:2222', true],
    ['w.b1', 'web1', false],
    ['|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=', '192.168.1.61', true],
    ['|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=', '192.168.1.62', false],
    ['|1|broken', 'web1', false],
  ])('%s for %s: %s', (hosts, name, matches) => {
    expect(matchesHost(hosts, name)).toBe(matches);
  });

  it('lines that are none, or whose key is not what they say, are passed over', () => {
    const text = `# comment\n\nweb1\nweb1 ssh-ed25519\nweb1 ssh-rsa ${key.public.split(' ')[1]}\n@other web1 ${key.public}\nweb1 ${key.public} comment\n`;
    expect(parseKnownHosts(text, 'f').map(line => line.line)).toEqual([7]);
  });

  it('a new key is appended on a line of its own, and the file keeps its mode', () => {
    const path = join(folder.path, 'kept');
    writeFileSync(path, 'web0 ssh-ed25519 AAAA', { mode: 0o644 });
    recordKey(path, '[web1]:2222', key.bytes, false);
    expect(readFileSync(path, 'utf8')).toBe(`web0 ssh-ed25519 AAAA\n[web1]:2222 ${key.public.trim()}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  it('a new file is for its owner alone; a hashed name is found again', () => {
    const path = join(folder.path, 'fresh', 'known_hosts');
    recordKey(path, 'web1', key.bytes, true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^\|1\|/);
    expect(KnownHost.find('web1', 22, [path]).judge(key.bytes)).toEqual({ kind: 'known' });
  });

  it('fingerprints are written as ssh writes them', () => {
    expect(fingerprint(key.bytes)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});

describe('ssh arguments', () => {
  it.each([
    [
      '-o with equals, with a space, in one word',
      ['-o', 'Port=2222', '-o', 'User deploy', '-oConnectTimeout=5'],
      { port: 2222, user: 'deploy', connectTimeout: 5000 },
    ],
    ['keywords in any case; the first value counts', ['-o', 'port=1', '-o', 'PORT=2'], { port: 1 }],
    ['quotes', ['-o', 'UserKnownHostsFile="/a /b"'], { userKnownHostsFiles: ['/a', '/b'] }],
    [
      'letters',
      ['-p', '2222', '-lroot', '-i', '/a', '-i', '/b', '-J', 'jump'],
      { port: 2222, user: 'root', identityFiles: ['/a', '/b'], proxyJump: 'jump' },
    ],
    ['letters together', ['-Cq4p', '2222'], { addressFamily: 4, port: 2222 }],
    [
      'what changes nothing here',
      ['-o', 'ControlMaster=auto', '-o', 'ControlPersist=60s', '-o', 'LogLevel=ERROR', '-tt'],
      {},
    ],
    ['times', ['-o', 'ServerAliveInterval=1m30s'], { serverAliveInterval: 90_000 }],
    ['how strict', ['-o', 'StrictHostKeyChecking=ask'], { strictHostKeyChecking: 'yes' }],
    ['only the system’s ssh', ['-o', 'CertificateFile=/a'], { systemSsh: 'CertificateFile' }],
  ])('%s', (_, args, options) => {
    expect(parseSshArgs(args).options).toEqual({ identityFiles: [], ...options });
  });

  it.each([
    [['-o', 'StrictHostKeyCheking=no'], /unknown option -o StrictHostKeyCheking/],
    [['-Z'], /unknown option -Z/],
    [['-o'], /-o needs a value/],
    [['-o', 'Port'], /not of the form Key=Value/],
    [['-o', 'Port=x'], /-o Port: "x" is not a number/],
    [['-o', 'IdentitiesOnly=maybe'], /neither yes nor no/],
    [['host'], /unexpected "host"/],
  ])('%s is an error', (args, message) => {
    expect(() => parseSshArgs(args)).toThrow(message);
  });

  it('a misspelt keyword: the nearest one is named', () => {
    expect(() => parseSshArgs(['-o', 'ProxyJmp=x'])).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/proxyjump/) }),
    );
  });
});

describe('ssh configuration', () => {
  mkdirSync(join(folder.path, 'conf.d'));
  const file = join(folder.path, 'config');
  writeFileSync(join(folder.path, 'conf.d', 'a.conf'), 'Host inner\n  Port 2201\n');
  writeFileSync(
    file,
    `Include conf.d/*.conf
Host web1 web2
  HostName 10.0.0.%h.example
  IdentityFile ~/.ssh/web
  IdentityFile /keys/%r
  ProxyJump jump@bastion:2200
Host bastion
  HostName 192.0.2.1
  User overridden
  ProxyJump none
Host *
  User everyone
  SomethingNew yes
  GSSAPIAuthentication yes
`,
  );

  it.each([
    ['web1', { user: 'everyone', hostName: '10.0.0.%h.example', proxyJump: 'jump@bastion:2200' }],
    ['inner', { user: 'everyone', port: 2201 }],
    ['other', { user: 'everyone' }],
  ])('%s', async (host, options) => {
    expect(await readSshConfig(host, undefined, file)).toMatchObject(options);
  });

  it('unknown keywords are passed over, and what is offered by default asks for no other ssh', async () => {
    expect((await readSshConfig('other', undefined, file)).systemSsh).toBeUndefined();
  });

  it('a file that was named and is missing is an error', async () => {
    await expect(readSshConfig('web1', undefined, '/no/config')).rejects.toThrow(/cannot read/);
    expect(existsSync('/no/config')).toBe(false);
  });

  it('inventory before arguments before configuration; each jump host by its own', async () => {
    const sshArgs = ['-F', file, '-o', 'Port=2202', '-o', 'User=args', '-i', '/args/key'];
    const target = await resolveTarget(
      endpoint({ transport: 'ssh', address: 'web1', user: 'inventory', sshArgs }),
    );
    expect(target).toMatchObject({
      address: '10.0.0.web1.example',
      port: 2202,
      user: 'inventory',
      identityFiles: ['/args/key', expect.stringMatching(/^\/.*\.ssh\/web$/), '/keys/inventory'],
      jumps: [{ address: '192.0.2.1', port: 2200, user: 'jump', jumps: [] }],
    });
  });
});
