import { stateModule } from '../define.ts';
import { lookAtEdited, wantEdited } from '../edit-file.ts';
import { Failure } from '../failure.ts';
import { requiredIf, t } from '../parameters.ts';
import { namesHost, parseHostKey, withHostKey, withoutHostKey } from './lines.ts';

export const knownHosts = stateModule({
  names: ['known_hosts', 'ansible.builtin.known_hosts'],
  summary: 'Add or remove the keys by which ssh knows a host',
  parameters: {
    name: t.str({ required: true, aliases: ['host'], doc: 'The host; with a port, [example.org]:2222.' }),
    key: t.str({ doc: 'The line for known_hosts: names, type and key.' }),
    path: t.path({ default: '~/.ssh/known_hosts', doc: 'The file.' }),
    hash_host: t.bool({ default: false, doc: 'Keep the name as a hash.' }),
    state: t.choice(['present', 'absent'])({ default: 'present' }),
  },
  constraints: [requiredIf('state', 'present', ['key'])],

  probe: lookAtEdited,

  want(now, p) {
    const key = p.key === undefined ? undefined : parseHostKey(p.key.trim());
    if (key === null) {
      throw new Failure('key is not a line for known_hosts', {}, 'such as: example.org ssh-ed25519 AAAA…');
    }
    if (key && !namesHost(key.hosts, p.name)) {
      throw new Failure(`key is for ${key.hosts}, which does not name the host ${p.name}`);
    }
    const text = now.bytes?.toString('utf8') ?? '';
    const wanted =
      p.state === 'absent'
        ? withoutHostKey(text, p.name, key)
        : withHostKey(text, { host: p.name, key: key!, hashed: p.hash_host });
    const bytes = wanted === text ? undefined : Buffer.from(wanted);
    const outcome = { bytes, message: '' };
    const written = wantEdited(now, outcome, { unsafe_writes: false, backup: false });
    return {
      targets: bytes ? written.targets : [],
      result: { name: p.name, key: p.key ?? null, path: now.path, hash_host: p.hash_host, state: p.state },
    };
  },
});
