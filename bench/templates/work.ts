/** What is rendered: every text with every scope. Made by counting, so that it is the same in every run. */
export interface Work {
  readonly name: string;
  readonly title: string;
  /** `file`: a template file's text; `value`: a text in YAML; `when`: a bare condition. */
  readonly kind: 'file' | 'value' | 'when';
  /** Timed in a process of its own, from the text to the first result. */
  readonly cold: boolean;
  readonly texts: readonly string[];
  readonly scopes: readonly Scope[];
  /** How often it is done in one measurement: short ones are done more often. */
  readonly times: number;
}

type Scope = Readonly<Record<string, unknown>>;

export function allWork(): Work[] {
  return [
    {
      name: 'lines',
      title: 'one file of 5,000 lines from a loop',
      kind: 'file',
      cold: false,
      texts: [LINES],
      scopes: [linesScope(5000)],
      times: 10,
    },
    {
      name: 'values',
      title: '100,000 small values: 2,000 texts, 50 scopes',
      kind: 'value',
      cold: false,
      texts: distinct(VALUES, 2000),
      scopes: counted(50, hostScope),
      times: 1,
    },
    {
      name: 'whens',
      title: '2,000 conditions for 100 hosts',
      kind: 'when',
      cold: false,
      texts: distinct(WHENS, 2000),
      scopes: counted(100, hostScope),
      times: 1,
    },
    {
      name: 'haproxy',
      title: 'a haproxy.cfg with 500 backends',
      kind: 'file',
      cold: false,
      texts: [HAPROXY],
      scopes: [haproxyScope(500)],
      times: 40,
    },
    {
      name: 'cold-file',
      title: 'cold: a template of 300 lines, once',
      kind: 'file',
      cold: true,
      texts: [longTemplate(300)],
      scopes: [hostScope(1)],
      times: 1,
    },
    {
      name: 'cold-values',
      title: 'cold: 500 small values, once each',
      kind: 'value',
      cold: true,
      texts: distinct(VALUES, 500),
      scopes: [hostScope(1)],
      times: 1,
    },
  ];
}

const LINES = `{% for host in hosts %}
host {{ host.name }} { hardware ethernet {{ host.mac | lower }}; fixed-address {{ host.address }}; }{% if host.tag is defined %} # {{ loop.index }}: {{ host.tag }}{% endif %}

{% endfor %}
`;

function linesScope(count: number): Scope {
  const hosts = counted(count, i => ({
    name: `node${i}`,
    mac: `52:54:00:AB:${hex(i >> 8)}:${hex(i)}`,
    address: `10.1.${i >> 8}.${i & 255}`,
    ...(i % 3 === 0 && { tag: `rack ${i % 40}` }),
  }));
  return { hosts };
}

const HAPROXY = `{# made for each load balancer #}
global
    log /dev/log local0
    maxconn {{ haproxy.maxconn | default(4096) }}
    user haproxy

defaults
    mode {{ haproxy.mode }}
    timeout connect {{ haproxy.timeouts.connect }}s
    timeout client {{ haproxy.timeouts.client }}s

frontend https
    bind *:443 ssl crt {{ haproxy.certificates | join(' crt ') }}
{% for backend in backends if backend.enabled %}
    acl is_{{ backend.name }} hdr(host) -i {{ backend.domains | join(' ') }}
    use_backend {{ backend.name }} if is_{{ backend.name }}
{% endfor %}

{% for backend in backends %}
{%   if backend.enabled %}
backend {{ backend.name }}
    balance {{ backend.balance | default('roundrobin') }}
{%     for server in backend.servers %}
    server {{ server.name }} {{ server.address }}:{{ backend.port }} check inter {{ haproxy.check_ms * 2 }}{{ ' backup' if not loop.first else '' }}
{%     endfor %}
{%     if backend.headers %}
{%       for name, value in backend.headers.items() %}
    http-request set-header {{ name }} "{{ value }}"
{%       endfor %}
{%     endif %}

{%   else %}
# {{ backend.name | upper }} is off
{%   endif %}
{% endfor %}
`;

function haproxyScope(count: number): Scope {
  const backends = counted(count, i => ({
    name: `app${i}`,
    enabled: i % 9 !== 8,
    domains: [`app${i}.example.com`, `www.app${i}.example.com`],
    port: 8000 + i,
    ...(i % 2 === 0 && { balance: 'leastconn' }),
    servers: counted(3, s => ({ name: `web${i}-${s}`, address: `10.2.${i & 255}.${s + 10}` })),
    headers: i % 4 === 0 ? { 'X-App': `app${i}`, 'X-Forwarded-Proto': 'https' } : {},
  }));
  const haproxy = {
    mode: 'http',
    timeouts: { connect: 5, client: 30 },
    certificates: ['/etc/ssl/a.pem', '/etc/ssl/b.pem'],
    check_ms: 1000,
  };
  return { backends, haproxy };
}

/** Each with `#` in place of a number that makes the text another one. */
const VALUES = [
  '{{ setting_# }}',
  '{{ app_name }}-#',
  '/etc/{{ app_name }}/{{ setting_# }}.conf',
  '{{ users[#].name }}',
  '{{ ansible_facts.distribution | lower }}-#',
  "{{ ansible_facts['default_ipv4']['address'] }}:#",
  "{{ missing_# | default('none') }}",
  '{{ number_# | int + # }}',
  "{{ 'present' if flag_# else 'absent' }}",
  "{{ groups['web'] | map('upper') | join(',') }}/#",
  '{{ packages | length }} of #',
  "{{ users | map(attribute='name') | join(' #') }}",
  "{{ users | selectattr('state', 'equalto', 'present') | map(attribute='uid') | list | length + # }}",
  '{{ path_# | basename }}',
  "{{ setting_# | regex_replace('e+', '_') }}",
  "{{ flag_# | ternary('on', 'off') }}",
  "{{ app_name ~ ':' ~ number_# }}",
  '{{ (ansible_facts.memtotal_mb * 3 // 4) + # }}M',
  '{% for host in groups.web %}{{ host }}{% if not loop.last %}, {% endif %}{% endfor %} #',
  "{{ setting_#.split('-')[1] | upper }}",
  '{{ vhost.server_name }} {{ vhost.listen }} {{ vhost.root }}/#',
  "{{ vhost['aliases'][0] }}#",
  '{{ packages[0:#] }}',
  "{{ setting_# | replace('-', '_') | title }}",
  '{{ {"name": app_name, "port": # } }}',
];

const WHENS = [
  "ansible_facts.os_family == 'Debian' and number_# > 3",
  "ansible_facts['distribution'] in ['Debian', 'Ubuntu'] and flag_#",
  'flag_# | bool',
  'setting_# is defined',
  'missing_# is not defined',
  "missing_# is defined and missing_# == 'yes'",
  "'web' in group_names and number_# != #",
  "inventory_hostname == groups['web'][#]",
  'registered.rc != 0 or number_# | int > #',
  "setting_# is match('^value')",
  'not flag_#',
  "users[#].state | default('present') == 'present'",
  '(packages | length) > #',
  "'error #' not in registered.stdout",
  'vhost.ssl | default(false) and number_# >= 10',
  'registered is defined and registered.changed and flag_#',
  "setting_# != '' and setting_# | length > #",
  'ansible_facts.memtotal_mb < # * 100',
];

/** So many texts, all different, from the patterns in turn. */
function distinct(patterns: readonly string[], count: number): string[] {
  return counted(count, i => {
    const pattern = patterns[i % patterns.length]!;
    return pattern.replaceAll('#', String(Math.floor(i / patterns.length)));
  });
}

const EACH = 120;

function hostScope(host: number): Scope {
  const scope: Record<string, unknown> = {
    inventory_hostname: `web${host}`,
    group_names: host % 2 === 0 ? ['all', 'web'] : ['all', 'db'],
    groups: { web: counted(EACH, i => `web${i}`), db: ['db1', 'db2'] },
    app_name: `shop${host}`,
    ansible_facts: {
      os_family: host % 3 === 0 ? 'RedHat' : 'Debian',
      distribution: host % 3 === 0 ? 'Rocky' : 'Debian',
      default_ipv4: { address: `10.0.0.${host}`, interface: 'eth0' },
      memtotal_mb: 2048 * (host + 1),
    },
    users: counted(EACH, i => ({
      name: `user${i}`,
      uid: 1000 + i,
      ...(i % 2 === 0 && { state: i % 4 === 0 ? 'present' : 'absent' }),
    })).map(user => ({ state: 'present', ...user })),
    packages: ['nginx', 'curl', 'rsync', `libfoo${host}`],
    registered: { rc: host % 2, changed: host % 5 === 0, stdout: `line\nerror ${host}\n` },
    vhost: {
      server_name: `host${host}.example.com`,
      listen: 443,
      root: '/srv/www',
      ssl: host % 2 === 0,
      aliases: [`www.host${host}.example.com`],
    },
  };
  for (let i = 0; i < EACH; i += 1) {
    scope[`setting_${i}`] = `value-${i}-of-${host}`;
    scope[`number_${i}`] = (i * 7 + host) % 50;
    scope[`flag_${i}`] = (i + host) % 3 === 0;
    scope[`path_${i}`] = `/srv/data/${host}/file${i}.txt`;
  }
  return scope;
}

/** A template as people write them, made of different lines. */
function longTemplate(lines: number): string {
  const pieces = VALUES.map(value => `option = ${value}\n`);
  const blocks = [
    '{% if flag_# %}\nenabled_# = yes\n{% else %}\nenabled_# = no\n{% endif %}\n',
    '# part #\n\n[section#]\nfixed = 1\n',
    '{% for user in users[0:3] %}\nallow_# = {{ user.name }}:{{ user.uid }}\n{% endfor %}\n',
    '{% set local_# = number_# + # %}\nlimit = {{ local_# }}\n',
  ];
  let text = '';
  let count = 0;
  for (let i = 0; count < lines; i += 1) {
    const source = i % 3 === 2 ? blocks : pieces;
    const piece = source[Math.floor(i / 2) % source.length]!.replaceAll('#', String(i % EACH));
    text += piece;
    count += piece.split('\n').length - 1;
  }
  return text;
}

function counted<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function hex(byte: number): string {
  return (byte & 255).toString(16).toUpperCase().padStart(2, '0');
}
