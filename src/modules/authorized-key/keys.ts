import { splitKeyLine } from '../../core/ssh-key-line.ts';
import { Failure } from '../failure.ts';

/** A key as a line of authorized_keys has it. */
export interface Key {
  /** The base64 text: what a key is told apart by. */
  readonly blob: string;
  readonly type: string;
  /** name -> its values in order; null for one without a value */
  readonly options: Options;
  readonly comment: string;
}
export type Options = readonly (readonly [name: string, value: string | null])[];

export interface KeyWish {
  /** One key or several, one a line. */
  readonly keys: string;
  readonly state: 'present' | 'absent';
  readonly key_options?: string | undefined;
  readonly comment?: string | undefined;
  readonly exclusive: boolean;
}

/**
 * The text of an authorized_keys file with the keys in it, or without them; the same text when nothing has to
 * change. Lines that are not concerned stay as they are. Throws `Failure` for a text that is no key.
 */
export function withKeys(text: string, wish: KeyWish): string {
  const lines = new Map<string, Line>();
  for (const raw of text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined)) {
    const key = parseKey(raw);
    const name = key?.blob ?? raw;
    // Of a key that stands there twice the last counts, and keeps its place.
    lines.delete(name);
    lines.set(name, { raw, key });
  }
  if (text === '') lines.clear();
  const wanted = wantedKeys(wish);
  let changed = false;
  for (const key of wanted) {
    const known = lines.get(key.blob)?.key;
    if (wish.state === 'absent') {
      changed = lines.delete(key.blob) || changed;
    } else if (!known || !sameKey(known, key)) {
      lines.delete(key.blob);
      lines.set(key.blob, { raw: keyLine(key), key });
      changed = true;
    }
  }
  if (wish.state === 'present' && wish.exclusive) {
    const kept = new Set(wanted.map(key => key.blob));
    for (const name of [...lines.keys()]) if (!kept.has(name)) changed = lines.delete(name) || changed;
  }
  return changed ? [...lines.values()].map(({ raw }) => `${raw}\n`).join('') : text;
}

interface Line {
  readonly raw: string;
  /** undefined: a comment, an empty line, or nothing that is understood. */
  readonly key: Key | undefined;
}

function wantedKeys({ keys, key_options, comment }: KeyWish): Key[] {
  const lines = keys.split(/\r\n|\n|\r/).filter(line => line.trim() !== '' && !line.startsWith('#'));
  return lines.map(line => {
    const key = parseKey(line);
    if (!key)
      throw new Failure(
        `this is not a public key: ${line.slice(0, 200)}`,
        {},
        'expected: TYPE BASE64 COMMENT',
      );
    return {
      ...key,
      ...(key_options !== undefined && { options: parseOptions(key_options) }),
      ...(comment !== undefined && { comment }),
    };
  });
}

/** undefined: the line holds no key. */
export function parseKey(line: string): Key | undefined {
  const found = splitKeyLine(line);
  if (!found) return undefined;
  const { options, type, blob, comment } = found;
  return { blob, type, options: options === '' ? [] : parseOptions(options), comment };
}

function parseOptions(text: string): Options {
  const parts = text.match(/(?:[^,"']|"(?:\\.|[^"\\])*"|'[^']*')+/g) ?? [];
  return parts.map(part => {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
    return name === undefined ? [part, null] : [name, value!];
  });
}

/** Options say the same in any order, as long as those of one name keep theirs. */
function sameKey(a: Key, b: Key): boolean {
  const sorted = (options: Options) =>
    JSON.stringify(
      [...options]
        .map((option, i) => ({ option, i }))
        .sort((x, y) => (x.option[0] < y.option[0] ? -1 : x.option[0] > y.option[0] ? 1 : x.i - y.i))
        .map(({ option }) => option),
    );
  return a.type === b.type && a.comment === b.comment && sorted(a.options) === sorted(b.options);
}

function keyLine({ options, type, blob, comment }: Key): string {
  const written = options.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join(',');
  return [written, type, blob, comment].filter(part => part !== '').join(' ');
}
