import { normalNetwork } from './addresses.ts';
import type { Family } from './family.ts';
import { ruleWords } from './words.ts';

/**
 * One text for all ways to write the same rule (without its `-A CHAIN`): spellings, defaults, order of
 * options. Rules with the same form are the same; two forms may still mean the same rule where an extension
 * has defaults that are not known here.
 */
export function ruleForm(text: string, family: Family): string {
  const options = optionsOf(ruleWords(text)).map(spelt);
  const protocol = options.find(({ name }) => name === '-p')?.values[0];
  const tokens = new Set<string>();
  const matches = new Set<string>();
  for (const option of options) {
    for (const { name, values, negated } of valuesOf(option, family)) {
      if (name === '-m') matches.add(values[0]!);
      else
        tokens.add(`${negated ? '! ' : ''}${name} ${values.map(value => JSON.stringify(value)).join(' ')}`);
      const implied = impliedMatch(name, protocol);
      if (implied) matches.add(implied);
    }
  }
  const jump = options.find(({ name }) => name === '-j')?.values[0];
  if (jump === 'REJECT' && !options.some(({ name }) => name === '--reject-with')) {
    tokens.add(`--reject-with "${family === 'ipv4' ? 'icmp' : 'icmp6'}-port-unreachable"`);
  }
  return [...[...matches].sort().map(match => `-m ${match}`), ...[...tokens].sort()].join(' ');
}

interface Option {
  readonly name: string;
  readonly negated: boolean;
  readonly values: readonly string[];
}

/** Options with the words that follow them; a `!` may stand before the option or before its value. */
function optionsOf(words: readonly string[]): Option[] {
  const options: { name: string; negated: boolean; values: string[] }[] = [];
  let negated = false;
  for (const word of words) {
    const last = options.at(-1);
    if (word === '!') {
      negated = true;
    } else if (/^--?[A-Za-z]/.test(word)) {
      const [name, value] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word];
      options.push({ name: name!, negated, values: value === undefined ? [] : [value] });
      negated = false;
    } else if (last) {
      if (negated) last.negated = true;
      negated = false;
      last.values.push(word);
    }
  }
  return options;
}

const SPELLINGS: Readonly<Record<string, string>> = {
  '--protocol': '-p',
  '--proto': '-p',
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--jump': '-j',
  '--goto': '-g',
  '--match': '-m',
  '--fragment': '-f',
  '--destination-port': '--dport',
  '--source-port': '--sport',
  '--destination-ports': '--dports',
  '--source-ports': '--sports',
  '--to-port': '--to-ports',
  '--hashlimit': '--hashlimit-upto',
};

function spelt(option: Option): Option {
  return { ...option, name: SPELLINGS[option.name] ?? option.name };
}

/** What a match or target prints for an option; nothing for what it takes for granted. */
function valuesOf(option: Option, family: Family): Option[] {
  const { name, negated, values } = option;
  const [value = ''] = values;
  const as = (...changed: string[]): Option[] => [{ name, negated, values: changed }];
  switch (name) {
    case '-p': {
      const protocol = PROTOCOLS[value] ?? value.toLowerCase();
      return protocol === 'all' ? [] : as(protocol);
    }
    case '-s':
    case '-d': {
      const network = normalNetwork(value, family);
      return network === undefined ? [] : as(network);
    }
    case '--dport':
    case '--sport':
      return as(portRange(value));
    case '--dports':
    case '--sports':
    case '--ports':
      return as(value.split(',').map(portRange).join(','));
    case '--state':
    case '--ctstate':
      return as(value.toUpperCase().split(',').sort().join(','));
    case '--syn':
      return [{ name: '--tcp-flags', negated, values: [flags('FIN,SYN,RST,ACK'), flags('SYN')] }];
    case '--tcp-flags':
      return as(...values.map(flags));
    case '--limit':
    case '--hashlimit-upto':
    case '--hashlimit-above':
      return as(rate(value));
    case '--limit-burst':
      return value === '5' ? [] : as(value);
    case '--log-level': {
      const level = LOG_LEVELS[value] ?? value;
      return level === '4' ? [] : as(level);
    }
    case '--icmp-type':
      return value === 'any' ? [] : as(ICMP_TYPES[value] ?? value);
    case '--icmpv6-type':
      return as(ICMPV6_TYPES[value] ?? value);
    case '--set-mark':
      return [{ name: '--set-xmark', negated, values: [marked(value)] }];
    case '--set-xmark':
      return as(marked(value));
    case '--mark':
      return as(
        value
          .split('/')
          .map(hexadecimal)
          .join('/')
          .replace(/\/0xffffffff$/, ''),
      );
    default:
      return [option];
  }
}

function impliedMatch(option: string, protocol: string | undefined): string | undefined {
  const known = PROTOCOLS[protocol ?? ''] ?? protocol;
  switch (option) {
    case '--dport':
    case '--sport':
      return known;
    case '--tcp-flags':
    case '--syn':
    case '--tcp-option':
      return 'tcp';
    case '--icmp-type':
      return 'icmp';
    case '--icmpv6-type':
      return 'icmp6';
    default:
      return undefined;
  }
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  '0': 'all',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '47': 'gre',
  '50': 'esp',
  '51': 'ah',
  '58': 'ipv6-icmp',
  '112': 'vrrp',
  '132': 'sctp',
  '136': 'udplite',
  icmpv6: 'ipv6-icmp',
};

function portRange(text: string): string {
  return text
    .split(':')
    .map(port => SERVICES[port] ?? port)
    .join(':');
}

/** The services that rules name; others are told apart by the host itself. */
const SERVICES: Readonly<Record<string, string>> = {
  ftp: '21',
  ssh: '22',
  telnet: '23',
  smtp: '25',
  domain: '53',
  bootps: '67',
  bootpc: '68',
  tftp: '69',
  http: '80',
  pop3: '110',
  sunrpc: '111',
  ntp: '123',
  imap2: '143',
  snmp: '161',
  ldap: '389',
  https: '443',
  submission: '587',
  ldaps: '636',
  imaps: '993',
  pop3s: '995',
  nfs: '2049',
  mysql: '3306',
  postgresql: '5432',
};

const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

function flags(text: string): string {
  const named = text.toUpperCase().split(',');
  return named.includes('ALL')
    ? TCP_FLAGS.join(',')
    : TCP_FLAGS.filter(flag => named.includes(flag)).join(',') || 'NONE';
}

/** Packets in a time, as the kernel keeps it: the time for one of them. */
function rate(text: string): string {
  const [, count, unit] = /^(\d+)(?:\/(s|sec|second|m|min|minute|h|hour|d|day)s?)?$/.exec(text) ?? [];
  if (count === undefined) return text;
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[(unit ?? 's')[0] as 's' | 'm' | 'h' | 'd'];
  return String(Math.floor((seconds * 10_000) / Number(count)));
}

function marked(text: string): string {
  const [value = '', mask = '0xffffffff'] = text.split('/');
  return `${hexadecimal(value)}/${hexadecimal(mask)}`;
}

function hexadecimal(text: string): string {
  const value = Number(text);
  return Number.isInteger(value) ? `0x${value.toString(16)}` : text;
}

const LOG_LEVELS: Readonly<Record<string, string>> = {
  emerg: '0',
  panic: '0',
  alert: '1',
  crit: '2',
  err: '3',
  error: '3',
  warning: '4',
  warn: '4',
  notice: '5',
  info: '6',
  debug: '7',
};

const ICMP_TYPES: Readonly<Record<string, string>> = {
  'echo-reply': '0',
  pong: '0',
  'destination-unreachable': '3',
  'network-unreachable': '3/0',
  'host-unreachable': '3/1',
  'protocol-unreachable': '3/2',
  'port-unreachable': '3/3',
  'fragmentation-needed': '3/4',
  'source-quench': '4',
  redirect: '5',
  'echo-request': '8',
  ping: '8',
  'router-advertisement': '9',
  'router-solicitation': '10',
  'time-exceeded': '11',
  'ttl-exceeded': '11',
  'parameter-problem': '12',
  'timestamp-request': '13',
  'timestamp-reply': '14',
  'address-mask-request': '17',
  'address-mask-reply': '18',
};

const ICMPV6_TYPES: Readonly<Record<string, string>> = {
  'destination-unreachable': '1',
  'packet-too-big': '2',
  'time-exceeded': '3',
  'ttl-exceeded': '3',
  'parameter-problem': '4',
  'echo-request': '128',
  ping: '128',
  'echo-reply': '129',
  pong: '129',
  'router-solicitation': '133',
  'router-advertisement': '134',
  'neighbor-solicitation': '135',
  'neighbour-solicitation': '135',
  'neighbor-advertisement': '136',
  'neighbour-advertisement': '136',
  redirect: '137',
};
