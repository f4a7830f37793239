import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../../../core/error.ts';
import type { Position } from '../../../core/position.ts';
import { readAnsibleBody } from '../../../vault/ansible-format.ts';
import { isSealed, readEnvelope } from '../../../vault/envelope.ts';
import { type EnvelopeReaders, readReaders } from '../../../vault/readers.ts';
import { startOf, yamlOf } from '../files.ts';
import { formatKeyPath } from '../inline/key-path.ts';
import { vaultValues } from '../inline/sealed-values.ts';
import type { YamlText } from '../inline/yaml-text.ts';
import { isYaml } from '../project-files.ts';

/** What a file has to do with secrets. */
export interface Surveyed {
  readonly path: string;
  readonly text: string;
  /** The file's YAML, if it is a YAML file that is not encrypted as a whole. */
  readonly yaml: YamlText | undefined;
  readonly sealed: readonly SealedPart[];
  readonly faults: readonly UserError[];
}

export interface SealedPart {
  /** Undefined: the whole file. */
  readonly key: string | undefined;
  readonly line: number;
  readonly version: string;
  readonly readers: EnvelopeReaders;
}

/** Larger files are no variables. */
const MOST_BYTES = 8 << 20;

export function survey(path: string): Surveyed {
  const bytes = statSync(path).size > MOST_BYTES ? Buffer.alloc(0) : readFileSync(path);
  const text = bytes.toString('utf8');
  const faults: UserError[] = [];
  const sealed: SealedPart[] = [];
  const take = (envelope: string, key: string | undefined, position: Position) => {
    try {
      const read = readEnvelope(envelope, position);
      if (read.format === 'ansible') readAnsibleBody(read);
      const { version } = read;
      sealed.push({ key, line: position.line, version, readers: readReaders(envelope, position) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(error);
    }
  };
  if (isSealed(bytes)) {
    take(text, undefined, startOf(path, text));
    return { path, text, yaml: undefined, sealed, faults };
  }
  const yaml = readYaml(path, bytes, faults);
  for (const { sealed: isEnvelope, text: value, path: way, position } of yaml ? vaultValues(yaml) : []) {
    const key = formatKeyPath(way);
    if (isEnvelope) take(value, key, position);
    else faults.push(new UserError(`${key} has the tag !vault and is not encrypted`, { position }));
  }
  return { path, text, yaml, sealed, faults };
}

function readYaml(path: string, bytes: Buffer, faults: UserError[]): YamlText | undefined {
  if (!isYaml(path) || bytes.length === 0) return undefined;
  try {
    return yamlOf(path, bytes);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // A template that makes YAML is none itself. Secrets that cannot be found are worth a word.
    if (bytes.includes('!vault')) faults.push(error);
    return undefined;
  }
}
