/** An inventory of 500 machines, as `groups` and `hostvars` show it. */
export function variables(): string {
  const names = Array.from(
    { length: 500 },
    (_, at) => `app${String(at + 1).padStart(3, '0')}.dc${(at % 3) + 1}.example.com`,
  );
  const hostvars = Object.fromEntries(names.map((name, at) => [name, host(name, at)]));
  return JSON.stringify({ ...SETTINGS, groups: { all: names, app: names, ungrouped: [] }, hostvars });
}

function host(name: string, at: number): Record<string, unknown> {
  const address = `10.${at % 3}.${Math.floor(at / 200)}.${(at % 200) + 10}`;
  return {
    inventory_hostname: name,
    ansible_host: `${name}.mgmt`,
    rack: `r${(at * 7) % 11}`,
    // What only some machines have set, as in host_vars.
    ansible_default_ipv4: { address, interface: 'eth0' },
    ...(at % 5 === 0 ? { http_port: 8000 + (at % 40) } : {}),
    ...(at % 4 === 1 ? { weight: 50 + (at % 50) } : {}),
    ...(at % 61 === 0
      ? { haproxy_extra: ['option httpchk GET /health', `http-check expect status ${200 + (at % 5)}`] }
      : {}),
  };
}

const SETTINGS = {
  ansible_managed: 'Managed by hand of nobody',
  haproxy_maxconn: '20000',
  haproxy_user: 'haproxy',
  haproxy_group: '',
  haproxy_chroot: '/var/lib/haproxy',
  haproxy_tune: { 'ssl.default-dh-param': 2048, bufsize: 32768, 'h2.max-concurrent-streams': 100 },
  haproxy_ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384'],
  haproxy_bind_options: ['no-tlsv11', 'no-sslv3'],
  haproxy_timeouts: {
    connect: '10s',
    client: '1m',
    server: '1m',
    'http-keep-alive': '10s',
    'http-request': '{{ haproxy_request_timeout }}',
  },
  haproxy_request_timeout: '{{ 5 * 2 }}s',
  haproxy_stats: {
    enabled: 'yes',
    port: 9000,
    users: [
      { name: 'admin', password: '' },
      { name: 'ops', password: 's3cret' },
    ],
  },
  haproxy_frontends: [
    {
      name: 'http',
      acls: [
        { name: 'is_static', test: 'path_beg /static', backend: 'pool_r0' },
        { name: 'local', test: 'src 10.0.0.0/8' },
        { name: 'is_api', test: 'hdr(host) -i api.example.com', backend: 'pool_r1' },
      ],
    },
    {
      name: 'https',
      bind: '*:443',
      ssl: { cert: '/etc/haproxy/certs/site.pem', alpn: ['h2', 'http/1.1'] },
      default: 'pool_r2',
    },
    { name: 'plain', bind: ':::8080 v4v6', ssl: { cert: '/etc/haproxy/other.pem' } },
  ],
  haproxy_default_backend: 'pool_r3',
  haproxy_backend_port: 8080,
  haproxy_balance: { r1: 'leastconn', r5: 'source' },
  haproxy_check: { rise: 2, fall: 3 },
  haproxy_cookies: true,
};
