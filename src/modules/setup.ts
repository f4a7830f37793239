import { type Dict, fromJson } from '../core/value.ts';
import { stateModule } from './define.ts';
import { facts } from './facts/gather.ts';
import { each, t } from './parameters.ts';

/** Finds out what there is to know about a host, with one script and nothing but its own small tools. */
export const setup = stateModule({
  names: ['setup', 'ansible.builtin.setup', 'gather_facts', 'ansible.builtin.gather_facts'],
  summary: 'Gather facts about a host',
  parameters: {
    gather_subset: t.list(each.str)({
      default: ['all'],
      doc: 'Which facts: all, min, hardware, network, virtual or single groups; with ! in front, which not.',
    }),
    filter: t.list(each.str)({ default: [], doc: 'Patterns of the names that are wanted.' }),
    fact_path: t.path({ default: '/etc/ansible/facts.d', doc: "Folder of the host's own facts (*.fact)." }),
    gather_timeout: t.int({ default: 10, doc: 'Seconds for one file system that may not answer.' }),
    parallel: t.bool({ doc: 'Accepted: everything is gathered at once anyway.' }),
  },
  readOnly: true,
  factsFrom: 'ansible_facts',
  probe: (host, p) =>
    host.look(facts, { subset: p.gather_subset, path: p.fact_path, timeout: p.gather_timeout }),
  want: (all, { filter, gather_subset }) => ({
    targets: [],
    result: { ansible_facts: published(all, filter, gather_subset) },
  }),
});

/** The facts under the names by which playbooks know them. */
function published(all: Dict, filter: readonly string[], subset: readonly string[]): Dict {
  const patterns = filter
    .filter(pattern => pattern !== '' && pattern !== '*')
    .map(pattern => nameMatcher(/^(ansible|facter|ohai)_/.test(pattern) ? pattern : `ansible_${pattern}`));
  const named = [...all].map(([name, value]) => [`ansible_${String(name)}`, value] as const);
  const kept =
    patterns.length === 0 ? named : named.filter(([name]) => patterns.some(matches => matches.test(name)));
  return new Map([...kept, ['gather_subset', fromJson([...subset])], ['module_setup', true]]);
}

/** A pattern of a shell's (`*`, `?`, `[…]`) for a whole name. */
function nameMatcher(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\[!/g, '[^');
  return new RegExp(`^${source}$`);
}
