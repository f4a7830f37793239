import { UserError } from '../core/error.ts';
import { MERGE_CONFLICT, mergeConflict } from '../core/merge-conflict.ts';
import type { Position } from '../core/position.ts';

export type VaultFormat = 'ansible' | 'tsible';

const MARKS: Readonly<Record<string, VaultFormat>> = { $ANSIBLE_VAULT: 'ansible', $TSIBLE_VAULT: 'tsible' };

/** The label of passwords and secrets that were given none. */
export const DEFAULT_LABEL = 'default';

/** A sealed text taken apart as far as its first line, which says how the rest is to be read. */
export interface Envelope {
  readonly format: VaultFormat;
  /** `1.1`, `1.2`; `1`. */
  readonly version: string;
  /** The vault id that it names. */
  readonly label: string;
  /** All lines without indentation, line ends and blank lines at the end. */
  readonly lines: readonly string[];
  readonly position: Position | undefined;
}

/** Whether this is a whole file (or a value) that is sealed, in a format of ours or of Ansible's. */
export function isSealed(content: string | Uint8Array): boolean {
  const start =
    typeof content === 'string'
      ? content.slice(0, 32)
      : Buffer.from(content.subarray(0, 32)).toString('utf8');
  const mark = start.trimStart().split(';', 1)[0]!;
  return Object.hasOwn(MARKS, mark) && start.includes(';');
}

/** Throws a UserError for anything that is not a complete first line. */
export function readEnvelope(text: string, position?: Position): Envelope {
  const lines = text
    .trimEnd()
    .split('\n')
    .map(line => line.trim());
  while (lines.length > 0 && lines[0] === '') lines.shift();
  if (text.includes('<<<<<<<')) refuseConflict(lines, position);
  const [mark = '', version = '', ...rest] = (lines[0] ?? '').split(';').map(field => field.trim());
  const format = Object.hasOwn(MARKS, mark) ? MARKS[mark] : undefined;
  if (!format) {
    throw new UserError('this is not encrypted: it does not start with $ANSIBLE_VAULT or $TSIBLE_VAULT', {
      position,
    });
  }
  const label =
    format === 'ansible' ? ansibleLabel(version, rest, position) : tsibleLabel(version, rest, position);
  return { format, version, label, lines, position };
}

/** Refuses a text in which a merge of encrypted data is not decided yet: it does not begin as such data does. */
export function refuseUndecided(text: string, position: Position): void {
  if (!text.includes('<<<<<<<')) return;
  const lines = text.split('\n');
  if (lines.some(line => isSealed(line))) refuseConflict(lines, position);
}

function refuseConflict(lines: readonly string[], position: Position | undefined): void {
  const line = mergeConflict(lines);
  if (line === undefined) return;
  throw new UserError(`${MERGE_CONFLICT} is in this encrypted data`, {
    position: placeOf({ position, lines }, line),
    hint: TAKE_ONE_SIDE,
  });
}

/** Two ciphertexts cannot be merged: what the other side changed is done again on it. */
export const TAKE_ONE_SIDE =
  'take one side of it as a whole: git checkout --ours FILE, or --theirs (with new recipients, then: ' +
  'tsible vault recipients apply)';

function ansibleLabel(version: string, rest: readonly string[], position?: Position): string {
  const [cipher, ...labels] = rest;
  if (version === '1.0' || cipher === 'AES') {
    throw new UserError('encrypted in the format of Ansible 1.x (cipher AES), which is not supported', {
      position,
      hint: 'rekey it with an Ansible that still reads it',
    });
  }
  // As Ansible, that an id was put behind version 1.1, or taken from behind 1.2, by hand does not matter.
  if ((version !== '1.1' && version !== '1.2') || cipher !== 'AES256') {
    throw damaged(
      'its first line is neither $ANSIBLE_VAULT;1.1;AES256 nor $ANSIBLE_VAULT;1.2;AES256;ID',
      position,
    );
  }
  return labels.join(';') || DEFAULT_LABEL;
}

function tsibleLabel(version: string, rest: readonly string[], position?: Position): string {
  if (version !== '1') {
    throw new UserError(`encrypted in version "${version}" of tsible's format; this tsible knows version 1`, {
      position,
    });
  }
  if (rest.length !== 1 || rest[0] === '')
    throw damaged('its first line is not $TSIBLE_VAULT;1;ID', position);
  return rest[0]!;
}

/** The error for data that no password can open. */
export function damaged(what: string, position?: Position): UserError {
  return new UserError(`damaged encrypted data: ${what}`, {
    position,
    hint: 'restore it from version control, or encrypt the value anew',
  });
}

/** The place of one line of an envelope, where the file it stands in is known. */
export function placeOf(
  { position, lines }: Pick<Envelope, 'position' | 'lines'>,
  index: number,
): Position | undefined {
  const wanted = lines[index];
  if (!position || !wanted) return position;
  const all = position.source.text.split('\n');
  const found = all.findIndex((line, i) => i >= position.line - 1 && line.trim() === wanted);
  if (found === -1) return position;
  return { ...position, line: found + 1, column: all[found]!.indexOf(wanted) + 1 };
}

/** Data in lines of 80 characters, as both formats have it. */
export function wrap(text: string): string[] {
  return text.match(/.{1,80}/g) ?? [];
}
