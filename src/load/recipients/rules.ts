import path from 'node:path';
import { didYouMean, UserError } from '../../core/error.ts';
import { type Position, positionOf, type Source } from '../../core/position.ts';
import { isDict, isList, type Raw, type RawDict, typeName } from '../../core/value.ts';
import { type Recipient, sameRecipient } from '../../vault/recipient.ts';
import { type LoadContext, QUIET } from '../context.ts';
import { expandHome, isFile, isFolder, namesIn, readSource, statOf } from '../files.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { parseYaml } from '../yaml/parse.ts';
import { isKeyText, keysInFile, keysInText } from './key-text.ts';
import { readPathPattern } from './path-pattern.ts';

/** Which files are sealed to whom: the section `vault` of a project's tsible.yml. */
export interface RecipientRules {
  /** The tsible.yml, absolute, and the folder that its paths are relative to. */
  readonly file: string;
  readonly folder: string;
  readonly rules: readonly RecipientRule[];
  /** The keys that have a name, under it; those of `key_folder` only as far as they are used. */
  readonly keys: ReadonlyMap<string, readonly Recipient[]>;
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** The first rule for a file: the one that counts. */
  ruleFor(file: string): RecipientRule | undefined;
  /** All rules whose patterns a file fits, in their order. */
  rulesFor(file: string): readonly RecipientRule[];
  /** The keys of a name, a group, or a text that is itself a key. Throws UserError for an unknown name. */
  keysOf(name: string, position?: Position): readonly Recipient[];
  nameOf(recipient: Recipient): string | undefined;
}

export interface RecipientRule {
  readonly files: readonly string[];
  /** Names of keys and groups, and keys, as they are written. */
  readonly to: readonly string[];
  readonly recipients: readonly Recipient[];
  readonly position: Position | undefined;
}

/** The tsible.yml whose rules govern what is in a folder: the nearest one in it or above it. */
export function findRulesFile(folder: string, context: LoadContext = QUIET): string | undefined {
  const home = expandHome('~');
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const file = path.join(at, RULES_FILE);
    if (isFile(file)) {
      // Whoever could put a file there could have our secrets sealed to themselves.
      if (((statOf(at)?.mode ?? 0) & 0o002) === 0) return file;
      context.warn(`${file} is ignored, because everybody may write to the folder ${at}`);
      return undefined;
    }
    if (path.dirname(at) === at || at === home || isRepository(at)) return undefined;
  }
}

const RULES_FILE = 'tsible.yml';

function isRepository(folder: string): boolean {
  return statOf(path.join(folder, '.git')) !== null;
}

/** The rules in a tsible.yml; undefined when there are none. Throws UserError. */
export function loadRecipientRules(file: string, context: LoadContext = QUIET): RecipientRules | undefined {
  const source = readSource(file, context);
  return source ? readRecipientRules(source, file) : undefined;
}

/** The rules in the text of a tsible.yml. */
export function readRecipientRules(source: Source, file: string): RecipientRules | undefined {
  const data = parseYaml(source)[0];
  const section = isDict(data) ? (data as RawDict).get('vault') : undefined;
  if (section === undefined || section === null) return undefined;
  const known = ['keys', 'key_folder', 'groups', 'recipients'];
  return new Reader(path.resolve(file)).read(mapping(section, 'vault', known, data as RawDict));
}

class Reader {
  readonly #folder: string;
  readonly #keys = new Map<string, readonly Recipient[]>();
  readonly #groups = new Map<string, readonly string[]>();
  #keyFolder: string | undefined;

  constructor(private readonly file: string) {
    this.#folder = path.dirname(file);
  }

  read(section: RawDict): RecipientRules {
    this.#readKeyFolder(section);
    this.#readKeys(section);
    this.#readGroups(section);
    const rules = this.#readRules(section);
    const patterns = rules.map(({ files }) => files.map(readPathPattern));
    const rulesFor = (file: string) => {
      const relative = path.relative(this.#folder, path.resolve(file));
      if (relative.startsWith('..') || path.isAbsolute(relative)) return [];
      const name = relative.split(path.sep).join('/');
      const found = rules.filter((_, i) =>
        patterns[i]!.some(pattern => 'matches' in pattern && pattern.matches(name)),
      );
      // Last, as it looks into folders: most files of a project fit no rule.
      return found.length > 0 && this.#isOurs(path.dirname(path.resolve(file))) ? found : [];
    };
    return {
      file: this.file,
      folder: this.#folder,
      keys: this.#keys,
      groups: this.#groups,
      rules,
      ruleFor: file => rulesFor(file)[0],
      rulesFor,
      keysOf: (name, position) => this.#keysOf(name, position),
      nameOf: recipient => this.#nameOf(recipient),
    };
  }

  /** What has a tsible.yml or a repository of its own on the way to it is no part of this project. */
  #isOurs(folder: string): boolean {
    for (let at = folder; at !== this.#folder; at = path.dirname(at)) {
      if (isFile(path.join(at, RULES_FILE)) || isRepository(at)) return false;
    }
    return true;
  }

  #readKeyFolder(section: RawDict): void {
    const written = section.get('key_folder');
    if (written === undefined || written === null) return;
    const position = positionOf(section, 'key_folder');
    const folder = path.resolve(this.#folder, expandHome(text(written, 'key_folder', position)));
    if (!isFolder(folder)) throw new UserError(`there is no folder ${written}`, { position });
    this.#keyFolder = folder;
  }

  #readKeys(section: RawDict): void {
    const keys = mapping(section.get('keys') ?? null, 'keys', undefined, section);
    for (const [rawName, value] of keys) {
      const name = nameFrom(rawName, keyPosition(keys, rawName));
      const position = positionOf(keys, rawName);
      const texts = isList(value)
        ? value.map(
            (item, i) =>
              [text(item as Raw, `keys.${name}`, positionOf(value, i)), positionOf(value, i)] as const,
          )
        : [[text(value, `keys.${name}`, position), position] as const];
      if (texts.length === 0) throw new UserError(`${name} has no key`, { position });
      this.#keys.set(
        name,
        texts.flatMap(([each, place]) => this.#read(each, place)),
      );
    }
  }

  #read(written: string, position: Position | undefined): Recipient[] {
    const found = isKeyText(written)
      ? keysInText(written, position)
      : keysInFile(written, this.#folder, position);
    return found.map(({ recipient }) => recipient);
  }

  #readGroups(section: RawDict): void {
    const groups = mapping(section.get('groups') ?? null, 'groups', undefined, section);
    for (const [rawName, value] of groups) {
      const position = keyPosition(groups, rawName);
      const name = nameFrom(rawName, position);
      if (this.#keys.has(name))
        throw new UserError(`"${name}" is the name of a key and of a group`, { position });
      const members = texts(value, `groups.${name}`, positionOf(groups, rawName));
      for (const [member, place] of members) {
        if (groups.has(member)) {
          throw new UserError(`"${member}" is a group, and groups cannot be in groups`, {
            position: place,
            hint: 'name the keys that are in it',
          });
        }
        this.#keyNamed(member, place);
      }
      this.#groups.set(
        name,
        members.map(([member]) => member),
      );
    }
  }

  #readRules(section: RawDict): RecipientRule[] {
    const written = section.get('recipients') ?? [];
    if (!isList(written)) {
      throw new UserError(`recipients must be a list of rules, not ${typeName(written)}`, {
        position: positionOf(section, 'recipients'),
        hint: 'each rule says which files are for whom: - {files: …, to: […]}',
      });
    }
    return written.map((item, i) => {
      const rule = mapping(item as Raw, 'a rule', ['files', 'to'], written, i);
      const position = positionOf(rule);
      for (const field of ['files', 'to']) {
        if (!rule.has(field)) throw new UserError(`the rule has no "${field}"`, { position });
      }
      const files = texts(rule.get('files')!, 'files', positionOf(rule, 'files'));
      for (const [file, place] of files) {
        const pattern = readPathPattern(file);
        if ('fault' in pattern) throw new UserError(pattern.fault, { position: place, hint: pattern.hint });
      }
      const to = texts(rule.get('to')!, 'to', positionOf(rule, 'to'));
      return {
        files: files.map(([file]) => file),
        to: to.map(([name]) => name),
        recipients: distinctRecipients(to.flatMap(([name, place]) => this.#keysOf(name, place))),
        position,
      };
    });
  }

  #keysOf(name: string, position?: Position): readonly Recipient[] {
    const group = this.#groups.get(name);
    return group
      ? distinctRecipients(group.flatMap(member => this.#keyNamed(member, position)))
      : this.#keyNamed(name, position);
  }

  #keyNamed(name: string, position: Position | undefined): readonly Recipient[] {
    if (isKeyText(name)) return keysInText(name, position).map(({ recipient }) => recipient);
    const known = this.#keys.get(name) ?? this.#fromKeyFolder(name);
    if (known) return known;
    const names = [...this.#keys.keys(), ...this.#groups.keys(), ...this.#namesInKeyFolder()];
    throw new UserError(`there is no key with the name "${name}"`, {
      position,
      hint:
        didYouMean(name, names) ??
        'name it in the section "keys", or write the key itself: ssh-ed25519 AAAA…',
    });
  }

  #fromKeyFolder(name: string): readonly Recipient[] | undefined {
    if (this.#keyFolder === undefined || name.includes('/')) return undefined;
    const file = path.join(this.#keyFolder, `${name}.pub`);
    if (!isFile(file)) return undefined;
    const keys = keysInFile(file, this.#folder, undefined).map(({ recipient }) => recipient);
    this.#keys.set(name, keys);
    return keys;
  }

  #namesInKeyFolder(): string[] {
    return this.#keyFolder === undefined
      ? []
      : namesIn(this.#keyFolder)
          .filter(name => name.endsWith('.pub'))
          .map(name => name.slice(0, -4));
  }

  #nameOf(recipient: Recipient): string | undefined {
    const named = () =>
      [...this.#keys].find(([, keys]) => keys.some(key => sameRecipient(key, recipient)))?.[0];
    const found = named();
    if (found !== undefined) return found;
    for (const name of this.#namesInKeyFolder()) {
      try {
        this.#fromKeyFolder(name);
      } catch (error) {
        // A key of a type that cannot be used is nobody's that we look for.
        if (!(error instanceof UserError)) throw error;
      }
    }
    return named();
  }
}

export function distinctRecipients(recipients: readonly Recipient[]): Recipient[] {
  return recipients.filter((one, i) => recipients.findIndex(other => sameRecipient(one, other)) === i);
}

function mapping(
  value: Raw,
  what: string,
  known: readonly string[] | undefined,
  parent: object,
  key: string | number = what,
): RawDict {
  if (value === null && known === undefined) return new Map();
  if (!isDict(value)) {
    throw new UserError(`${what} must be a mapping, not ${typeName(value)}`, {
      position: positionOf(parent, key),
    });
  }
  for (const name of value.keys()) {
    if (known === undefined || known.includes(String(name))) continue;
    throw new UserError(`${what} has no "${String(name)}"`, {
      position: keyPosition(value, name),
      hint: didYouMean(String(name), known) ?? `there are: ${known.join(', ')}`,
    });
  }
  return value as RawDict;
}

/** One text, or a list of them. */
function texts(value: Raw, what: string, position: Position | undefined): [string, Position | undefined][] {
  if (!isList(value)) return [[text(value, what, position), position]];
  if (value.length === 0) throw new UserError(`${what} is empty`, { position });
  return value.map((item, i) => [text(item as Raw, what, positionOf(value, i)), positionOf(value, i)]);
}

function text(value: Raw, what: string, position: Position | undefined): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new UserError(`${what} must be text, not ${value === '' ? 'nothing' : typeName(value)}`, {
    position,
  });
}

function nameFrom(raw: unknown, position: Position | undefined): string {
  const name = String(raw);
  if (/^[^\s,:/=]+$/.test(name) && !isKeyText(name)) return name;
  throw new UserError(`"${name}" cannot be a name: it is a word without blanks, commas, colons and slashes`, {
    position,
  });
}
