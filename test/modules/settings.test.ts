import { describe, expect, it } from 'vitest';
import { normalised, settingPath } from '../../src/modules/kinds/kernel-setting.ts';
import { hasInstallSection, parseShow } from '../../src/modules/kinds/unit-output.ts';
import {
  hashHost,
  namesHost,
  parseHostKey,
  withHostKey,
  withoutHostKey,
} from '../../src/modules/known-hosts/lines.ts';
import { valueInFile, withSetting } from '../../src/modules/sysctl/file.ts';

describe('kernel settings', () => {
  it.each([
    ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
    ['net/ipv4/ip_forward', 'net/ipv4/ip_forward'],
    ['net/ipv4/conf/eth0.1/forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
    ['net.ipv4.conf.eth0/1.forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
  ])('%s is at %s', (name, path) => expect(settingPath(name)).toBe(path));

  it.each(['', '/etc/passwd', '../../etc/passwd', 'a//b', 'net/../../x', '..', 'a\nb'])(
    '%j is none',
    name => {
      expect(() => settingPath(name)).toThrow();
    },
  );

  it('are equal whatever space is in them', () =>
    expect(normalised(' 4096\t87380  6291456\n')).toBe('4096 87380 6291456'));

  const text = '# a comment\n-vm.swappiness = 10\nnet.ipv4.ip_forward=0\nvm/swappiness=20\n';
  it('in a file: the last one counts', () => {
    expect(valueInFile(text, 'vm/swappiness')).toBe('20');
    expect(valueInFile(text, 'vm/none')).toBeUndefined();
  });
  it('in a file: set where it first stood, and there only', () => {
    expect(withSetting(text, 'vm.swappiness', '5')).toBe(
      '# a comment\nvm.swappiness=5\nnet.ipv4.ip_forward=0\n',
    );
    expect(withSetting(text, 'vm.swappiness', null)).toBe('# a comment\nnet.ipv4.ip_forward=0\n');
    expect(withSetting('a=1', 'b', '2')).toBe('a=1\nb=2\n');
    expect(withSetting('a=1\n', 'a', null)).toBe('');
  });
});

describe('what systemctl shows', () => {
  it('is read in blocks, with values of several lines', () => {
    const text =
      'Id=a.service\nExecStart={ path=/bin/sh ; argv[]=sh -c one\n\nId=fake\n ; }\nActiveState=active\n\nId=b.service\nDescription=x = y\n';
    const blocks = parseShow(text);
    expect(blocks.length).toBe(2);
    expect(blocks[0]!.get('ActiveState')).toBe('active');
    expect(blocks[0]!.get('Id')).toBe('a.service');
    expect(blocks[1]!.get('Description')).toBe('x = y');
  });
  it.each([
    ['[Unit]\n[Install]\nWantedBy=multi-user.target\n', true],
    ['[Unit]\nWantedBy=x\n', false],
    ['[Install]\n#WantedBy=x\n', false],
    ['', false],
  ])('installable: %j', (text, expected) => expect(hasInstallSection(text)).toBe(expected));
});

describe('known hosts', () => {
  const key = parseHostKey('[a.example]:2222 ssh-ed25519 AAAA comment here')!;
  it('are read', () => {
    expect(key).toEqual({
      marker: '',
      hosts: '[a.example]:2222',
      type: 'ssh-ed25519',
      key: 'AAAA',
      comment: 'comment here',
    });
    expect(parseHostKey('# x ssh-rsa AAAA')).toBeNull();
    expect(parseHostKey('@revoked * ssh-rsa AAAA')?.marker).toBe('@revoked');
  });
  it('are named in lists and as hashes', () => {
    expect(namesHost('a,B.example', 'b.example')).toBe(true);
    expect(namesHost(hashHost('a', 'k'), 'a')).toBe(true);
    expect(namesHost(hashHost('a', 'k'), 'b')).toBe(false);
  });
  it('are replaced by type', () => {
    const plain = parseHostKey('h ssh-ed25519 NEW')!;
    const text = 'h ssh-ed25519 OLD\nh ssh-rsa RSA\n';
    const wish = { host: 'h', key: { ...plain, key: 'NEW1' }, hashed: false };
    const after = withHostKey(text, wish);
    expect(after).toBe('h ssh-rsa RSA\nh ssh-ed25519 NEW1\n');
    expect(withHostKey(after, wish)).toBe(after);
    expect(withoutHostKey(after, 'h', undefined)).toBe('');
    expect(withoutHostKey(after, 'h', wish.key)).toBe('h ssh-rsa RSA\n');
    expect(withoutHostKey(after, 'other', undefined)).toBe(after);
  });
});
