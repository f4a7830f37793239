import { readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../core/error.ts';
import { type Position, Source } from '../../core/position.ts';
import { isSealed, refuseUndecided } from '../../vault/envelope.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { prepareToOpen } from '../../vault/keys-ahead.ts';
import { type Opened, openEnvelope } from '../../vault/seal.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import { type Replacement, replaceFiles, writeOutput } from '../replace-files.ts';
import { finishInterrupted } from '../replace-journal.ts';
import { formatKeyPath } from './inline/key-path.ts';
import { type VaultValue, vaultValues } from './inline/sealed-values.ts';
import { YamlText } from './inline/yaml-text.ts';

/** `-` as a file's name: standard input, or standard output. */
export const STDIO = '-';

export async function readWhole(path: string): Promise<Buffer> {
  if (path === STDIO) {
    if (process.stdin.isTTY) process.stderr.write('reading standard input (Ctrl-D ends it)\n');
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new UserError(`cannot read ${path}: ${reason}`, { cause });
  }
}

/** A file as the vault commands see it. */
export type VaultFile = SealedFile | FileOfValues | PlainFile;

export interface SealedFile {
  readonly kind: 'whole';
  readonly path: string;
  readonly bytes: Buffer;
}

/** A YAML file in which single values are encrypted (`!vault`). */
export interface FileOfValues {
  readonly kind: 'values';
  readonly path: string;
  readonly bytes: Buffer;
  readonly yaml: YamlText;
  readonly values: readonly VaultValue[];
}

export interface PlainFile {
  readonly kind: 'plain';
  readonly path: string;
  readonly bytes: Buffer;
}

export async function readVaultFile(path: string): Promise<VaultFile> {
  const bytes = await readWhole(path);
  if (isSealed(bytes)) return { kind: 'whole', path, bytes };
  if (bytes.includes('!vault')) {
    const yaml = yamlOf(path, bytes);
    const values = vaultValues(yaml);
    if (values.length > 0) return { kind: 'values', path, bytes, yaml, values };
  }
  return { kind: 'plain', path, bytes };
}

/** Opens a file that is encrypted as a whole. */
export function openWhole({ path, bytes }: SealedFile, identities: VaultIdentities): Promise<Opened> {
  const text = bytes.toString('utf8');
  return whenPrepared(() => openEnvelope(text, identities, startOf(path, text)));
}

/** What is encrypted in a file, for doing ahead what takes long in opening it. */
export function envelopesIn(file: VaultFile): string[] {
  if (file.kind === 'whole') return [file.bytes.toString('utf8')];
  return file.kind === 'values' ? file.values.filter(({ sealed }) => sealed).map(({ text }) => text) : [];
}

/** Opens one value of a file: its content is text. */
export function openValue(value: VaultValue, identities: VaultIdentities): Promise<OpenedValue> {
  if (!value.sealed) throw hasNoEnvelope(value);
  return whenPrepared(() => {
    const opened = openEnvelope(value.text, identities, value.position);
    return { value, opened, text: asText(opened.content, value.position) };
  });
}

export function hasNoEnvelope({ path, position }: VaultValue): UserError {
  return new UserError('this value has the tag !vault and is not encrypted', {
    position,
    hint: `to encrypt it: tsible vault encrypt --key ${formatKeyPath(path)} FILE`,
  });
}

export interface OpenedValue {
  readonly value: VaultValue;
  readonly opened: Opened;
  readonly text: string;
}

export async function openValues(
  file: FileOfValues,
  identities: VaultIdentities,
): Promise<readonly OpenedValue[]> {
  await prepareToOpen(envelopesIn(file), identities);
  const opened: OpenedValue[] = [];
  for (const value of file.values) opened.push(await openValue(value, identities));
  return opened;
}

/** The YAML in a file, or in what was decrypted from it. No error quotes its lines: they may hold secrets. */
export function yamlOf(path: string, bytes: Buffer): YamlText {
  const source = new Source(nameOf(path), '', true);
  const text = asText(bytes, { source, line: 1, column: 1 });
  return new YamlText(new Source(nameOf(path), text.replace(/^\ufeff/, ''), true));
}

/** A changed YAML text as bytes; a byte order mark is kept. */
export function asBytes(text: string, before: Buffer): Buffer {
  const mark = before.subarray(0, 3).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : Buffer.alloc(0);
  return Buffer.concat([mark, Buffer.from(text)]);
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

export function notEncrypted({ path, bytes }: PlainFile): UserError {
  const text = bytes.toString('utf8');
  refuseUndecided(text, startOf(path, text));
  return new UserError('this file is not encrypted, and holds no encrypted values (!vault)', {
    position: { source: new Source(nameOf(path), '', true), line: 1, column: 1 },
  });
}

/** Names of files, each file once, also where links lead to the same. */
export function distinct(files: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return files.filter(file => {
    const real = file === STDIO ? file : realPath(file);
    return !seen.has(real) && seen.add(real);
  });
}

export function startOf(path: string, text: string): Position {
  return { source: new Source(nameOf(path), text), line: 1, column: 1 };
}

/**
 * Writes results to where they belong: the files they came from, all or none; `output` where it is given;
 * standard output for what came from standard input.
 */
export function writeResults(results: readonly Replacement[], output: string | undefined): void {
  if (output !== undefined && results.length > 1) {
    throw new UserError('--output can only be used with one file', {
      hint: 'without it, files are changed in place',
    });
  }
  const inPlace: Replacement[] = [];
  for (const { path, content, was } of results) {
    const target = output ?? path;
    if (target === STDIO) process.stdout.write(content);
    else if (output !== undefined) writeOutput(output, content);
    else inPlace.push({ path, content, ...(was && { was }) });
  }
  replaceFiles(inPlace);
}

/** Without files named, the commands are filters. */
export function namedOrStdio(files: readonly string[]): readonly string[] {
  const named = files.length === 0 ? [STDIO] : files;
  if (named.filter(file => file === STDIO).length > 1) {
    throw new UserError('standard input ("-") can only be named once');
  }
  return distinct(named);
}

/** For what is changed in place: as it is when a change that was interrupted is finished. */
export function namedFiles(files: readonly string[]): readonly string[] {
  if (files.includes(STDIO)) {
    throw new UserError('standard input ("-") cannot be changed in place', {
      hint: 'view, encrypt, decrypt and get read it',
    });
  }
  finishInterrupted(files);
  return distinct(files);
}

/** For people only: a pipe gets the data and nothing else. */
export function say(message: string): void {
  if (process.stdout.isTTY) process.stderr.write(`${message}\n`);
}

function asText(bytes: Buffer, position: Position): string {
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  throw new UserError('this is not UTF-8 text', {
    position,
    hint: 'binary content goes into an encrypted file of its own',
  });
}

function nameOf(path: string): string {
  return path === STDIO ? '<standard input>' : path;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
