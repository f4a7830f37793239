import { describe, expect, it } from 'vitest';
import { ruleForm } from '../../../src/modules/netfilter/rule-form.ts';
import { ruleText, ruleWords } from '../../../src/modules/netfilter/words.ts';

/** As written, and as iptables-save prints it (nft and legacy alike). */
const SAME: readonly (readonly [written: string, printed: string])[] = [
  ['-p tcp --dport ssh -j ACCEPT', '-p tcp -m tcp --dport 22 -j ACCEPT'],
  ['--protocol 6 --destination-port 80:90 --jump DROP', '-p tcp -m tcp --dport 80:90 -j DROP'],
  ['-m state --state ESTABLISHED,NEW -j ACCEPT', '-m state --state NEW,ESTABLISHED -j ACCEPT'],
  ['-s 10.1.2.3/255.255.0.0 -j DROP', '-s 10.1.0.0/16 -j DROP'],
  ['-s 10.1.2.3 -d 0.0.0.0/0 -j DROP', '-s 10.1.2.3/32 -j DROP'],
  ['-s ! 10.1.2.3 -j DROP', '! -s 10.1.2.3/32 -j DROP'],
  ['-p tcp --syn', '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN'],
  ['-p tcp --tcp-flags ALL NONE', '-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE'],
  ['-m limit --limit 120/minute --limit-burst 5', '-m limit --limit 2/sec'],
  ['-j LOG --log-prefix "x y" --log-level warning', '-j LOG --log-prefix "x y"'],
  ['-j REJECT', '-j REJECT --reject-with icmp-port-unreachable'],
  ['-p icmp --icmp-type echo-request', '-p icmp -m icmp --icmp-type 8'],
  ['-m mark --mark 1 -j MARK --set-mark 2', '-m mark --mark 0x1 -j MARK --set-xmark 0x2/0xffffffff'],
  [`-m comment --comment "it's \\"q\\""`, `-m comment --comment "it\\'s \\"q\\""`],
];

const DIFFERENT: readonly (readonly [string, string])[] = [
  ['-p tcp --dport 22', '-p tcp --sport 22'],
  ['-p tcp --dport 22', '! -p tcp --dport 22'],
  ['-s 10.0.0.1', '! -s 10.0.0.1'],
  ['-s 10.0.0.1', '-s 10.0.0.2'],
  ['-j REJECT', '-j REJECT --reject-with tcp-reset'],
  ['-p tcp', '-p udp'],
  ['-m comment --comment a', '-m comment --comment A'],
  ['-m limit --limit 1/min', '-m limit --limit 1/hour'],
];

describe('the form of a rule', () => {
  it.each(SAME)('%s is %s', (written, printed) => {
    expect(ruleForm(written, 'ipv4')).toBe(ruleForm(printed, 'ipv4'));
  });

  it.each(DIFFERENT)('%s is not %s', (one, other) => {
    expect(ruleForm(one, 'ipv4')).not.toBe(ruleForm(other, 'ipv4'));
  });

  it('knows IPv6 in every spelling', () => {
    expect(ruleForm('-s fd00:0:0::1/64 -p icmpv6 --icmpv6-type echo-request', 'ipv6')).toBe(
      ruleForm('-s fd00::/64 -p ipv6-icmp -m icmp6 --icmpv6-type 128', 'ipv6'),
    );
  });
});

describe('the words of a rule', () => {
  it.each(['a b', 'it\'s "q" \\ x', '', '$HOME `x`', 'ä'])('%j comes back from its text', word => {
    expect(ruleWords(ruleText(['--comment', word]))).toEqual(['--comment', word]);
  });
});
