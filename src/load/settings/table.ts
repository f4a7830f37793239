import { optional, type Reader, readers } from './readers.ts';

/** One setting: where it is written, and how its text is read. */
export interface Setting<T> {
  /** Sections and keys of ansible.cfg; the first key is also its name in tsible.yml. */
  readonly ini: readonly (readonly [section: string, key: string])[];
  readonly env: readonly string[];
  /** Its name in tsible.yml, where the key of ansible.cfg would not tell enough. */
  readonly name?: string;
  readonly read: Reader<T>;
  readonly otherwise: T;
}

const { yesNo, whole, text, words, list, path, pathList, pathSearch, choice, keyChecking } = readers;

function setting<T>(
  section: string,
  key: string,
  env: string,
  read: Reader<T>,
  otherwise: T,
  more: { name?: string; also?: readonly (readonly [string, string])[]; alsoEnv?: readonly string[] } = {},
): Setting<T> {
  return {
    ini: [[section, key], ...(more.also ?? [])],
    env: [env, ...(more.alsoEnv ?? [])],
    ...(more.name !== undefined && { name: more.name }),
    read,
    otherwise,
  };
}

const maybe = <T>(
  section: string,
  key: string,
  env: string,
  read: Reader<T>,
  more = {},
): Setting<T | undefined> => setting(section, key, env, optional(read), undefined, more);

/** What tsible can be told by files and by the environment, under the names that Ansible has for it. */
export const SETTINGS = {
  inventory: setting('defaults', 'inventory', 'ANSIBLE_INVENTORY', pathList, []),
  ignoredEndings: maybe('defaults', 'inventory_ignore_extensions', 'ANSIBLE_INVENTORY_IGNORE', list, {
    also: [['inventory', 'ignore_extensions']],
  }),
  rolesPath: setting('defaults', 'roles_path', 'ANSIBLE_ROLES_PATH', pathSearch, [
    '~/.ansible/roles',
    '/usr/share/ansible/roles',
    '/etc/ansible/roles',
  ]),
  collectionsPath: setting(
    'defaults',
    'collections_path',
    'ANSIBLE_COLLECTIONS_PATH',
    pathSearch,
    ['~/.ansible/collections', '/usr/share/ansible/collections'],
    { also: [['defaults', 'collections_paths']], alsoEnv: ['ANSIBLE_COLLECTIONS_PATHS'] },
  ),
  remoteUser: maybe('defaults', 'remote_user', 'ANSIBLE_REMOTE_USER', text),
  remotePort: maybe('defaults', 'remote_port', 'ANSIBLE_REMOTE_PORT', whole),
  privateKeyFile: maybe('defaults', 'private_key_file', 'ANSIBLE_PRIVATE_KEY_FILE', path),
  hostKeyChecking: maybe('defaults', 'host_key_checking', 'ANSIBLE_HOST_KEY_CHECKING', keyChecking, {
    also: [['ssh_connection', 'host_key_checking']],
    alsoEnv: ['ANSIBLE_SSH_HOST_KEY_CHECKING'],
  }),
  transport: maybe('defaults', 'transport', 'ANSIBLE_TRANSPORT', text),
  /** Seconds. */
  timeout: maybe('defaults', 'timeout', 'ANSIBLE_TIMEOUT', whole, {
    also: [['ssh_connection', 'timeout']],
    alsoEnv: ['ANSIBLE_SSH_TIMEOUT'],
  }),
  /** Seconds for one task; 0 is no limit. */
  taskTimeout: maybe('defaults', 'task_timeout', 'ANSIBLE_TASK_TIMEOUT', whole),
  sshArgs: maybe('ssh_connection', 'ssh_args', 'ANSIBLE_SSH_ARGS', words),
  sshCommonArgs: maybe('ssh_connection', 'ssh_common_args', 'ANSIBLE_SSH_COMMON_ARGS', words),
  sshExtraArgs: maybe('ssh_connection', 'ssh_extra_args', 'ANSIBLE_SSH_EXTRA_ARGS', words),
  forks: maybe('defaults', 'forks', 'ANSIBLE_FORKS', whole),
  strategy: maybe('defaults', 'strategy', 'ANSIBLE_STRATEGY', text),
  gathering: maybe('defaults', 'gathering', 'ANSIBLE_GATHERING', choice('implicit', 'explicit', 'smart')),
  gatherSubset: maybe('defaults', 'gather_subset', 'ANSIBLE_GATHER_SUBSET', list),
  gatherTimeout: maybe('defaults', 'gather_timeout', 'ANSIBLE_GATHER_TIMEOUT', whole),
  become: maybe('privilege_escalation', 'become', 'ANSIBLE_BECOME', yesNo),
  becomeUser: maybe('privilege_escalation', 'become_user', 'ANSIBLE_BECOME_USER', text),
  becomeMethod: maybe('privilege_escalation', 'become_method', 'ANSIBLE_BECOME_METHOD', text),
  becomeFlags: maybe('privilege_escalation', 'become_flags', 'ANSIBLE_BECOME_FLAGS', text),
  becomeExe: maybe('privilege_escalation', 'become_exe', 'ANSIBLE_BECOME_EXE', text),
  askBecomePass: maybe('privilege_escalation', 'become_ask_pass', 'ANSIBLE_BECOME_ASK_PASS', yesNo),
  askPass: maybe('defaults', 'ask_pass', 'ANSIBLE_ASK_PASS', yesNo),
  askVaultPass: maybe('defaults', 'ask_vault_pass', 'ANSIBLE_ASK_VAULT_PASS', yesNo),
  vaultPasswordFile: maybe('defaults', 'vault_password_file', 'ANSIBLE_VAULT_PASSWORD_FILE', path),
  vaultIdentities: setting('defaults', 'vault_identity_list', 'ANSIBLE_VAULT_IDENTITY_LIST', list, []),
  vaultIdentity: maybe('defaults', 'vault_identity', 'ANSIBLE_VAULT_IDENTITY', text),
  vaultEncryptIdentity: maybe('defaults', 'vault_encrypt_identity', 'ANSIBLE_VAULT_ENCRYPT_IDENTITY', text),
  /** What new secrets are written in. */
  vaultFormat: setting(
    'defaults',
    'vault_format',
    'TSIBLE_VAULT_FORMAT',
    choice('ansible', 'tsible'),
    'ansible',
  ),
  vaultKeyFiles: setting('defaults', 'vault_key_file', 'TSIBLE_VAULT_KEY_FILE', pathSearch, []),
  /** What `vault status --check` leaves alone: `PATH` or `PATH:KEY`, both patterns. */
  vaultPlain: setting('defaults', 'vault_plain', 'TSIBLE_VAULT_PLAIN', list, []),
  vaultIdMatch: maybe('defaults', 'vault_id_match', 'ANSIBLE_VAULT_ID_MATCH', yesNo),
  editor: maybe('defaults', 'editor', 'EDITOR', text, { alsoEnv: ['ANSIBLE_EDITOR'] }),
  pager: maybe('defaults', 'pager', 'PAGER', text, { alsoEnv: ['ANSIBLE_PAGER'] }),
  tags: setting('tags', 'run', 'ANSIBLE_RUN_TAGS', list, [], { name: 'tags' }),
  skipTags: setting('tags', 'skip', 'ANSIBLE_SKIP_TAGS', list, [], { name: 'skip_tags' }),
  diff: maybe('diff', 'always', 'ANSIBLE_DIFF_ALWAYS', yesNo, { name: 'diff' }),
  maxDiffSize: maybe('defaults', 'max_diff_size', 'ANSIBLE_MAX_DIFF_SIZE', whole),
  noLog: maybe('defaults', 'no_log', 'ANSIBLE_NO_LOG', yesNo),
  forceHandlers: maybe('defaults', 'force_handlers', 'ANSIBLE_FORCE_HANDLERS', yesNo),
  anyErrorsFatal: maybe('defaults', 'any_errors_fatal', 'ANSIBLE_ANY_ERRORS_FATAL', yesNo),
  hashBehaviour: maybe('defaults', 'hash_behaviour', 'ANSIBLE_HASH_BEHAVIOUR', choice('replace', 'merge')),
  ansibleManaged: maybe('defaults', 'ansible_managed', 'ANSIBLE_MANAGED_STR', text),
} as const;

export type Settings = {
  readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
} & {
  /** The ansible.cfg that was read, absolute. */
  readonly configFile: string | undefined;
  /** Whether tsible.yml says which secrets are sealed to whom. */
  readonly recipientRules: boolean;
};

/** The name of a setting in tsible.yml. */
export function nameOf(setting: Setting<unknown>): string {
  return setting.name ?? setting.ini[0]![1];
}
