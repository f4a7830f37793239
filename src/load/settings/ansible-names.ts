import { homedir } from 'node:os';
import type { Value } from '../../core/value.ts';
import type { Settings } from './table.ts';

/**
 * Settings by the names that Ansible has for them in its lookup `config`, with Ansible's own value where nothing
 * is said.
 */
export function byAnsiblesNames(settings: Settings): ReadonlyMap<string, Value> {
  const entries = Object.entries(NAMES).map(([name, [field, usual]]) => {
    const value = settings[field] ?? usual;
    return [name, Array.isArray(value) ? value.map(inHome) : value] as [string, Value];
  });
  const inventory = settings.inventory.length > 0 ? settings.inventory : ['/etc/ansible/hosts'];
  return new Map<string, Value>([
    ...entries,
    ['DEFAULT_HOST_LIST', inventory],
    ['HOST_KEY_CHECKING', settings.hostKeyChecking !== 'no'],
  ]);
}

const NAMES: Readonly<Record<string, readonly [field: keyof Settings, usual: Value]>> = {
  ANY_ERRORS_FATAL: ['anyErrorsFatal', false],
  COLLECTIONS_PATHS: ['collectionsPath', []],
  CONFIG_FILE: ['configFile', null],
  DEFAULT_ASK_PASS: ['askPass', false],
  DEFAULT_ASK_VAULT_PASS: ['askVaultPass', false],
  DEFAULT_BECOME: ['become', false],
  DEFAULT_BECOME_ASK_PASS: ['askBecomePass', false],
  DEFAULT_BECOME_EXE: ['becomeExe', null],
  DEFAULT_BECOME_FLAGS: ['becomeFlags', ''],
  DEFAULT_BECOME_METHOD: ['becomeMethod', 'sudo'],
  DEFAULT_BECOME_USER: ['becomeUser', 'root'],
  DEFAULT_FORCE_HANDLERS: ['forceHandlers', false],
  DEFAULT_FORKS: ['forks', 5],
  DEFAULT_GATHERING: ['gathering', 'implicit'],
  DEFAULT_HASH_BEHAVIOUR: ['hashBehaviour', 'replace'],
  DEFAULT_MANAGED_STR: ['ansibleManaged', 'Ansible managed'],
  DEFAULT_NO_LOG: ['noLog', false],
  DEFAULT_PRIVATE_KEY_FILE: ['privateKeyFile', null],
  DEFAULT_REMOTE_PORT: ['remotePort', null],
  DEFAULT_REMOTE_USER: ['remoteUser', null],
  DEFAULT_ROLES_PATH: ['rolesPath', []],
  DEFAULT_STRATEGY: ['strategy', 'linear'],
  DEFAULT_TIMEOUT: ['timeout', 10],
  DEFAULT_TRANSPORT: ['transport', 'ssh'],
  DEFAULT_VAULT_ENCRYPT_IDENTITY: ['vaultEncryptIdentity', null],
  DEFAULT_VAULT_IDENTITY: ['vaultIdentity', 'default'],
  DEFAULT_VAULT_IDENTITY_LIST: ['vaultIdentities', []],
  DEFAULT_VAULT_ID_MATCH: ['vaultIdMatch', false],
  DEFAULT_VAULT_PASSWORD_FILE: ['vaultPasswordFile', null],
  DIFF_ALWAYS: ['diff', false],
  MAX_FILE_SIZE_FOR_DIFF: ['maxDiffSize', 104448],
  TAGS_RUN: ['tags', []],
  TAGS_SKIP: ['skipTags', []],
  TASK_TIMEOUT: ['taskTimeout', 0],
};

function inHome(item: string): string {
  return item.replace(/^~(?=\/)/, homedir());
}
