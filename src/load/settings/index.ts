import path from 'node:path';
import { didYouMean, UserError } from '../../core/error.ts';
import { positionOf } from '../../core/position.ts';
import { Secret } from '../../core/secret.ts';
import { isDict, type Raw, type RawDict, typeName } from '../../core/value.ts';
import type { LoadContext, Opener } from '../context.ts';
import { displayPath, expandHome, isFile, isFolder, readSource, statOf } from '../files.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { loadYamlFile } from '../yaml/parse.ts';
import { type ConfigEntry, readConfig } from './config-file.ts';
import type { Written } from './readers.ts';
import { nameOf, SETTINGS, type Setting, type Settings } from './table.ts';

export type { Settings };

/**
 * The settings: from the environment, else from `tsible.yml` in the working folder, else from ansible.cfg
 * (the first of `ANSIBLE_CONFIG`, ./ansible.cfg, ~/.ansible.cfg, /etc/ansible/ansible.cfg). Paths in files are
 * relative to the file.
 */
export function loadSettings(given: LoadContext, env: NodeJS.ProcessEnv = process.env): Settings {
  const context = { ...given, opener: SEALED_SETTINGS };
  const config = loadConfig(context, env);
  const own = loadOwn(context);
  const settings: Record<string, unknown> = {
    configFile: config?.file,
    recipientRules: own?.data.has(RULES) ?? false,
  };
  for (const [field, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    const written = fromEnvironment(setting, env) ?? fromOwn(setting, own) ?? fromConfig(setting, config);
    settings[field] = written ? setting.read(written) : setting.otherwise;
  }
  return settings as unknown as Settings;
}

const SEALED_SETTINGS: Opener = {
  open: (_envelope, position) => {
    const file = position?.source.file ?? '';
    throw new UserError('settings cannot be encrypted: they say where the vault passwords come from', {
      position,
      hint: `from another folder: tsible vault decrypt ${path.resolve(file)}`,
    });
  },
};

/** The section that says which secrets are sealed to whom: read by `loadRecipientRules`, by those who need it. */
const RULES = 'vault';

interface Config {
  readonly file: string;
  readonly folder: string;
  readonly entries: ReadonlyMap<string, ConfigEntry>;
}

function loadConfig(context: LoadContext, env: NodeJS.ProcessEnv): Config | undefined {
  const file = findConfig(context, env);
  const source = file === undefined ? null : readSource(file, context);
  return source && file !== undefined
    ? { file: path.resolve(file), folder: path.dirname(path.resolve(file)), entries: readConfig(source) }
    : undefined;
}

function findConfig(context: LoadContext, env: NodeJS.ProcessEnv): string | undefined {
  const named = env.ANSIBLE_CONFIG;
  if (named) {
    const file = expandHome(named);
    const inFolder = isFolder(file) ? path.join(file, 'ansible.cfg') : file;
    if (isFile(inFolder)) return inFolder;
  }
  if (isFile('ansible.cfg')) {
    // Anybody could put a file there that makes us run their programs.
    const openToAll = ((statOf('.')?.mode ?? 0) & 0o002) !== 0;
    if (!openToAll) return 'ansible.cfg';
    context.warn(`ansible.cfg is ignored, because everybody may write to the folder ${process.cwd()}`);
  }
  return [expandHome('~/.ansible.cfg'), '/etc/ansible/ansible.cfg'].find(isFile);
}

function loadOwn(context: LoadContext): { folder: string; data: RawDict } | undefined {
  const file = 'tsible.yml';
  const loaded = loadYamlFile(file, context);
  const data = loaded?.documents[0] ?? null;
  if (!loaded || data === null) return undefined;
  if (!isDict(data)) {
    throw new UserError(`${displayPath(file)} must hold a mapping of settings, not ${typeName(data)}`, {
      position: { source: loaded.source, line: 1, column: 1 },
    });
  }
  const names = Object.values(SETTINGS).map(setting => nameOf(setting as Setting<unknown>));
  for (const key of (data as RawDict).keys()) {
    if (names.includes(String(key)) || key === RULES) continue;
    // People write passwords into settings that are none, and the line is shown.
    const value = (data as RawDict).get(key);
    if (typeof value === 'string') new Secret(value);
    throw new UserError(`there is no setting "${String(key)}"`, {
      position: keyPosition(data, key),
      hint: didYouMean(String(key), [...names, RULES]),
    });
  }
  return { folder: process.cwd(), data: data as RawDict };
}

function fromEnvironment(setting: Setting<unknown>, env: NodeJS.ProcessEnv): Written | undefined {
  for (const name of setting.env) {
    const value = env[name];
    if (value !== undefined && value !== '') return { name, value, folder: process.cwd() };
  }
  return undefined;
}

function fromOwn(setting: Setting<unknown>, own: ReturnType<typeof loadOwn>): Written | undefined {
  const name = nameOf(setting);
  const value: Raw | undefined = own?.data.get(name);
  if (!own || value === undefined || value === null) return undefined;
  return { name, value, folder: own.folder, position: positionOf(own.data, name) };
}

function fromConfig(setting: Setting<unknown>, config: Config | undefined): Written | undefined {
  for (const [section, key] of setting.ini) {
    const entry = config?.entries.get(`${section}.${key}`);
    if (entry) return { name: key, value: entry.value, folder: config!.folder, position: entry.position };
  }
  return undefined;
}
