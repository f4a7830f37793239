import { Secret } from '../../core/secret.ts';
import { sh } from '../../core/shell.ts';
import type { Kind } from '../kind.ts';

export interface DebconfId {
  readonly owner: string;
  readonly question: string;
}

export interface DebconfAnswer {
  /** null: the question was never answered. */
  readonly value: Secret | string | null;
  readonly seen: boolean;
  readonly how?: { readonly type: string; readonly unseen: boolean };
}

/** All answers of a package, by question. */
export const debconfAnswers: Kind<string, ReadonlyMap<string, DebconfAnswer>> = {
  name: 'debconf answers',
  key: owner => owner,
  async read(host, owner) {
    const text = await host.text(sh`exec debconf-show ${owner}`);
    const answers = new Map<string, DebconfAnswer>();
    for (const line of text.split('\n')) {
      const match = /^([* ]) (\S+):(?: (.*))?$/.exec(line);
      if (match) answers.set(match[2]!, { value: match[3] ?? '', seen: match[1] === '*' });
    }
    return answers;
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('answers are changed one by one')),
};

/** One answer; a password's is masked by debconf itself, so it only counts whether there is one. */
export const debconfAnswer: Kind<DebconfId, DebconfAnswer> = {
  name: 'debconf answer',
  composed: true,
  key: ({ owner, question }) => `${owner} ${question}`,
  read: async (host, { owner, question }) =>
    (await host.look(debconfAnswers, owner)).get(question) ?? { value: null, seen: false },

  compare({ owner, question }, before, after) {
    const [was, will] = [plain(before), plain(after)];
    if (was === will) return [];
    const secret = after.value instanceof Secret;
    return [
      {
        type: 'attribute',
        header: `debconf ${owner}`,
        attribute: question,
        before: secret && was !== null ? '(hidden)' : was,
        after: secret ? '(hidden)' : will,
      },
    ];
  },

  async apply(host, { owner, question }, _before, { value, how }) {
    const text = value instanceof Secret ? value.reveal() : (value ?? '');
    const line = new Secret(`${owner} ${question} ${how!.type} ${text}\n`);
    await host.must(sh`exec debconf-set-selections ${how!.unseen ? ['-u'] : []}`, { stdin: line });
  },

  expect: (memory, { owner, question }, { how: _, ...answer }) =>
    memory.revise(debconfAnswers, owner, answers => new Map(answers).set(question, answer)),
};

function plain({ value }: DebconfAnswer): string | null {
  return value instanceof Secret ? value.reveal() : value;
}
