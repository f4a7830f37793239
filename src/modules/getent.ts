import { sh } from '../core/shell.ts';
import { fromJson } from '../core/value.ts';
import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { t } from './parameters.ts';

/** Entries of the host's databases (passwd, group, hosts, …) as facts. */
export const getent = stateModule({
  names: ['getent', 'ansible.builtin.getent'],
  summary: "Look into the host's databases of users, groups, hosts and services",
  readOnly: true,
  factsFrom: 'ansible_facts',
  parameters: {
    database: t.str({ required: true, doc: 'passwd, group, hosts, services, …' }),
    key: t.str({ doc: 'The one entry that is wanted; all of them if not given.' }),
    service: t.str({ doc: 'Where to look instead of what nsswitch.conf says.' }),
    split: t.str({ doc: 'What divides the fields; a colon or blanks, by the database.' }),
    fail_key: t.bool({ default: true, doc: 'A key that is not there is an error.' }),
  },
  async probe(host, { database, key, service }) {
    const options = service === undefined ? [] : ['-s', service];
    const { status, stdout, stderr } = await host.ask(
      sh`getent ${options} ${database} ${key === undefined ? [] : [key]}`,
    );
    return { status, text: stdout.toString('utf8'), said: stderr.toString('utf8').trim() };
  },
  want({ status, text, said }, { database, key, split, fail_key }) {
    const found = new Map<string, readonly string[] | null>();
    const divider = split ?? (COLON.has(database) ? ':' : /\s+/);
    for (const line of text.split('\n').filter(each => each !== '')) {
      const [name = '', ...fields] = line.split(divider);
      // One name may have several lines (an address in `ahosts`): later fields join the earlier.
      const before = found.get(name);
      found.set(name, before ? [...before, ...fields] : fields);
    }
    if (status === 2) {
      if (fail_key) throw new Failure('One or more supplied key could not be found in the database.');
      if (key !== undefined) found.set(key, null);
    } else if (status === 3) {
      throw new Failure('Enumeration not supported on this database.', {}, 'give a key');
    } else if (status === 1) {
      throw new Failure('Missing arguments, or database unknown.', {}, `is there a database "${database}"?`);
    } else if (status !== 0) {
      throw new Failure(
        status === 127 ? 'there is no getent on the host' : said || `getent ended with ${status}`,
      );
    }
    return { targets: [], result: { ansible_facts: fromJson({ [`getent_${database}`]: found }) } };
  },
});

const COLON = new Set(['passwd', 'shadow', 'group', 'gshadow']);
