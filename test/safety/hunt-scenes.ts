import { SHAPES } from './canaries.ts';
import { TYPED, UNQUOTED, VAULT } from './hunt-files.ts';

/** One run of the program in the hunting ground, and what it must print nothing of. */
export interface Scene {
  readonly name: string;
  readonly words: readonly string[];
  /** Typed. */
  readonly input?: string;
  /** A fault of `mutants.ts`. */
  readonly fault?: string;
  /** Where it is run, in the hunting ground. */
  readonly folder?: string;
  /** Shows that the place where the secret would have been was reached. */
  readonly says: RegExp;
  /** 0 when there is nothing said. */
  readonly status?: number;
}

const play = (file: string, ...flags: string[]) => [
  ...['play', '-i', 'hosts', `${file}.yml`, '--vault-password-file', 'password', ...flags],
];
const both = (name: string, words: readonly string[], rest: Omit<Scene, 'name' | 'words'>): Scene[] => [
  { name, words: [...words, '-vvvv', '--diff'], ...rest },
  { name: `${name}, in a check run`, words: [...words, '-vvvv', '--check', '--diff'], ...rest },
  { name: `${name}, in JSON`, words: [...words, '--json', '--diff'], ...rest },
];

/** The secrets as a host might spell them. */
export function spelled(name: string, ...shapes: readonly string[]): Scene {
  const words = play('spelled', '-e', JSON.stringify({ shapes }), '-v');
  return { name: `spelled ${name}`, words, says: /\*{8}/ };
}

const OPENED_BY_ALL = [
  ...['play', '-i', 'hosts', 'vaults.yml', '--vault-key-file', 'key'],
  ...['file@password', 'program@bin/vault-program', 'keyring@keyring', 'typed@prompt'].flatMap(id => [
    '--vault-id',
    id,
  ]),
];

export const SCENES: readonly Scene[] = [
  ...both('printed by a host', play('printed'), { says: /printed by a host/ }),
  spelled('in every way', ...Object.keys(SHAPES)),
  ...both('too short to be searched for', play('short'), { says: /\*{8}/ }),
  ...both('typed at prompts', play('typed', '-k', '-K'), {
    input: `${TYPED.login}\n${TYPED.become}\n${TYPED.prompted}\n`,
    says: /asked for/,
  }),
  ...both('plain values of parameters that are passwords', play('passwords'), { says: /an account/ }),
  {
    name: 'a password beside a mistake',
    words: play('mistaken'),
    says: /has no parameter "bogus"/,
    status: 1,
  },
  ...both('hidden by no_log', play('unlogged'), { says: /hidden by no_log/ }),
  { name: 'hidden by no_log, in short', words: play('unlogged'), says: /hidden by no_log/ },
  {
    name: 'a fault in a task',
    words: play('fault', '-vvvv'),
    fault: 'fault in a task',
    says: /internal error: cannot read \*{8}/,
    status: 2,
  },
  {
    name: 'a fault in the program',
    words: play('fault', '-vvvv'),
    fault: 'fault in the program',
    says: /has a fault[\s\S]*cannot read \*{8}[\s\S]* at /,
    status: 250,
  },
  {
    name: 'the inventory',
    words: ['inventory', '-i', 'hosts', '--list', '--vault-password-file', 'password'],
    says: /\*{8}/,
  },
  {
    name: 'the inventory as YAML',
    words: ['inventory', '-i', 'hosts', '--list', '--yaml', '--vault-password-file', 'password'],
    says: /\*{8}/,
  },
  {
    name: 'the tree of the inventory',
    words: ['inventory', '-i', 'hosts', '--graph', '--vars', '--vault-password-file', 'password'],
    says: /\*{8}/,
  },
  {
    name: 'one host of the inventory',
    words: ['inventory', '-i', 'hosts', '--host', 'one', '--vault-password-file', 'password'],
    says: /\*{8}/,
  },
  {
    name: 'the list of tasks',
    words: play('printed', '--list-tasks', '--list-tags', '--list-hosts'),
    says: /printed by a host/,
  },
  ...[`a=b ${UNQUOTED}`, `a="${UNQUOTED}`, `{"a": "${UNQUOTED}"`, `a: "${UNQUOTED}`, `a={{ ${UNQUOTED}`].map(
    extra => ({
      name: `a mistake in -e: ${extra}`,
      words: play('printed', '-e', extra),
      says: /<-e>:1:/,
      status: 1,
    }),
  ),
  {
    name: 'the list of encrypted tasks',
    words: play('listed', '--list-tasks', '--list-tags'),
    says: /\*{8}/,
  },
  ...both('encrypted tasks', play('listed'), { says: /TASK \[\*{8}|"name":"\*{8}/ }),
  ...both('YAML that is broken inside of a vault', play('broken'), { says: /broken-\d+\.yml/ }),
  {
    name: 'an encrypted inventory',
    words: ['inventory', '-i', 'sealed.ini', '--list', '--vault-password-file', 'password'],
    says: /\*{8}/,
  },
  {
    name: 'an inventory that is broken inside of a vault',
    words: ['inventory', '-i', 'broken.ini', '--list', '--vault-password-file', 'password'],
    says: /broken\.ini:1:\d+: expected "name=value"/,
    status: 1,
  },
  {
    name: 'a password among the settings',
    words: ['inventory', '-i', '../hosts', '--list'],
    folder: 'settings',
    says: /there is no setting "become_password"/,
    status: 1,
  },
  ...both('what opens vaults', OPENED_BY_ALL, { input: `${VAULT.typed}\n`, says: /what opens vaults/ }),
  ...both('text that was folded', play('folded'), { says: /folded/ }),
  {
    name: 'a fault that inspects',
    words: play('inspected', '-vvvv'),
    fault: 'fault that inspects',
    says: /internal error: cannot read \*{8}/,
    status: 2,
  },
  {
    name: 'a wrong password',
    words: ['vault', 'view', 'group_vars/all/sealed.yml', '--vault-password-file', 'hosts'],
    says: /error/,
    status: 1,
  },
  {
    name: 'a password that is no password',
    words: [
      'vault',
      'rekey',
      'group_vars/all/sealed.yml',
      'hosts',
      '--vault-password-file',
      'password',
      '--new-vault-password-file',
      'hosts',
    ],
    says: /not encrypted/,
    status: 1,
  },
];
