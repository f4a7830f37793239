import { Secret } from '../core/secret.ts';
import { Float, isList, Unknown, UnknownValue, type Value } from '../core/value.ts';
import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { target } from './kind.ts';
import { type DebconfAnswer, debconfAnswer, debconfAnswers } from './kinds/debconf-answer.ts';
import { t } from './parameters.ts';

const TYPES = 'boolean error multiselect note password seen select string text title'.split(' ');

export const debconf = stateModule({
  names: ['debconf', 'ansible.builtin.debconf'],
  summary: 'Answer the questions of Debian packages before they are installed',
  parameters: {
    name: t.str({ required: true, aliases: ['pkg'], doc: 'The package that asks.' }),
    question: t.str({ aliases: ['selection', 'setting'], doc: 'Name of the question.' }),
    vtype: t.choice(TYPES)({ doc: 'Type of the answer.' }),
    value: t.raw({ aliases: ['answer'], doc: 'The answer; a list for multiselect.' }),
    unseen: t.bool({ default: false, doc: 'Do not mark the question as answered.' }),
  },
  constraints: [
    given => {
      if (!given.has('question')) return undefined;
      const missing = ['vtype', 'value'].filter(name => !given.has(name));
      return missing.length > 0 ? `question needs: ${missing.join(', ')}` : undefined;
    },
  ],

  probe: (host, { name }) => host.look(debconfAnswers, name),

  want(now, p) {
    const current = Object.fromEntries([...now].map(([question, { value }]) => [question, value]));
    const { name, question, vtype } = p;
    if (question === undefined || vtype === undefined) return { targets: [], result: { current } };
    if (/[\s]/.test(name + question)) throw new Failure('names of packages and questions hold no spaces');
    const before: DebconfAnswer = now.get(question) ?? { value: null, seen: false };
    // debconf shows a password as stars: whether there is one is all that can be seen.
    const isSet = vtype === 'password' && before.value !== null && before.value !== '';
    const text = answerText(p.value ?? null, vtype);
    const value = isSet ? before.value : vtype === 'password' ? new Secret(text) : text;
    const after: DebconfAnswer = { value, seen: !p.unseen, how: { type: vtype, unseen: p.unseen } };
    const told = vtype === 'password' ? {} : { current: { ...current, [question]: text }, previous: current };
    return { targets: [target(debconfAnswer, { owner: name, question }, before, after)], result: told };
  },
});

function answerText(value: Value, type: string): string {
  if (value instanceof Unknown) throw new UnknownValue(value.reason);
  if (isList(value)) return (value as readonly Value[]).map(item => answerText(item, 'string')).join(', ');
  const text =
    value instanceof Secret
      ? value.reveal()
      : value instanceof Float
        ? String(value.value)
        : String(value ?? '');
  if (text.includes('\n')) throw new Failure('an answer is one line');
  return type === 'boolean' ? text.toLowerCase() : text;
}
