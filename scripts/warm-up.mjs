// Lets the program run once, over SSH to a server of our own in this process, so that V8 has compiled what a
// run needs and its work can be kept. It is a check run against this machine: nothing is changed.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';

const { Server, utils } = ssh2;

const PLAYBOOK = `
- hosts: all
  ignore_errors: true
  vars:
    people: [{name: ann, shell: /bin/sh}, {name: ben}]
    text: "{{ people | map(attribute='name') | join(', ') }}"
    secret: !vault |
      $ANSIBLE_VAULT;1.1;AES256
      38636561336532343736356235363930656437643630366331616533636666323465383134396331
      3331363762643436653164353835343637626565343765330a313361666437616632316331376465
      39656434323836653466613833366566643761613866656166326237373965353139633866623737
      6162623430363330610a316233366139316531346139353331323731336432306438343532356439
      6264
    secret_of_ours: !vault |
      $TSIBLE_VAULT;1;default
      -> argon2id 3 65536 6dImnL0wa9WlParf/ofTDg==
      WQUeaXAr4//sYv/jA+YqDgLgiLra8S59iz1s0jCaxZTPT6q4zY6hitAQSPzBugSOltR15Nai06d2KlVz
      XvhCtP3CzupsC8GD
      --- 4WOzHLhCs5hscXLKZkU8KQNjIqw9mg9bvHHbH2agApg=
      dXmGumH1hE1LFMRDuNtxvT/ktqgmRSSB1AuQz5yte3s1O+483wEEvoIdICkR0FOcFThGCmOiejxeWmXT
      +KoHYqC+CmIJFgxP
  tasks:
    - assert: { that: ["people | length == 2", "text is match('ann')", "secret == secret_of_ours == 'warm'"] }
    - group: { name: warm-up-group }
    - user: { name: "{{ item.name }}", shell: "{{ item.shell | default(omit) }}", groups: warm-up-group }
      loop: "{{ people }}"
    - authorized_key: { user: ann, key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBhYQ6/Vm1d9f2Jb6JrSjWbZz1nUuJPDcX7lIZ0R1AAA ann" }
    - copy: { content: "{% for p in people %}{{ p.name }}\\n{% endfor %}", dest: /tmp/warm-up, mode: "0600" }
      notify: told
    - template: { src: warm-up.j2, dest: /tmp/warm-up.conf, validate: "true %s" }
    - lineinfile: { path: /etc/hosts, regexp: ^127\\., line: 127.0.0.1 localhost }
    - file: { path: /tmp/warm-up.d, state: directory }
    - stat: { path: /etc/passwd }
      register: found
    - sudoers: { name: warm-up, user: ann, commands: /bin/true }
    - sysctl: { name: net.core.somaxconn, value: "4096" }
    - cron: { name: warm up, job: "true", hour: "3" }
    - apt: { name: sudo }
    - service: { name: cron, state: started, enabled: true }
    - iptables_raw: { name: warm-up, rules: "-A INPUT -p tcp --dport 22 -j ACCEPT" }
    - command: id -un
      when: found.stat.exists
    - block: [{ fail: {} }]
      rescue: [{ debug: { msg: "{{ ansible_facts.distribution | default('') }}" } }]
  handlers:
    - name: told
      debug: { var: text }
`;

/** Runs \`program\` with V8's work kept beside it. */
export async function warmUp(program) {
  const folder = await mkdtemp(join(tmpdir(), 'tsible-build-'));
  const [hostKey, key] = [newKey(), newKey()];
  const children = new Set();
  const server = new Server({ hostKeys: [hostKey.private] }, client =>
    client
      .on('authentication', attempt => {
        const ours = utils.parseKey(key.public).getPublicSSH();
        const known = attempt.method === 'publickey' && attempt.key.data.equals(ours);
        known ? attempt.accept() : attempt.reject(['publickey']);
      })
      .on('session', accept =>
        accept().on('exec', (acceptExec, _reject, { command }) => {
          const channel = acceptExec();
          const child = spawn('/bin/sh', ['-c', command]);
          children.add(child);
          channel.pipe(child.stdin);
          child.stdout.pipe(channel, { end: false });
          child.stderr.pipe(channel.stderr);
          child.on('close', status => {
            channel.exit(status ?? 1);
            channel.end();
          });
        }),
      )
      .on('error', () => {}),
  );
  await new Promise(listening => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await writeFile(join(folder, 'key'), key.private, { mode: 0o600 });
  await writeFile(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey.public}\n`);
  await writeFile(join(folder, 'play.yml'), PLAYBOOK);
  await writeFile(join(folder, 'password'), 'warm-up\n');
  await writeFile(join(folder, 'warm-up.j2'), '{% if people %}{{ text | upper }}{% endif %}\n');
  const options = `-F none -o UserKnownHostsFile=${join(folder, 'known_hosts')}`;
  await writeFile(
    join(folder, 'hosts'),
    `h ansible_host=127.0.0.1 ansible_port=${port} ansible_user=warm ansible_ssh_private_key_file=${join(folder, 'key')} ansible_ssh_common_args='${options}'\n`,
  );
  const words = ['play', '-i', join(folder, 'hosts'), '--vault-password-file', join(folder, 'password')];
  words.push(join(folder, 'play.yml'), '--check', '--diff');
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    env: { ...process.env, TSIBLE_KEEP_COMPILED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => output.push(chunk));
  await new Promise(ended => child.on('close', ended));
  server.close();
  for (const each of children) each.kill();
  await rm(folder, { recursive: true, force: true });
  return Buffer.concat(output).toString();
}

function newKey() {
  const pair = utils.generateKeyPairSync('ed25519');
  // One in a few hundred of the keys that ssh2 makes is one that it cannot read.
  return utils.parseKey(pair.private) instanceof Error ? newKey() : pair;
}
