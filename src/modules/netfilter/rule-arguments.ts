import type { Value } from '../../core/value.ts';
import { isDict, isList } from '../../core/value.ts';
import { each, t } from '../parameters.ts';

/** The parameters of `iptables` that make up a rule. */
export const ruleParameters = {
  protocol: t.str({ doc: 'tcp, udp, icmp, a number, …; "!" in front means all others.' }),
  source: t.str({ doc: 'Address, network or name.' }),
  destination: t.str({ doc: 'Address, network or name.' }),
  match: t.list(each.str)({ default: [], doc: 'Extensions to load.' }),
  tcp_flags: t.dict({ doc: 'flags: those to look at, flags_set: those that must be set.' }),
  jump: t.str({ doc: 'The target.' }),
  goto: t.str({ doc: 'A chain to go on in.' }),
  gateway: t.str({ doc: 'Where TEE sends the copy.' }),
  log_prefix: t.str({ doc: 'Text in front of what LOG writes.' }),
  log_level: t.choice([
    ...(['0', '1', '2', '3', '4', '5', '6', '7'] as const),
    ...(['emerg', 'alert', 'crit', 'error', 'warning', 'notice', 'info', 'debug'] as const),
  ])({ doc: 'Level of what LOG writes.' }),
  to_destination: t.str({ doc: 'Address for DNAT.' }),
  to_source: t.str({ doc: 'Address for SNAT.' }),
  to_ports: t.str({ doc: 'Port or range for REDIRECT and the like.' }),
  in_interface: t.str({ doc: 'Interface it came in by; + at the end stands for anything.' }),
  out_interface: t.str({ doc: 'Interface it leaves by.' }),
  fragment: t.str({ doc: 'Further fragments of fragmented packets.' }),
  set_counters: t.str({ doc: 'Packets and bytes to begin counting from.' }),
  source_port: t.str({ doc: 'Port or range first:last.' }),
  destination_port: t.str({ doc: 'Port or range first:last.' }),
  destination_ports: t.list(each.str)({ default: [], doc: 'Several ports or ranges.' }),
  set_dscp_mark: t.str({ doc: 'DSCP value to set.' }),
  set_dscp_mark_class: t.str({ doc: 'DSCP class to set.' }),
  ctstate: t.list(each.str)({ default: [], doc: 'States of the connection.' }),
  src_range: t.str({ doc: 'Addresses first-last.' }),
  dst_range: t.str({ doc: 'Addresses first-last.' }),
  match_set: t.str({ doc: 'An ipset.' }),
  match_set_flags: t.choice(['src', 'dst', 'src,dst', 'dst,src', 'dst,dst', 'src,src'])({
    doc: 'What is looked up in it.',
  }),
  limit: t.str({ doc: 'Rate such as 3/hour.' }),
  limit_burst: t.str({ doc: 'How many are let through before the limit holds.' }),
  uid_owner: t.str({ doc: 'User whose process sent it.' }),
  gid_owner: t.str({ doc: 'Group whose process sent it.' }),
  reject_with: t.str({ doc: 'The answer that REJECT gives.' }),
  icmp_type: t.str({ doc: 'ICMP type.' }),
  syn: t.choice(['ignore', 'match', 'negate'])({
    default: 'ignore',
    doc: 'Packets that begin a connection.',
  }),
  comment: t.str({ doc: 'A comment of the rule.' }),
};

type Text = string | undefined;
export interface RuleArguments {
  readonly protocol: Text;
  readonly source: Text;
  readonly destination: Text;
  readonly match: readonly string[];
  readonly tcp_flags: ReadonlyMap<string, Value> | undefined;
  readonly jump: Text;
  readonly goto: Text;
  readonly gateway: Text;
  readonly log_prefix: Text;
  readonly log_level: Text;
  readonly to_destination: Text;
  readonly to_source: Text;
  readonly to_ports: Text;
  readonly in_interface: Text;
  readonly out_interface: Text;
  readonly fragment: Text;
  readonly set_counters: Text;
  readonly source_port: Text;
  readonly destination_port: Text;
  readonly destination_ports: readonly string[];
  readonly set_dscp_mark: Text;
  readonly set_dscp_mark_class: Text;
  readonly ctstate: readonly string[];
  readonly src_range: Text;
  readonly dst_range: Text;
  readonly match_set: Text;
  readonly match_set_flags: Text;
  readonly limit: Text;
  readonly limit_burst: Text;
  readonly uid_owner: Text;
  readonly gid_owner: Text;
  readonly reject_with: Text;
  readonly icmp_type: Text;
  readonly syn: 'ignore' | 'match' | 'negate';
  readonly comment: Text;
}

/** The words of a rule, in the order in which iptables' own users write them. */
export function ruleWordsOf(p: RuleArguments, family: 'ipv4' | 'ipv6'): string[] {
  const jump = p.jump ?? impliedJump(p);
  const icmp = family === 'ipv4' ? '--icmp-type' : '--icmpv6-type';
  const states = p.ctstate.join(',');
  return [
    ...option('-p', p.protocol),
    ...option('-s', p.source),
    ...option('-d', p.destination),
    ...p.match.flatMap(name => option('-m', name)),
    ...tcpFlags(p.tcp_flags),
    ...option('-j', jump),
    ...(jump?.toLowerCase() === 'tee' ? option('--gateway', p.gateway) : []),
    ...option('--log-prefix', p.log_prefix),
    ...option('--log-level', p.log_level),
    ...option('--to-destination', p.to_destination),
    ...option('--to-source', p.to_source),
    ...option('-g', p.goto),
    ...option('-i', p.in_interface),
    ...option('-o', p.out_interface),
    ...(p.fragment === undefined ? [] : p.fragment.startsWith('!') ? ['!', '-f'] : ['-f']),
    ...(p.set_counters === undefined ? [] : ['-c', ...p.set_counters.split(/[\s,]+/)]),
    ...option('--source-port', p.source_port),
    ...option('--destination-port', p.destination_port),
    ...(p.destination_ports.length > 0 ? ['-m', 'multiport', '--dports', p.destination_ports.join(',')] : []),
    ...option('--to-ports', p.to_ports),
    ...option('--set-dscp', p.set_dscp_mark),
    ...option('--set-dscp-class', p.set_dscp_mark_class),
    ...(p.syn === 'match' ? ['--syn'] : p.syn === 'negate' ? ['!', '--syn'] : []),
    ...(states === ''
      ? []
      : p.match.includes('conntrack')
        ? ['--ctstate', states]
        : p.match.includes('state')
          ? ['--state', states]
          : ['-m', 'conntrack', '--ctstate', states]),
    ...loaded('iprange', p.match, p.src_range ?? p.dst_range),
    ...option('--src-range', p.src_range),
    ...option('--dst-range', p.dst_range),
    ...loaded('set', p.match, p.match_set),
    ...(p.match_set === undefined
      ? []
      : [...option('--match-set', p.match_set), ...(p.match_set_flags ? [p.match_set_flags] : [])]),
    ...loaded('limit', p.match, p.limit ?? p.limit_burst),
    ...option('--limit', p.limit),
    ...option('--limit-burst', p.limit_burst),
    ...loaded('owner', p.match, p.uid_owner ?? p.gid_owner),
    ...option('--uid-owner', p.uid_owner),
    ...option('--gid-owner', p.gid_owner),
    ...option('--reject-with', p.reject_with),
    ...option(icmp, p.icmp_type),
    ...(p.comment === undefined ? [] : ['-m', 'comment', '--comment', p.comment]),
  ];
}

/** The target whose option was given without it; its name has to come before the option. */
function impliedJump(p: RuleArguments): string | undefined {
  if (p.log_prefix !== undefined || p.log_level !== undefined) return 'LOG';
  if (p.reject_with !== undefined) return 'REJECT';
  return (p.set_dscp_mark ?? p.set_dscp_mark_class) === undefined ? undefined : 'DSCP';
}

/** `!` in front of a value negates the option. */
function option(flag: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return value.startsWith('!') ? ['!', flag, value.slice(1).trim()] : [flag, value];
}

function loaded(extension: string, already: readonly string[], value: string | undefined): string[] {
  return value === undefined || already.includes(extension) ? [] : ['-m', extension];
}

function tcpFlags(given: ReadonlyMap<string, Value> | undefined): string[] {
  const flags = names(given?.get('flags'));
  const set = names(given?.get('flags_set'));
  return flags === '' || set === '' ? [] : ['--tcp-flags', flags, set];
}

function names(value: Value | undefined): string {
  if (value === undefined || value === null || isDict(value)) return '';
  return isList(value) ? (value as readonly Value[]).map(String).join(',') : String(value);
}
